//! What to start, out of what is ready.

use super::{Pool, Slot, State};
use aegis_domain::Timestamp;
use aegis_domain::breaker::{Admits, Service};
use aegis_domain::fair::{Candidate, Lane, Load, Policy, Room, Usage};
use aegis_domain::hold::Scope;
use aegis_store::{Head, Heads, Lanes, ReadyRow, StoreError};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Starts of one look; the next look follows at once.
const AT_ONCE: u32 = 256;
/// A reading is used for this long: work that takes no time must not spend it on readings.
const FRESH: Duration = Duration::from_secs(1);
/// While pressure holds work back, the machine is looked at this often.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(5);

/// What to start, and when to look again at what is held back.
pub(crate) struct Starts {
    /// In order, each with its slot.
    pub(crate) rows: Vec<(Slot, ReadyRow)>,
    /// When something that is held back now may start by itself.
    pub(crate) again: Option<Timestamp>,
    /// There was nothing in the lanes.
    pub(crate) nobody: bool,
}

/// How much to start of which lane, in order, and when to look again.
#[derive(Default)]
struct Choice {
    take: Vec<(Lane, Vec<Slot>)>,
    again: Option<Timestamp>,
    /// Something could start that needs more than a look.
    more: bool,
}

/// Who asks what may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Who looks at everything.
    TheDriver,
    /// Who must not wait, and leaves to the driver what has to be waited for.
    TheWriter,
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
    pub(crate) fn starts(
        self: &Arc<Self>,
        lanes: &dyn Lanes,
        now: Timestamp,
        by: By,
    ) -> Result<Starts, StoreError> {
        let mut starts = Starts { rows: Vec::new(), again: None, nobody: false };
        if self.lock().holds.of(&Scope::All).is_some() {
            return Ok(starts);
        }
        let heads = lanes.heads(now)?;
        starts.nobody = heads == Heads::default();
        let choice = self.choose(&heads.lanes, now, by);
        let mut more = choice.more;
        for (lane, slots) in choice.take {
            // How much there is in a lane is not known before: slots that are left over go back.
            let most = u32::try_from(slots.len()).unwrap_or(AT_ONCE);
            let mut ready = lanes.ready(&lane, now, most)?;
            if by == By::TheWriter
                && let Some(watches) = ready.iter().position(|row| row.watch.is_some())
            {
                // Files are looked at before a claim. Nobody overtakes who waits for that.
                ready.truncate(watches);
                more = true;
            }
            starts.rows.extend(slots.into_iter().zip(ready));
        }
        starts.again = [choice.again, heads.next].into_iter().flatten().min();
        if by == By::TheWriter {
            self.lock().for_the_driver |= more || starts.again.is_some();
        }
        Ok(starts)
    }

    /// Whether something has been left to the driver since this was last asked.
    pub(crate) fn is_for_the_driver(&self) -> bool {
        std::mem::take(&mut self.lock().for_the_driver)
    }

    /// How much to start of the lanes that have something ready. The slots are taken.
    fn choose(self: &Arc<Self>, heads: &[Head], now: Timestamp, by: By) -> Choice {
        if heads.is_empty() {
            return Choice::default();
        }
        let policy = self.policy.borrow().clone();
        let mut guard = self.lock();
        let state = &mut *guard;
        let driver = by == By::TheDriver;
        if state.holds.of(&Scope::All).is_some() {
            return Choice::default();
        }
        let mut more = false;
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
            if trial && !driver {
                more = true;
                continue;
            }
            standings.insert(lane, Standing { load, service, trial, alone: false });
        }
        match self.is_pressed(state, &policy, standings.values().map(|s| s.load), driver) {
            Some(false) => {}
            pressed => {
                for standing in standings.values_mut().filter(|s| s.load != Load::Light) {
                    standing.alone = true;
                }
                // The driver looks at the machine.
                more |= pressed.is_none();
                later(now + LOOK_AGAIN);
            }
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
        let chosen = state.shares.choose(&candidates, AT_ONCE, now, &mut left);
        state.usage = left.usage;
        state.count();
        let slots = |(lane, count): (Lane, u32)| {
            let slots = (0..count).map(|_| Slot::taken(self, lane.clone())).collect();
            (lane, slots)
        };
        Choice { take: chosen.into_iter().map(slots).collect(), again, more }
    }

    /// Whether the machine has enough to do; `None` when that is not known without a look. It is
    /// looked at only when something else could start beside what runs: one thing at a time is
    /// always let through.
    fn is_pressed(
        &self,
        state: &mut State,
        policy: &Policy,
        loads: impl Iterator<Item = Load>,
        may_look: bool,
    ) -> Option<bool> {
        let heavy = loads.filter(|load| *load != Load::Light).count();
        if !policy.pressure {
            state.gate.open();
            return Some(false);
        }
        if heavy == 0 || state.usage.total >= policy.limits.total {
            return Some(false);
        }
        if may_look {
            self.look(state);
        } else if state.reading.is_none_or(|(_, at)| at.elapsed() >= FRESH) {
            return None;
        }
        Some(!state.gate.strains().is_empty())
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
