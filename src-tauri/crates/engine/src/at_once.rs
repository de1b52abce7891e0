//! Work that is taken on in the commit in which it gets ready, or in which a slot gets free for it.
//! What the writer cannot decide, because somebody has to wait for an answer, is left to the driver.

use crate::driver::{Claimed, claim};
use crate::engine::Shared;
use crate::pool::{By, Slot, Starts};
use crate::run;
use aegis_domain::OccurrenceId;
use aegis_store::{Chosen, Lanes, Look, Start, Starter, StoreError, Submission};
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
        let then = move |applied| match Claimed::of(applied) {
            Some(claimed) => run::begin(&shared, slot, claimed, &runtime),
            // It has to wait after all, or is left out: its slot is for somebody else.
            None => {
                drop(slot);
                shared.nudge.notify_one();
            }
        };
        Start { claim, then: Box::new(then) }
    }
}

impl Starter for AtOnce {
    fn looks(&self) -> Look {
        match self.shared.upgrade() {
            Some(shared) if !shared.stopping.is_cancelled() => shared.pool.looks(),
            _ => Look::Nowhere,
        }
    }

    fn choose(&self, lanes: &dyn Lanes) -> Result<Chosen, StoreError> {
        let Some(shared) = self.shared.upgrade() else { return Ok(Chosen::default()) };
        let Starts { rows, nobody, .. } =
            shared.pool.starts(lanes, shared.clock.now(), By::TheWriter)?;
        let starts = rows.into_iter().map(|(slot, row)| self.start(&shared, row.occurrence, slot));
        Ok(Chosen { starts: starts.collect(), nobody })
    }

    fn committed(&self, waits: Option<bool>) {
        let Some(shared) = self.shared.upgrade() else { return };
        if let Some(waits) = waits {
            shared.pool.waits(waits);
        }
        if shared.pool.is_for_the_driver() {
            shared.nudge.notify_one();
        }
    }

    fn passed_over(&self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.pool.waits(true);
            shared.nudge.notify_one();
        }
    }
}
