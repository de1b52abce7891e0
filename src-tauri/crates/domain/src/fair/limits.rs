//! How much there may be at once.

use super::Lane;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Light runs at once. They take no slot, so that a reminder does not wait for a build; this is
/// the bound that they have instead.
pub const LIGHT_LIMIT: u32 = 16;
/// The name that stands for every name without a limit of its own.
pub const EVERY: &str = "*";

/// What kind of load a run is for this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Load {
    /// Next to none: a notification. It takes no slot, and pressure does not hold it back.
    Light,
    /// A program.
    #[default]
    Program,
    /// A model at work: counts against the part for AI, too.
    Ai,
}

/// Limits by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Caps(pub BTreeMap<String, u32>);

impl Caps {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The limit of `name`: its own, or that of [`EVERY`].
    #[must_use]
    pub fn of(&self, name: &str) -> Option<u32> {
        self.0.get(name).or_else(|| self.0.get(EVERY)).copied()
    }
}

/// How much there may be at once. Each is 1 at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Runs.
    pub total: u32,
    /// Of them, runs of models.
    pub ai: u32,
    /// Runs of an executor.
    pub executors: Caps,
    /// Runs in a workspace.
    pub workspaces: Caps,
    /// Runs of an agent: the task's assignee.
    pub agents: Caps,
}

impl Default for Limits {
    /// 5 at once, 3 of them AI.
    fn default() -> Self {
        Self {
            total: 5,
            ai: 3,
            executors: Caps::default(),
            workspaces: Caps::default(),
            agents: Caps::default(),
        }
    }
}

impl Limits {
    /// Only so many at once.
    #[must_use]
    pub fn of(total: u32) -> Self {
        Self { total, ai: total, ..Self::default() }
    }

    /// How many runs a machine takes: two for each core, and one for each gibibyte of memory.
    #[must_use]
    pub fn total_for(cores: u32, memory: u64) -> u32 {
        cores.saturating_mul(2).min(gibibytes(memory)).max(1)
    }

    /// How many runs of models a machine takes: one for each core, and one for each two gibibytes
    /// of memory, since an agent starts programs of its own.
    #[must_use]
    pub fn ai_for(cores: u32, memory: u64) -> u32 {
        cores.min(gibibytes(memory) / 2).max(1)
    }
}

fn gibibytes(bytes: u64) -> u32 {
    u32::try_from(bytes >> 30).unwrap_or(u32::MAX)
}

/// Which limit is reached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Full {
    /// That of all runs.
    Total,
    /// That of models.
    Ai,
    /// That of light runs.
    Light,
    /// That of an executor.
    Executor(String),
    /// That of a workspace.
    Workspace(String),
    /// That of an agent.
    Agent(String),
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Total => f.write_str("every slot is in use"),
            Self::Ai => f.write_str("every slot for AI is in use"),
            Self::Light => f.write_str("too many notifications at once"),
            Self::Executor(name) => write!(f, "the limit of executor {name} is reached"),
            Self::Workspace(name) => write!(f, "the limit of workspace {name} is reached"),
            Self::Agent(name) => write!(f, "the limit of agent {name} is reached"),
        }
    }
}

/// What is in use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    /// Slots.
    pub total: u32,
    /// Of them, for models.
    pub ai: u32,
    /// Light runs; they take no slot.
    pub light: u32,
    executors: BTreeMap<String, u32>,
    workspaces: BTreeMap<String, u32>,
    agents: BTreeMap<String, u32>,
}

impl Usage {
    /// The limit that keeps a lane from starting one more, if one does.
    #[must_use]
    pub fn full(&self, limits: &Limits, lane: &Lane, load: Load) -> Option<Full> {
        match load {
            Load::Light if self.light >= LIGHT_LIMIT => return Some(Full::Light),
            Load::Program | Load::Ai if self.total >= limits.total => return Some(Full::Total),
            Load::Ai if self.ai >= limits.ai => return Some(Full::Ai),
            _ => {}
        }
        let reached = |caps: &Caps, used: &BTreeMap<String, u32>, name: &str| {
            let used = used.get(name).copied().unwrap_or(0);
            caps.of(name).is_some_and(|most| used >= most)
        };
        if let Some(name) = lane.executor.as_ref().map(crate::ExecutorName::as_str)
            && reached(&limits.executors, &self.executors, name)
        {
            return Some(Full::Executor(name.to_owned()));
        }
        if let Some(name) = &lane.workspace
            && reached(&limits.workspaces, &self.workspaces, name)
        {
            return Some(Full::Workspace(name.clone()));
        }
        if let Some(name) = &lane.agent
            && reached(&limits.agents, &self.agents, name)
        {
            return Some(Full::Agent(name.clone()));
        }
        None
    }

