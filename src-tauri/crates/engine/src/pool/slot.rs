//! A place in the pool, from when it is chosen until a run begins in it.

use super::{Live, Pool};
use aegis_domain::fair::Lane;
use aegis_domain::{RunId, Timestamp};
use std::sync::Arc;

/// Room for one run of a lane. Who chooses takes it, so that nobody else takes it meanwhile; what is
/// dropped without a run is given back.
pub(crate) struct Slot {
    pool: Arc<Pool>,
    lane: Lane,
    begun: bool,
}

impl Slot {
    /// The room that the choice has taken for `lane`.
    pub(super) fn taken(pool: &Arc<Pool>, lane: Lane) -> Self {
        Self { pool: Arc::clone(pool), lane, begun: false }
    }

    /// A run begins in it.
    pub(crate) fn begin(mut self, run: RunId, now: Timestamp) {
        self.begun = true;
        let (load, service) = self.pool.kind(&self.lane);
        let mut state = self.pool.lock();
        state.shares.take(&self.lane, now);
        if let Some(service) = &service {
            state.breakers.began(service, run, now);
        }
        let live = Live { lane: self.lane.clone(), load, service, released: false };
        state.live.insert(run, live);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.begun {
            return;
        }
        let (load, _) = self.pool.kind(&self.lane);
        let mut state = self.pool.lock();
        state.usage.give(&self.lane, load);
        state.shares.refund(&self.lane);
        state.count();
    }
}
