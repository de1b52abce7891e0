//! What to start, out of what is ready.

use super::{Pool, State};
use aegis_domain::Timestamp;
use aegis_domain::breaker::{Admits, Service};
use aegis_domain::fair::{Candidate, Lane, Load, Policy, Room, Usage};
use aegis_domain::hold::Scope;
use aegis_store::{Head, Reader, ReadyRow, StoreError};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Starts of one look; the next look follows at once.
const AT_ONCE: u32 = 256;
/// A reading is used for this long: work that takes no time must not spend it on readings.
const FRESH: Duration = Duration::from_secs(1);
/// While pressure holds work back, the machine is looked at this often.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(5);

/// What to start, and when to look again at what is held back.
pub(crate) struct Starts {
    /// In order, each with the lane that it was chosen for.
    pub(crate) rows: Vec<(Lane, ReadyRow)>,
    /// When something that is held back now may start by itself.
    pub(crate) again: Option<Timestamp>,
}

/// How much to start of which lane, in order, and when to look again.
struct Choice {
    take: Vec<(Lane, u32)>,
    again: Option<Timestamp>,
}

/// What a lane may do in this look.
struct Standing {
    load: Load,
    service: Option<Service>,
    /// It may start one thing, to try its service.
    trial: bool,
    /// Only one thing at once, because the machine has enough to do.
    alone: bool,
}

/// The room that is left while it is shared out.
struct Left<'a> {
    usage: Usage,
    policy: &'a Policy,
    standings: BTreeMap<&'a Lane, Standing>,
    tried: BTreeSet<Service>,
}

impl Room for Left<'_> {
    fn has(&self, lane: &Lane) -> bool {
        let Some(standing) = self.standings.get(lane) else { return false };
        let tried = standing.service.as_ref().is_some_and(|s| self.tried.contains(s));
        let crowded = standing.alone && self.usage.total > 0;
        let barred = crowded || (standing.trial && tried);
        !barred && self.usage.full(&self.policy.limits, lane, standing.load).is_none()
    }

    fn take(&mut self, lane: &Lane) {
        let Some(standing) = self.standings.get(lane) else { return };
        self.usage.take(lane, standing.load);
        if let (true, Some(service)) = (standing.trial, &standing.service) {
            self.tried.insert(service.clone());
        }
    }
}

impl Pool {
    /// What to start at `now`.
    pub(crate) fn starts(&self, reader: &Reader<'_>, now: Timestamp) -> Result<Starts, StoreError> {
        let mut rows = Vec::new();
        if self.lock().holds.of(&Scope::All).is_some() {
            return Ok(Starts { rows, again: None });
        }
        let choice = self.choose(&reader.heads(now)?, now);
        for (lane, count) in choice.take {
            let found = reader.ready(&lane, now, count)?;
            // How much there is in a lane is not known before.
            for _ in found.len()..count as usize {
                self.refund(&lane);
            }
            rows.extend(found.into_iter().map(|row| (lane.clone(), row)));
        }
        Ok(Starts { rows, again: choice.again })
    }

    /// How much to start of the lanes that have something ready.
    fn choose(&self, heads: &[Head], now: Timestamp) -> Choice {
        if heads.is_empty() {
            return Choice { take: Vec::new(), again: None };
        }
        let policy = self.policy.borrow().clone();
        let mut guard = self.lock();
        let state = &mut *guard;
        let mut again: Option<Timestamp> = None;
        let mut later = |at: Timestamp| again = Some(again.map_or(at, |known| known.min(at)));
        let mut standings = BTreeMap::new();
        for lane in heads.iter().map(|head| &head.lane) {
            if state.holds.over(lane).is_some() {
                continue;
            }
            let (load, service) = self.kind(lane);
            let admits = service.as_ref().map_or(Admits::All, |s| state.breakers.admits(s, now));
            if let Admits::Nothing { until } = admits {
                until.into_iter().for_each(&mut later);
                continue;
            }
            let trial = admits == Admits::Trial;
            standings.insert(lane, Standing { load, service, trial, alone: false });
        }
        if self.is_pressed(state, &policy, standings.values().map(|s| s.load)) {
            for standing in standings.values_mut().filter(|s| s.load != Load::Light) {
                standing.alone = true;
            }
            later(now + LOOK_AGAIN);
        }
        let candidates: Vec<_> = heads
            .iter()
            .filter(|head| standings.contains_key(&head.lane))
            .map(|head| Candidate {
                lane: head.lane.clone(),
                sort_key: policy.offset(head.lane.executor.as_ref(), head.sort_key),
            })
            .collect();
        let tried = BTreeSet::new();
        let mut left = Left { usage: state.usage.clone(), policy: &policy, standings, tried };
        let take = state.shares.choose(&candidates, AT_ONCE, now, &mut left);
        Choice { take, again }
    }

    /// Whether the machine has enough to do. It is looked at only when something else could start
    /// beside what runs: one thing at a time is always let through.
    fn is_pressed(
        &self,
        state: &mut State,
        policy: &Policy,
        loads: impl Iterator<Item = Load>,
    ) -> bool {
        let heavy = loads.filter(|load| *load != Load::Light).count();
        if !policy.pressure {
            state.gate.open();
            return false;
        }
        if heavy == 0 || state.usage.total >= policy.limits.total {
            return false;
        }
        self.look(state);
        !state.gate.strains().is_empty()
    }

    /// Looks at the machine, unless somebody just did.
    pub(super) fn look(&self, state: &mut State) {
        let now = Instant::now();
        if state.reading.is_some_and(|(_, at)| now.duration_since(at) < FRESH) {
            return;
        }
        let reading = self.pressure.read();
        let before = state.gate.strains().is_empty();
        let strains = state.gate.read(&reading);
        if strains.is_empty() != before {
            tracing::info!(?strains, "pressure on the machine has changed what may start");
        }
        state.reading = Some((reading, now));
    }
}