    /// One more of a lane.
    pub fn take(&mut self, lane: &Lane, load: Load) {
        self.change(lane, load, |n| n.saturating_add(1));
    }

    /// One less of a lane.
    pub fn give(&mut self, lane: &Lane, load: Load) {
        self.change(lane, load, |n| n.saturating_sub(1));
    }

    fn change(&mut self, lane: &Lane, load: Load, change: fn(u32) -> u32) {
        match load {
            Load::Light => self.light = change(self.light),
            Load::Program => self.total = change(self.total),
            Load::Ai => {
                self.total = change(self.total);
                self.ai = change(self.ai);
            }
        }
        let executor = lane.executor.as_ref().map(|e| &e.0);
        for (counts, name) in [
            (&mut self.executors, executor),
            (&mut self.workspaces, lane.workspace.as_ref()),
            (&mut self.agents, lane.agent.as_ref()),
        ] {
            let Some(name) = name else { continue };
            match counts.get_mut(name) {
                Some(used) => *used = change(*used),
                None => {
                    counts.insert(name.clone(), change(0));
                }
            }
            if counts.get(name) == Some(&0) {
                counts.remove(name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExecutorName;

    fn lane(executor: &str, workspace: Option<&str>, agent: Option<&str>) -> Lane {
        Lane {
            executor: Some(ExecutorName::new(executor)),
            workspace: workspace.map(str::to_owned),
            agent: agent.map(str::to_owned),
            model: None,
        }
    }

    fn caps(named: &[(&str, u32)]) -> Caps {
        Caps(named.iter().map(|(name, most)| ((*name).to_owned(), *most)).collect())
    }

    /// Takes until it is full, and says of what and after how many.
    fn fill(limits: &Limits, lane: &Lane, load: Load) -> (u32, Full) {
        let mut usage = Usage::default();
        for taken in 0..100 {
            if let Some(full) = usage.full(limits, lane, load) {
                return (taken, full);
            }
            usage.take(lane, load);
        }
        panic!("there is no limit")
    }

    #[test]
    fn the_tightest_limit_counts_and_is_named() {
        let all = lane("shell", Some("aegis"), Some("ann"));
        let mut limits = Limits { total: 10, ai: 3, ..Limits::default() };
        assert_eq!(fill(&limits, &all, Load::Program), (10, Full::Total));
        assert_eq!(fill(&limits, &all, Load::Ai), (3, Full::Ai));
        assert_eq!(fill(&limits, &all, Load::Light), (LIGHT_LIMIT, Full::Light));
        limits.executors = caps(&[("shell", 6)]);
        assert_eq!(fill(&limits, &all, Load::Program), (6, Full::Executor("shell".to_owned())));
        limits.workspaces = caps(&[(EVERY, 4), ("elsewhere", 1)]);
        assert_eq!(fill(&limits, &all, Load::Program), (4, Full::Workspace("aegis".to_owned())));
        limits.agents = caps(&[("ann", 2), (EVERY, 1)]);
        assert_eq!(fill(&limits, &all, Load::Program), (2, Full::Agent("ann".to_owned())));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let limits = Limits { workspaces: caps(&[(EVERY, 1)]), ..Limits::default() };
        let (one, two) = (lane("shell", Some("one"), None), lane("shell", Some("two"), None));
        let mut usage = Usage::default();
        usage.take(&one, Load::Program);
        assert!(usage.full(&limits, &one, Load::Program).is_some());
        assert_eq!(usage.full(&limits, &two, Load::Program), None);
        usage.give(&one, Load::Program);
        assert_eq!(usage, Usage::default());
    }

    #[test]
    fn a_light_run_takes_no_slot() {
        let limits = Limits::of(1);
        let mut usage = Usage::default();
        usage.take(&lane("shell", None, None), Load::Program);
        let reminder = lane("reminder", None, None);
        assert_eq!(usage.full(&limits, &reminder, Load::Light), None);
        usage.take(&reminder, Load::Light);
        assert_eq!(usage.total, 1);
    }

    #[test]
    fn a_machine_takes_what_its_cores_and_its_memory_allow() {
        const GIB: u64 = 1 << 30;
        for (cores, memory, total, ai) in
            [(1, GIB / 2, 1, 1), (2, 4 * GIB, 4, 2), (8, 16 * GIB, 16, 8), (16, 8 * GIB, 8, 4)]
        {
            assert_eq!(Limits::total_for(cores, memory), total, "{cores} cores, {memory}");
            assert_eq!(Limits::ai_for(cores, memory), ai, "{cores} cores, {memory}");
        }
    }
}
