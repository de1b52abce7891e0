//! What may start, what waits, and what is held back.

use super::method;
use aegis_domain::breaker::{Breaker, Service};
use aegis_domain::fair::{Lane, Obstacle};
use aegis_domain::hold::{Hold, HoldMode, Scope};
use aegis_domain::pressure::{Reading, Strain};
use serde::{Deserialize, Serialize};

/// How busy the engine is, group by group. It counts all that waits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct GetPool {}
method!("engine.pool", GetPool => PoolView);

/// How busy the engine is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PoolView {
    /// Most runs at once.
    pub total_workers: u32,
    /// Runs that hold a slot.
    pub active_workers: u32,
    /// Most runs of models at once.
    pub max_agents: u32,
    /// Runs of models.
    pub active_agents: u32,
    /// Runs that are alive, also those that hold no slot: notifications, and what is paused.
    pub alive: u32,
    /// What waits and may start.
    pub queued_tasks: u64,
    /// All that waits, also for a time that has not come.
    pub queue_size: u64,
    /// The same by urgency.
    pub bands: Bands,
    /// Groups that have work, by name.
    pub groups: Vec<GroupView>,
    /// What is held back, the oldest first.
    pub holds: Vec<HoldView>,
    /// Services that rest after failures, that one run tries, or that asked for a pause.
    pub rests: Vec<RestView>,
    /// How the machine is.
    pub pressure: PressureView,
}

/// What waits, by urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bands {
    /// Priority 8 and more, critical work too.
    #[serde(rename = "HIGH")]
    pub high: u64,
    /// Priority 4 to 7.
    #[serde(rename = "NORMAL")]
    pub normal: u64,
    /// Priority 0 to 3.
    #[serde(rename = "LOW")]
    pub low: u64,
    /// Of the first, priority 10.
    pub critical: u64,
}

/// Work of one executor, workspace, agent and model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupView {
    /// Which.
    #[serde(flatten)]
    pub lane: Lane,
    /// Runs that are alive.
    pub running: u32,
    /// What waits, also for a time that has not come.
    pub waiting: u64,
    /// Of it, what may start.
    pub ready: u64,
    /// Most runs at once: the tightest limit.
    pub limit: u32,
    /// Why it starts nothing although something could, in words.
    pub held: Option<String>,
    /// The same as data.
    pub obstacle: Option<Obstacle>,
}

/// Something that is held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldView {
    /// What, and why.
    #[serde(flatten)]
    pub hold: Hold,
    /// Runs of it that are still alive.
    pub running: u32,
}

/// A service that starts nothing, or one thing only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestView {
    /// Which.
    #[serde(flatten)]
    pub service: Service,
    /// How it stands.
    #[serde(flatten)]
    pub breaker: Breaker,
}

/// How the machine is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PressureView {
    /// How it was when it was last looked at.
    pub reading: Option<Reading>,
    /// What it is short of; new work is held back for it.
    pub strains: Vec<Strain>,
    /// The same in words.
    pub held: Vec<String>,
}

/// Start nothing new of a scope; what runs goes on. Survives a restart.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldWork {
    /// Whose work; everybody's when absent.
    #[serde(default)]
    pub scope: Scope,
    /// Why.
    pub mode: HoldMode,
}
method!("engine.hold", HoldWork => PoolView);

/// Start new work of a scope again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftHold {
    /// Whose work; what holds everybody's when absent.
    #[serde(default)]
    pub scope: Scope,
}
method!("engine.lift", LiftHold => PoolView);

/// Wait until nothing of a scope runs any more, for so long at most.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitForDrain {
    /// Whose work; everybody's when absent.
    #[serde(default)]
    pub scope: Scope,
    /// Seconds; 30 at most.
    pub limit_secs: u64,
}
method!("engine.drained", WaitForDrain => StillRunning);

/// What has not ended yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StillRunning {
    /// Runs that are alive.
    pub running: u32,
}

/// Let a service that rests work again at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndRest {
    /// Which.
    #[serde(flatten)]
    pub service: Service,
}
method!("engine.end_rest", EndRest => PoolView);
