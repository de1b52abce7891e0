//! A task from one line of plain words.

use super::{CreatedTask, method};
use aegis_domain::schedule::ZoneName;
use aegis_domain::{NewTask, RunId, Timestamp};
use serde::{Deserialize, Serialize};

/// How a line would be understood; nothing is made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PreviewQuickAdd {
    /// What was typed so far.
    pub text: String,
    /// As if it were this moment; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
    /// As if the clocks showed this zone's time; the user's zone when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneName>,
}

method!("quick_add.preview", PreviewQuickAdd => QuickAddReading);

/// Make the task that a line describes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuickAdd {
    /// What was typed.
    pub text: String,
    /// The moment at which it was read, as its preview said, so that both agree; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
    /// Whose time it is about; the user's zone when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneName>,
    /// The run that asks, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RunId>,
}

method!("quick_add.add", QuickAdd => CreatedTask);

/// How a line is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickAddReading {
    /// The moment at which it was read: give it back with the line.
    pub now: Timestamp,
    /// The parts that mean something, by byte of the text, from left to right.
    pub spans: Vec<QuickAddSpan>,
    /// The reading in words: `Reminder · in 1 minute (14:31) · priority 5`.
    pub summary: String,
    /// What had to be assumed, each a sentence.
    pub assumptions: Vec<String>,
    /// The task that Enter would make; absent while `problem` says why not.
    pub task: Option<NewTask>,
    /// What is missing or wrong: a sentence, and what to do.
    pub problem: Option<QuickAddProblem>,
}

/// Why a line cannot become a task yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QuickAddProblem {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// A part of a line that means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickAddSpan {
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// What it means.
    pub kind: QuickAddKind,
}

/// What a part of a line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuickAddKind {
    /// What kind of task: `run:`, `remind me`.
    Executor,
    /// A program and its arguments.
    Command,
    /// When.
    Time,
    /// How urgent.
    Priority,
    /// A tag.
    Tag,
    /// Where.
    Place,
    /// Who.
    Agent,
    /// In which workspace.
    Workspace,
    /// After what.
    Dependency,
}
