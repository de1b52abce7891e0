//! The breakers of all services.

use super::{Admits, Breaker, BreakerState, Service, Sign};
use crate::{RunId, Timestamp};
use std::collections::BTreeMap;

/// The breakers of all services.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breakers(BTreeMap<Service, Breaker>);

impl Breakers {
    /// Whether a service may start something at `now`.
    #[must_use]
    pub fn admits(&self, service: &Service, now: Timestamp) -> Admits {
        self.0.get(service).map_or(Admits::All, |breaker| breaker.admits(now))
    }

    /// As [`Breaker::began`].
    pub fn began(&mut self, service: &Service, run: RunId, now: Timestamp) -> bool {
        self.0.get_mut(service).is_some_and(|breaker| breaker.began(run, now))
    }

    /// As [`Breaker::ended`].
    pub fn ended(&mut self, service: Service, run: RunId, sign: &Sign, now: Timestamp) -> bool {
        match (self.0.get_mut(&service), sign) {
            (Some(breaker), sign) => breaker.ended(run, sign, now),
            (None, Sign::Well | Sign::None) => false,
            (None, sign) => self.0.entry(service).or_default().ended(run, sign, now),
        }
    }

    /// Lets a service start again at once; says whether it was held.
    pub fn reset(&mut self, service: &Service) -> bool {
        self.0.remove(service).is_some()
    }

    /// Each service with its breaker.
    pub fn iter(&self) -> impl Iterator<Item = (&Service, &Breaker)> {
        self.0.iter()
    }

    /// What another engine is to know: the pairs, without runs that it cannot have.
    #[must_use]
    pub fn to_keep(&self) -> Vec<(Service, Breaker)> {
        let mut kept: Vec<_> = self.0.iter().map(|(s, b)| (s.clone(), b.clone())).collect();
        for (_, breaker) in &mut kept {
            if let BreakerState::HalfOpen { trial } = &mut breaker.state {
                *trial = None;
            }
        }
        kept
    }

    /// What an engine before this one has kept.
    #[must_use]
    pub fn from_kept(kept: Vec<(Service, Breaker)>) -> Self {
        Self(kept.into_iter().collect())
    }
}
