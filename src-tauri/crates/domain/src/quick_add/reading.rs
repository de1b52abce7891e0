//! What comes out: the task or the problem, and what the window shows of how it came about.

use crate::NewTask;

/// How a line is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The parts that mean something: in order, apart from each other, on character boundaries.
    pub spans: Vec<Span>,
    /// The task that the line describes, or why it describes none.
    pub task: Result<NewTask, Problem>,
    /// What had to be assumed, each a sentence.
    pub assumptions: Vec<String>,
    /// The reading in words: `Reminder · today 14:31 (in 1 minute) · priority 5`. With a problem,
    /// as much of it as was understood.
    pub summary: String,
}

impl Reading {
    /// The reading of a line that was not looked into.
    pub(crate) const fn refused(problem: Problem) -> Self {
        Self {
            spans: Vec::new(),
            task: Err(problem),
            assumptions: Vec::new(),
            summary: String::new(),
        }
    }
}

/// Why a line is not a task yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} {hint}")]
pub struct Problem {
    /// What is wrong: a sentence.
    pub message: String,
    /// What to do: a sentence.
    pub hint: String,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// A part of a line that means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// What it means.
    pub kind: SpanKind,
}

/// What a part of a line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// What kind of task: `run:`, `claude:`, `remind me`.
    Executor,
    /// A program and its arguments, or a prompt.
    Command,
    /// When.
    Time,
    /// How urgent.
    Priority,
    /// A tag.
    Tag,
    /// Where.
    Place,
    /// Who does it.
    Agent,
    /// The workspace that it is about.
    Workspace,
    /// What has to be done before.
    Dependency,
}
