//! How busy the engine is, and what it holds back.

use super::Pool;
use aegis_domain::Timestamp;
use aegis_domain::breaker::{Breaker, Service};
use aegis_domain::fair::{Lane, Limits, Load, Obstacle};
use aegis_domain::hold::{Hold, Scope};
use aegis_domain::pressure::{Reading, Strain};
use aegis_store::Waiting;
use std::collections::BTreeMap;

/// How busy the engine is.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolStatus {
    /// Runs that hold a slot.
    pub used: u32,
    /// Most runs at once.
    pub total: u32,
    /// Of them, runs of models.
    pub ai_used: u32,
    /// Most runs of models at once.
    pub ai_total: u32,
    /// Light runs, which hold no slot.
    pub light: u32,
    /// Runs that are alive, also those that have given their slot to others.
    pub alive: u32,
    /// Whether all new work is held back.
    pub paused: bool,
    /// Everything that is held back.
    pub holds: Vec<HoldStatus>,
    /// Services that rest or are tried.
    pub rests: Vec<(Service, Breaker)>,
    /// How the machine was when it was last looked at.
    pub reading: Option<Reading>,
    /// What it is short of, when that holds work back.
    pub strains: Vec<Strain>,
}

/// Something that is held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldStatus {
    /// What, and why.
    pub hold: Hold,
    /// Runs of it that are still alive.
    pub running: u32,
}

/// A lane that has work.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Which.
    pub lane: Lane,
    /// Runs that are alive.
    pub running: u32,
    /// What waits in it.
    pub waiting: u64,
    /// Of it, what may start.
    pub ready: u64,
    /// Most of it at once.
    pub limit: u32,
    /// Why it starts nothing, when something could.
    pub obstacle: Option<Obstacle>,
}

impl Pool {
    pub(crate) fn status(&self, now: Timestamp) -> PoolStatus {
        let policy = self.policy.borrow();
        let mut state = self.lock();
        if policy.pressure {
            self.look(&mut state);
        }
        let state = &*state;
        let alive = |scope: &Scope| count(state.live.values().filter(|l| scope.covers(&l.lane)));
        let holds = state.holds.iter();
        PoolStatus {
            used: state.usage.total,
            total: policy.limits.total,
            ai_used: state.usage.ai,
            ai_total: policy.limits.ai,
            light: state.usage.light,
            alive: alive(&Scope::All),
            paused: state.holds.of(&Scope::All).is_some(),
            holds: holds
                .map(|hold| HoldStatus { hold: hold.clone(), running: alive(&hold.scope) })
                .collect(),
            rests: state
                .breakers
                .iter()
                .filter(|(_, breaker)| !breaker.is_quiet(now))
                .map(|(service, breaker)| (service.clone(), breaker.clone()))
                .collect(),
            reading: state.reading.map(|(reading, _)| reading),
            strains: state.gate.strains().to_vec(),
        }
    }

    /// Every lane that has work, by name; `waiting` is what the database says.
    pub(crate) fn groups(&self, waiting: &[Waiting], now: Timestamp) -> Vec<Group> {
        let policy = self.policy.borrow();
        let state = self.lock();
        let mut lanes: BTreeMap<&Lane, (u32, u64, u64)> = BTreeMap::new();
        for live in state.live.values() {
            lanes.entry(&live.lane).or_default().0 += 1;
        }
        for waits in waiting {
            let entry = lanes.entry(&waits.lane).or_default();
            (entry.1, entry.2) = (waits.all, waits.ready);
        }
        let group = |(lane, (running, waiting, ready)): (&Lane, (u32, u64, u64))| Group {
            lane: lane.clone(),
            running,
            waiting,
            ready,
            limit: limit(&policy.limits, lane, self.kind(lane).0),
            obstacle: self.obstacle(&state, &policy, lane, now).filter(|_| ready > 0),
        };
        lanes.into_iter().map(group).collect()
    }
}

/// The tightest limit of a lane.
fn limit(limits: &Limits, lane: &Lane, load: Load) -> u32 {
    let of_load = match load {
        Load::Light => aegis_domain::fair::LIGHT_LIMIT,
        Load::Program => limits.total,
        Load::Ai => limits.total.min(limits.ai),
    };
    let executor = lane.executor.as_ref().and_then(|e| limits.executors.of(e.as_str()));
    let workspace = lane.workspace.as_ref().and_then(|name| limits.workspaces.of(name));
    let agent = lane.agent.as_ref().and_then(|name| limits.agents.of(name));
    [executor, workspace, agent].into_iter().flatten().fold(of_load, u32::min)
}

pub(super) fn count(runs: impl Iterator) -> u32 {
    u32::try_from(runs.count()).unwrap_or(u32::MAX)
}
