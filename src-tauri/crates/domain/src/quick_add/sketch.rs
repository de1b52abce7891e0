//! What has been understood of a line so far: kept even when the rest of it is a problem, so that
//! the window can mark and say as much as there is.

use super::reading::{Problem, Reading, Span, SpanKind};
use super::summary;
use super::time::moment::Moment;
use crate::{DependencyGroup, NewTask, Priority, Schedule, Tag, TaskRef};
use std::ops::Range;

/// What a line is about.
#[derive(Debug, Default)]
pub(crate) enum Subject {
    /// Something that a person does.
    #[default]
    Task,
    /// A reminder.
    Reminder,
    /// What an agent is told, as typed.
    Prompt(String),
    /// A program.
    Command {
        /// As typed.
        text: String,
        /// Where.
        place: Option<String>,
    },
}

/// What has been understood so far.
#[derive(Debug, Default)]
pub(crate) struct Sketch {
    pub(crate) subject: Subject,
    /// When, if the line says so.
    pub(crate) schedule: Option<Schedule>,
    pub(crate) priority: Option<Priority>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) agent: Option<String>,
    pub(crate) workspace: Option<String>,
    pub(crate) dependencies: Vec<DependencyGroup<TaskRef>>,
    pub(crate) assumptions: Vec<String>,
    spans: Vec<Span>,
}

impl Sketch {
    /// Marks the bytes of a part of the line. Parts may come in any order and must not overlap; an
    /// empty one marks nothing.
    pub(crate) fn mark(&mut self, bytes: Range<usize>, kind: SpanKind) {
        if !bytes.is_empty() {
            self.spans.push(Span { start: bytes.start, end: bytes.end, kind });
        }
    }

    pub(crate) fn assume(&mut self, sentence: impl Into<String>) {
        self.assumptions.push(sentence.into());
    }

    /// A task with the fields that every kind of line can set.
    pub(crate) fn task(&self) -> NewTask {
        NewTask {
            priority: self.priority.map(Priority::get),
            tags: self.tags.iter().map(ToString::to_string).collect(),
            assignee: self.agent.clone(),
            workspace: self.workspace.clone(),
            dependencies: self.dependencies.clone(),
            ..NewTask::default()
        }
    }

    pub(crate) fn into_reading(
        mut self,
        task: Result<NewTask, Problem>,
        moment: &Moment,
    ) -> Reading {
        self.spans.sort_by_key(|span| span.start);
        let summary = summary::of(&self, moment);
        Reading { spans: self.spans, task, assumptions: self.assumptions, summary }
    }
}
