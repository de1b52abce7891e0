//! A tool call, as the policy sees it.

use crate::TaskId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What a call does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It looks at something and changes nothing.
    Look,
    /// It tells or asks the person at this machine.
    Tell,
    /// It makes or changes tasks.
    Plan,
    /// It changes files.
    Change,
    /// It starts programs.
    Run,
    /// It sends something to another machine, or fetches something from there.
    Send,
}

impl Reach {
    /// Whether it is let through where nobody has said anything about it.
    #[must_use]
    pub const fn is_harmless(self) -> bool {
        matches!(self, Self::Look | Self::Tell | Self::Plan)
    }
}

/// What a call could do, as far as its tool and its place tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nature {
    /// What it does to the world.
    pub reach: Reach,
    /// It can see what is the user's own: files, tasks, memory.
    #[serde(default)]
    pub private: bool,
    /// What it is given can leave this machine.
    #[serde(default)]
    pub egress: bool,
    /// What it answers was written by strangers.
    #[serde(default)]
    pub outside: bool,
}

impl Nature {
    /// A call that does this and nothing else.
    #[must_use]
    pub const fn of(reach: Reach) -> Self {
        Self { reach, private: false, egress: false, outside: false }
    }

    /// A call about which nothing is known: it could do everything.
    #[must_use]
    pub const fn unknown() -> Self {
        Self { reach: Reach::Send, private: true, egress: true, outside: true }
    }

    /// The same, and it sees what is the user's own.
    #[must_use]
    pub const fn private(self) -> Self {
        Self { private: true, ..self }
    }

    /// The same, and what it is given can leave this machine.
    #[must_use]
    pub const fn egress(self) -> Self {
        Self { egress: true, ..self }
    }

    /// The same, and strangers wrote what it answers.
    #[must_use]
    pub const fn outside(self) -> Self {
        Self { outside: true, ..self }
    }
}

/// What a piece of work has seen so far. It only grows.
///
/// Content from outside may hold instructions, and a model may follow them. What it can do then is
/// bounded by never giving it private content and a way out together, without a person in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Taint {
    /// It has seen what strangers wrote.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outside: bool,
    /// It has seen what is the user's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

impl Taint {
    /// Nothing yet.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        !self.outside && !self.private
    }

    /// What it has seen after a call of this nature.
    #[must_use]
    pub const fn after(self, nature: Nature) -> Self {
        Self { outside: self.outside || nature.outside, private: self.private || nature.private }
    }

    /// What both have seen.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self { outside: self.outside || other.outside, private: self.private || other.private }
    }

    /// Whether a call of this nature could carry private content away on a stranger's word.
    #[must_use]
    pub const fn closes_the_circle(self, nature: Nature) -> bool {
        // A call that fetches a stranger's page and sends in one step is judged by what came
        // before it: its own answer comes too late to steer it.
        self.outside && nature.egress && (self.private || nature.private)
    }
}

/// The SHA-256 of a call's input, in hexadecimal digits: what an answer is bound to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InputHash(pub String);

impl fmt::Display for InputHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A tool call that is to be decided.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The tool's name, as in the registry: `Bash`, `write_file`, `mcp__github__create_issue`.
    pub tool: &'a str,
    /// What it is called with.
    pub input: &'a Value,
    /// What it could do.
    pub nature: Nature,
    /// For which task.
    pub task: Option<TaskId>,
    /// The folder in which the work is done.
    pub workspace: Option<&'a str>,
}
