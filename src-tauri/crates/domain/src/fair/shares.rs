//! Deficit round robin between lanes.
//!
//! The unit is the time for which a slot is held. Each round gives every lane that has work a
//! quantum; a lane may start something while it has credit, and pays for it: one quantum for the
//! start, and the time of the slot as it goes by. What a run costs is known only when it has
//! ended, so a lane may go into debt, and waits until rounds have paid it (Shreedhar and Varghese,
//! "Efficient Fair Queuing using Deficit Round Robin", 1995; the debt is as in "surplus round
//! robin", Adiseshu and others, 1996). So lanes with short work take turns, and one with long work
//! gets as much time as the others, not as many starts.
//!
//! In a round the most urgent lane goes first, so that priorities count between lanes too as far
//! as shares allow. Nobody saves up: a lane without work has no credit, and its debt fades as
//! rounds pass.
//!
//! **Bound:** a lane that held no slot lately goes into debt with its next start at the earliest.
//! Until then each other lane starts at most one more thing before it.

use super::Lane;
use crate::{SortKey, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// What a lane gets in a round, and what a start costs: milliseconds of a slot. About what it takes
/// to start a program, so that work of no length is not free.
pub const QUANTUM: i64 = 10;
/// The largest debt, milliseconds: an hour. What ran longer is not held against a lane.
pub const MOST: i64 = 3_600_000;

/// A lane that has work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub lane: Lane,
    /// The place of the first in it, with the executor's offset.
    pub sort_key: SortKey,
}

/// What there is room for, while it is shared out.
pub trait Room {
    /// Whether a lane may start one more.
    fn has(&self, lane: &Lane) -> bool;
    /// A lane starts one more.
    fn take(&mut self, lane: &Lane);
}

/// Who had how much.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shares {
    lanes: BTreeMap<Lane, Share>,
    /// Up to when slots have been paid for.
    paid: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Share {
    /// Milliseconds; below zero is debt.
    credit: i64,
    /// Slots that it holds.
    slots: u32,
}

impl Shares {
    /// A lane takes a slot.
    pub fn take(&mut self, lane: &Lane, now: Timestamp) {
        self.pay(now);
        let share = self.account(lane);
        share.slots = share.slots.saturating_add(1);
    }

    /// A lane gives a slot back.
    pub fn give(&mut self, lane: &Lane, now: Timestamp) {
        self.pay(now);
        if let Some(share) = self.lanes.get_mut(lane) {
            share.slots = share.slots.saturating_sub(1);
        }
    }

    /// What was chosen did not start after all.
    pub fn refund(&mut self, lane: &Lane) {
        if let Some(share) = self.lanes.get_mut(lane) {
            share.credit += QUANTUM;
        }
    }

    /// Takes what slots have cost since the last time.
    fn pay(&mut self, now: Timestamp) {
        let since = self.paid.replace(now).unwrap_or(now);
        // A clock that was set costs nobody anything: backwards nothing, forwards at most `MOST`.
        let elapsed = (now - since).num_milliseconds().clamp(0, MOST);
        for share in self.lanes.values_mut().filter(|share| share.slots > 0) {
            let cost = elapsed.saturating_mul(i64::from(share.slots));
            share.credit = share.credit.saturating_sub(cost).max(-MOST);
        }
    }

    /// Which lanes start how much, at most `most` in all, in the order in which they go first.
    /// The work of those without room does not count as waiting: a round that they cannot use
    /// would only forgive debts.
    pub fn choose(
        &mut self,
        candidates: &[Candidate],
        most: u32,
        now: Timestamp,
        room: &mut impl Room,
    ) -> Vec<(Lane, u32)> {
        self.pay(now);
        let mut open: Vec<&Candidate> = candidates.iter().collect();
        open.sort_by_key(|candidate| candidate.sort_key);
        let mut chosen: Vec<(Lane, u32)> = Vec::new();
        let mut left = most;
        loop {
            open.retain(|candidate| room.has(&candidate.lane));
            if left == 0 || open.is_empty() {
                return chosen;
            }
            let Some(next) = open.iter().find(|c| self.credit(&c.lane) > 0) else {
                self.go_round(&open);
                continue;
            };
            let lane = &next.lane;
            room.take(lane);
            self.account(lane).credit -= QUANTUM;
            match chosen.iter_mut().find(|(known, _)| known == lane) {
                Some((_, count)) => *count += 1,
                None => chosen.push((lane.clone(), 1)),
            }
            left -= 1;
        }
    }

    /// The account of a lane, opened when it has none.
    fn account(&mut self, lane: &Lane) -> &mut Share {
        self.lanes.entry(lane.clone()).or_default()
    }

    fn credit(&self, lane: &Lane) -> i64 {
        self.lanes.get(lane).map_or(0, |share| share.credit)
    }

    /// As many rounds as it takes until somebody of `open` has credit.
    fn go_round(&mut self, open: &[&Candidate]) {
        let rounds = |lane: &Lane| -self.credit(lane) / QUANTUM + 1;
        let rounds = open.iter().map(|c| rounds(&c.lane)).min().unwrap_or(0);
        let open: BTreeSet<&Lane> = open.iter().map(|c| &c.lane).collect();
        for lane in &open {
            self.account(lane).credit += rounds * QUANTUM;
        }
        self.lanes.retain(|lane, share| {
            if !open.contains(lane) {
                share.credit = (share.credit + rounds * QUANTUM).min(0);
            }
            open.contains(lane) || share.credit < 0 || share.slots > 0
        });
    }
}
