//! A pool of slots in imagined time, which asks the domain what to start.

use aegis_domain::fair::{Candidate, Lane, Limits, Load, Room, Shares, Usage};
use aegis_domain::{ExecutorName, Priority, SortKey, Timestamp};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Work {
    pub sort_key: SortKey,
    pub name: String,
    pub millis: i64,
}

pub struct Pool {
    pub shares: Shares,
    pub limits: Limits,
    pub now: i64,
    usage: Usage,
    waiting: BTreeMap<Lane, BTreeSet<Work>>,
    /// Ends, the next first, with the lane and how long it took.
    running: BinaryHeap<(std::cmp::Reverse<i64>, Lane, i64)>,
    /// What started, in order: when, in which lane, what.
    pub started: Vec<(i64, Lane, String)>,
    /// Milliseconds of slots that each lane had so far.
    pub had: BTreeMap<Lane, i64>,
}

/// What is free, and what there is to start.
struct Left<'a> {
    usage: Usage,
    limits: &'a Limits,
    waiting: BTreeMap<Lane, usize>,
}

impl Room for Left<'_> {
    fn has(&self, lane: &Lane) -> bool {
        self.waiting[lane] > 0 && self.usage.full(self.limits, lane, Load::Program).is_none()
    }
    fn take(&mut self, lane: &Lane) {
        *self.waiting.get_mut(lane).unwrap() -= 1;
        self.usage.take(lane, Load::Program);
    }
}

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_timestamp_millis(1_700_000_000_000 + millis).unwrap()
}

pub fn lane(workspace: &str) -> Lane {
    Lane {
        executor: Some(ExecutorName::new("shell")),
        workspace: Some(workspace.to_owned()),
        ..Lane::default()
    }
}

impl Pool {
    pub fn new(slots: u32) -> Self {
        Self {
            shares: Shares::default(),
            limits: Limits::of(slots),
            now: 0,
            usage: Usage::default(),
            waiting: BTreeMap::new(),
            running: BinaryHeap::new(),
            started: Vec::new(),
            had: BTreeMap::new(),
        }
    }

    /// Work of a priority that gets ready now.
    pub fn add(&mut self, lane: &Lane, name: &str, priority: u8, millis: i64) {
        let sort_key = SortKey::new(at(self.now), Priority::new(priority).unwrap());
        let work = Work { sort_key, name: name.to_owned(), millis };
        self.waiting.entry(lane.clone()).or_default().insert(work);
    }

    pub fn waits(&self, lane: &Lane) -> usize {
        self.waiting.get(lane).map_or(0, BTreeSet::len)
    }

    /// Starts what there is room for.
    pub fn fill(&mut self) {
        let head = |(lane, work): (&Lane, &BTreeSet<Work>)| {
            work.first().map(|w| Candidate { lane: lane.clone(), sort_key: w.sort_key })
        };
        let heads: Vec<_> = self.waiting.iter().filter_map(head).collect();
        let mut room = Left {
            usage: self.usage.clone(),
            limits: &self.limits,
            waiting: self.waiting.iter().map(|(l, w)| (l.clone(), w.len())).collect(),
        };
        let chosen = self.shares.choose(&heads, u32::MAX, at(self.now), &mut room);
        for (lane, count) in chosen {
            for _ in 0..count {
                let work = self.waiting.get_mut(&lane).unwrap().pop_first().unwrap();
                self.usage.take(&lane, Load::Program);
                self.shares.take(&lane, at(self.now));
                self.started.push((self.now, lane.clone(), work.name));
                let end = self.now + work.millis;
                self.running.push((std::cmp::Reverse(end), lane.clone(), work.millis));
            }
        }
    }

    /// Goes to the next end; says whether there was one.
    pub fn step(&mut self) -> bool {
        self.fill();
        let Some((std::cmp::Reverse(end), lane, millis)) = self.running.pop() else {
            return false;
        };
        self.now = end;
        self.usage.give(&lane, Load::Program);
        self.shares.give(&lane, at(end));
        *self.had.entry(lane).or_default() += millis;
        true
    }

    /// Lets time pass until `until`.
    pub fn run_until(&mut self, until: i64) {
        self.fill();
        while self.running.peek().is_some_and(|(end, ..)| end.0 <= until) {
            self.step();
            self.fill();
        }
        self.now = self.now.max(until);
        self.fill();
    }

    pub fn minutes(count: i64) -> i64 {
        TimeDelta::minutes(count).num_milliseconds()
    }
}
