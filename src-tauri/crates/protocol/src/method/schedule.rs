//! Schedules: what they mean, what is coming, and what would happen.

use super::method;
use aegis_domain::schedule::{Schedule, SkippedRange};
use aegis_domain::{TaskId, TaskNumber, TaskRef, Timestamp};
use serde::{Deserialize, Serialize};

/// What a schedule means, and its next instants; nothing is made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviewSchedule {
    /// The schedule.
    pub schedule: Schedule,
    /// Instants after this one; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Timestamp>,
    /// How many: 5 when absent, never more than 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}
method!("schedule.preview", PreviewSchedule => SchedulePreview);

/// What a schedule means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulePreview {
    /// In words: `every weekday at 07:00 (Europe/Berlin)`.
    pub text: String,
    /// Its next instants.
    pub instants: Vec<LocalInstant>,
}

/// An instant, and how the clocks of the schedule's zone show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalInstant {
    /// The instant.
    pub at: Timestamp,
    /// RFC 3339 with the zone's offset.
    pub local: String,
}

/// What a task's schedule, or one that is only thought of, would do if Aegis were off meanwhile.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulateSchedule {
    /// Whose schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskRef>,
    /// A schedule, when no task is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// From here on.
    pub from: Timestamp,
    /// Up to here; at most 5 years later.
    pub until: Timestamp,
    /// When nothing runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub down: Vec<Downtime>,
}
method!("schedule.simulate", SimulateSchedule => Vec<SimulatedStep>);

/// A time in which nothing runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Downtime {
    /// From here on.
    pub from: Timestamp,
    /// Up to here.
    pub to: Timestamp,
}

/// What a schedule would do, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SimulatedStep {
    /// An occurrence is made.
    Fires {
        /// The schedule's instant.
        instant: LocalInstant,
        /// When it is made: later than the instant after a downtime.
        at: Timestamp,
        /// What a change of the clocks has to do with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Instants for which nothing is made.
    Skipped {
        /// Which.
        range: SkippedRange,
    },
}

/// What is coming, the next first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListUpcoming {
    /// At most this many; 20 when absent, never more than 500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
method!("schedule.upcoming", ListUpcoming => Vec<UpcomingEntry>);

/// A task whose schedule comes due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpcomingEntry {
    /// Identity.
    pub task: TaskId,
    /// `#42`.
    pub number: TaskNumber,
    /// One line.
    pub title: String,
    /// When.
    pub at: Timestamp,
    /// The schedule in words.
    pub schedule: String,
    /// It is due already, and waits for an engine.
    pub overdue: bool,
}

/// Make everything that is due now, as the engine does by itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RunDue {}
method!("schedule.run_due", RunDue => Vec<TaskNumber>);
