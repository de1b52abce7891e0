//! Holding work back: all of it, or that of one group.

use crate::fair::Lane;
use crate::visible::is_hidden;
use crate::{Actor, Invalid, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most characters of a name, as in a task (`task/check/field.rs`).
const MAX_NAME: usize = 200;

/// Whose work it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Scope {
    /// Everybody's.
    #[default]
    All,
    /// That of an executor.
    Executor(String),
    /// That in a workspace.
    Workspace(String),
    /// That of an agent: the task's assignee.
    Agent(String),
}

impl Scope {
    /// The scope with its name as tasks have it.
    ///
    /// # Errors
    /// [`Invalid`] for a name that no task can have.
    pub fn check(self) -> Result<Self, Invalid> {
        let bare = |name: &str| {
            let name = name.trim().trim_start_matches(['@', '~']);
            let hint = "Name it as tasks do.";
            if name.is_empty() {
                return Err(Invalid::new("scope", "The name of the group is empty.", hint));
            }
            if name.chars().count() > MAX_NAME || name.chars().any(is_hidden) {
                let message = "No task can be of a group with such a name.";
                return Err(Invalid::new("scope", message, hint));
            }
            Ok(name.to_owned())
        };
        Ok(match self {
            Self::All => Self::All,
            Self::Executor(name) => Self::Executor(bare(&name)?),
            Self::Workspace(name) => Self::Workspace(bare(&name)?),
            Self::Agent(name) => Self::Agent(bare(&name)?),
        })
    }

    /// Whether a lane's work belongs to it.
    #[must_use]
    pub fn covers(&self, lane: &Lane) -> bool {
        match self {
            Self::All => true,
            Self::Executor(name) => lane.executor.as_ref().is_some_and(|e| e.as_str() == name),
            Self::Workspace(name) => lane.workspace.as_ref() == Some(name),
            Self::Agent(name) => lane.agent.as_ref() == Some(name),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all work"),
            Self::Executor(name) => write!(f, "executor {name}"),
            Self::Workspace(name) => write!(f, "workspace {name}"),
            Self::Agent(name) => write!(f, "agent {name}"),
        }
    }
}

/// Why it is held back. Nothing new starts in either; they differ in what is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldMode {
    /// For now.
    Pause,
    /// Until nothing of it runs any more.
    Drain,
}

/// Work that is held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Whose.
    pub scope: Scope,
    /// Why.
    pub mode: HoldMode,
    /// Since when.
    pub since: Timestamp,
    /// Who said so.
    pub by: Actor,
}

/// Everything that is held back; one hold for a scope.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Holds(Vec<Hold>);

impl Holds {
    /// Holds a scope back, in the place of what was said of it before.
    pub fn put(&mut self, hold: Hold) {
        self.lift(&hold.scope);
        self.0.push(hold);
    }

    /// Lets a scope go; says whether it was held.
    pub fn lift(&mut self, scope: &Scope) -> bool {
        let before = self.0.len();
        self.0.retain(|hold| hold.scope != *scope);
        self.0.len() < before
    }

    /// What keeps a lane's work back, the widest first.
    #[must_use]
    pub fn over(&self, lane: &Lane) -> Option<&Hold> {
        self.0.iter().filter(|hold| hold.scope.covers(lane)).min_by_key(|hold| &hold.scope)
    }

    /// Whether a scope itself is held.
    #[must_use]
    pub fn of(&self, scope: &Scope) -> Option<&Hold> {
        self.0.iter().find(|hold| hold.scope == *scope)
    }

    /// Every hold, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Hold> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExecutorName;

    fn hold(scope: Scope, mode: HoldMode) -> Hold {
        Hold { scope, mode, since: Timestamp::UNIX_EPOCH, by: Actor::System }
    }

    #[test]
    fn a_hold_is_over_the_lanes_of_its_scope_and_no_others() {
        let lane = Lane {
            executor: Some(ExecutorName::new("shell")),
            workspace: Some("aegis".to_owned()),
            agent: Some("ann".to_owned()),
            model: None,
        };
        let other = Lane { executor: Some(ExecutorName::new("reminder")), ..Lane::default() };
        let scopes = [
            Scope::Executor("shell".to_owned()),
            Scope::Workspace("aegis".to_owned()),
            Scope::Agent("ann".to_owned()),
        ];
        for scope in scopes {
            let mut holds = Holds::default();
            holds.put(hold(scope.clone(), HoldMode::Pause));
            assert_eq!(holds.over(&lane).map(|h| &h.scope), Some(&scope));
            assert_eq!(holds.over(&other), None);
            assert!(holds.lift(&scope) && !holds.lift(&scope));
            assert_eq!(holds.over(&lane), None);
        }
        let mut holds = Holds::default();
        holds.put(hold(Scope::All, HoldMode::Pause));
        assert!(holds.over(&other).is_some());
    }

    #[test]
    fn a_name_is_as_tasks_have_it_or_refused() {
        let of = |name: &str| Scope::Agent(name.to_owned()).check();
        assert_eq!(of(" @ann ").unwrap(), Scope::Agent("ann".to_owned()));
        for wrong in ["", " @ ", "a\u{202e}b", "a\nb", &"w".repeat(201)] {
            assert_eq!(of(wrong).unwrap_err().field, "scope", "{wrong:?}");
        }
    }

    #[test]
    fn a_scope_is_held_once_and_the_last_word_counts() {
        let mut holds = Holds::default();
        holds.put(hold(Scope::All, HoldMode::Pause));
        holds.put(hold(Scope::All, HoldMode::Drain));
        assert_eq!(holds.iter().count(), 1);
        assert_eq!(holds.of(&Scope::All).unwrap().mode, HoldMode::Drain);
        let json = serde_json::to_string(&holds).unwrap();
        assert_eq!(serde_json::from_str::<Holds>(&json).unwrap(), holds);
    }
}
