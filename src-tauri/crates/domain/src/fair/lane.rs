//! The group that a piece of work belongs to.

use crate::{Definition, ExecutorName};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Between the parts of a key; no name contains it (`task/check/field.rs` refuses it).
const BETWEEN: char = '\u{1f}';

/// A group that work is shared out between: who does it, where, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Lane {
    /// The executor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executor: Option<ExecutorName>,
    /// The workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// The agent: the task's assignee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The model, by which an executor knows the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl Lane {
    /// The lane of a task's work.
    #[must_use]
    pub fn of<T>(definition: &Definition<T>) -> Self {
        Self {
            executor: definition.executor.as_ref().map(|spec| spec.name.clone()),
            workspace: definition.workspace.clone(),
            agent: definition.assignee.clone(),
            model: definition.model.clone(),
        }
    }

    /// A text that is equal for equal lanes, as the database keeps it.
    #[must_use]
    pub fn key(&self) -> String {
        let executor = self.executor.as_ref().map(ExecutorName::as_str);
        let parts =
            [executor, self.workspace.as_deref(), self.agent.as_deref(), self.model.as_deref()];
        parts.map(Option::unwrap_or_default).join(&BETWEEN.to_string())
    }

    /// The lane of a key.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        let mut parts = key.split(BETWEEN).map(|part| (!part.is_empty()).then(|| part.to_owned()));
        let mut next = || parts.next().flatten();
        Self { executor: next().map(ExecutorName), workspace: next(), agent: next(), model: next() }
    }
}

impl fmt::Display for Lane {
    /// In words: `shell in aegis for ann with opus`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.executor {
            Some(executor) => write!(f, "{executor}")?,
            None => f.write_str("nobody")?,
        }
        for (word, part) in [("in", &self.workspace), ("for", &self.agent), ("with", &self.model)] {
            if let Some(part) = part {
                write!(f, " {word} {part}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_back_to_its_lane() {
        for parts in 0..16u8 {
            let part = |bit: u8, name: &str| (parts & bit != 0).then(|| name.to_owned());
            let lane = Lane {
                executor: part(1, "shell").map(ExecutorName),
                workspace: part(2, "a place"),
                agent: part(4, "ann"),
                model: part(8, "opus"),
            };
            assert_eq!(Lane::from_key(&lane.key()), lane);
        }
        assert_eq!(Lane::from_key(""), Lane::default());
    }

    #[test]
    fn it_is_said_in_words() {
        let key = "shell\u{1f}aegis\u{1f}ann\u{1f}";
        assert_eq!(Lane::from_key(key).to_string(), "shell in aegis for ann");
    }
}
