//! Why a lane starts nothing at the moment.

use super::{Pool, State};
use aegis_domain::Timestamp;
use aegis_domain::breaker::Admits;
use aegis_domain::fair::{Lane, Load, Obstacle, Policy};

impl Pool {
    /// What keeps `lane` from starting anything, if something does; the one that lasts longest
    /// first.
    pub(super) fn obstacle(
        &self,
        state: &State,
        policy: &Policy,
        lane: &Lane,
        now: Timestamp,
    ) -> Option<Obstacle> {
        if let Some(hold) = state.holds.over(lane) {
            return Some(Obstacle::Held { hold: hold.clone() });
        }
        let (load, service) = self.kind(lane);
        if let Some(service) = service
            && let Admits::Nothing { until } = state.breakers.admits(&service, now)
        {
            let breaker = state.breakers.iter().find(|(known, _)| **known == service);
            let busy = breaker.and_then(|(_, b)| b.busy_until).filter(|at| Some(*at) == until);
            let category = breaker.and_then(|(_, b)| b.why);
            return Some(match busy {
                Some(until) => Obstacle::Busy { service, until },
                None => Obstacle::Resting { service, until, category },
            });
        }
        let strains = state.gate.strains();
        if policy.pressure && load != Load::Light && !strains.is_empty() && state.usage.total > 0 {
            return Some(Obstacle::Pressure { strains: strains.to_vec() });
        }
        let full = state.usage.full(&policy.limits, lane, load);
        full.map(|limit| Obstacle::Full { limit })
    }
}
