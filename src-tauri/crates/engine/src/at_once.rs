//! Work that is taken on in the commit in which it gets ready: nobody waits before it, and there is
//! a slot for it. Everything else waits in its lane until the driver looks.

use crate::driver::{Claimed, claim};
use crate::engine::Shared;
use crate::pool::Slot;
use crate::run;
use aegis_domain::OccurrenceId;
use aegis_store::{JustReady, Start, Starter, Submission};
use std::sync::{Arc, Weak};
use tokio::runtime::Handle;

/// Asked by the writer of the database.
pub(crate) struct AtOnce {
    /// The database is a part of it.
    shared: Weak<Shared>,
    runtime: Handle,
}

impl AtOnce {
    /// Runs begin on the runtime that this is called on.
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::downgrade(shared), runtime: Handle::current() }
    }

    fn start(&self, shared: &Arc<Shared>, occurrence: OccurrenceId, slot: Slot) -> Start {
        let claim = Submission { command: claim(shared, occurrence, None), ctx: shared.ctx() };
        let (shared, runtime) = (Arc::clone(shared), self.runtime.clone());
        let then = move |applied| {
            if let Some(claimed) = Claimed::of(applied) {
                run::begin(&shared, slot, claimed, &runtime);
            }
        };
        Start { claim, then: Box::new(then) }
    }
}

impl Starter for AtOnce {
    fn choose(&self, ready: &[JustReady]) -> Vec<Start> {
        let Some(shared) = self.shared.upgrade() else { return Vec::new() };
        // Files are looked at before a claim, and the writer does not wait for them.
        if shared.stopping.is_cancelled() || ready.iter().any(|one| one.watches) {
            return Vec::new();
        }
        let mut slots = shared.pool.at_once(ready, shared.clock.now());
        let mut in_order: Vec<_> = ready.iter().collect();
        in_order.sort_by_key(|one| one.sort_key);
        let starts = in_order.into_iter().filter_map(|one| {
            let slot = slots.get_mut(&one.lane)?.pop()?;
            Some(self.start(&shared, one.occurrence, slot))
        });
        starts.collect()
    }

    fn waits(&self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.pool.somebody_waits();
        }
    }
}
