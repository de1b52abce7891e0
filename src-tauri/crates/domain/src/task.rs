//! A task: the definition of what somebody asked for.

use crate::text::{Invalid, MAX_DESCRIPTION, MAX_TAGS, Tag, Title};
use crate::{ExecutorSpec, Priority, Schedule, ShortId, TaskId, TaskNumber, Timestamp};
use serde::{Deserialize, Serialize};

/// What kind of work a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// A person asked for it.
    #[default]
    UserRequest,
    /// Housekeeping.
    Maintenance,
    /// Something planned ahead.
    Scheduled,
    /// Finding something out.
    Research,
    /// Getting better at something.
    Learning,
    /// Looking back.
    Reflection,
}

/// How often a task makes occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Once, as soon as possible or by hand.
    Oneshot,
    /// Once, at an instant.
    Scheduled,
}

/// Whether a task makes occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// It does.
    #[default]
    Active,
    /// It does not for now.
    Paused,
    /// It does not any more.
    Archived,
}

/// What happens to a run that was cut off with the machine or with Aegis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnInterrupt {
    /// Run again.
    #[default]
    Rerun,
    /// Ask a person.
    Ask,
    /// Fail.
    Fail,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    /// A person, by the interface that they used: `window`, `cli`.
    Human(String),
    /// An agent, by its name.
    Agent(String),
    /// Aegis itself.
    System,
}

/// A task as stored. Every field has passed its check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Identity.
    pub id: TaskId,
    /// `#42`.
    pub number: TaskNumber,
    /// Six or more characters of the id.
    pub short_id: ShortId,
    /// One line.
    pub title: Title,
    /// As long as it has to be.
    pub description: String,
    /// What kind of work it is.
    pub category: Category,
    /// Who does it; `None` is a person.
    pub executor: Option<ExecutorSpec>,
    /// How often.
    pub kind: TaskKind,
    /// When.
    pub schedule: Schedule,
    /// How urgent.
    pub priority: Priority,
    /// For finding it again.
    pub tags: Vec<Tag>,
    /// Whether it makes occurrences.
    pub status: TaskStatus,
    /// Further tries after the first failed one.
    pub max_retries: u32,
    /// Most seconds of one run; `None` leaves it to the executor.
    pub timeout_secs: Option<u64>,
    /// What to do with a run that was cut off.
    pub on_interrupt: OnInterrupt,
    /// Whether somebody has to look at the outcome before it counts.
    pub review_required: bool,
    /// Who asked for it.
    pub requester: Actor,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the definition last changed.
    pub updated_at: Timestamp,
    /// When it was deleted; it can still be restored.
    pub deleted_at: Option<Timestamp>,
}

/// What somebody asks for, unchecked: the form that the window, the command line and programs
/// send.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// One line.
    pub title: String,
    /// As long as it has to be.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What kind of work it is.
    #[serde(default)]
    pub category: Category,
    /// Who does it; absent is a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executor: Option<ExecutorSpec>,
    /// When.
    #[serde(default)]
    pub schedule: Schedule,
    /// 0 to 10; 5 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// With or without `#`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Further tries after the first failed one; 3 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<u32>,
    /// Most seconds of one run; the executor's own limit when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_secs: Option<u64>,
    /// What to do with a run that was cut off.
    #[serde(default)]
    pub on_interrupt: OnInterrupt,
    /// Whether somebody has to look at the outcome before it counts.
    #[serde(default)]
    pub review_required: bool,
}

/// A [`NewTask`] whose every field has passed its check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// See [`Task`].
    pub title: Title,
    /// See [`Task`].
    pub description: String,
    /// See [`Task`].
    pub category: Category,
    /// See [`Task`].
    pub executor: Option<ExecutorSpec>,
    /// See [`Task`].
    pub schedule: Schedule,
    /// See [`Task`].
    pub priority: Priority,
    /// See [`Task`].
    pub tags: Vec<Tag>,
    /// See [`Task`].
    pub max_retries: u32,
    /// See [`Task`].
    pub timeout_secs: Option<u64>,
    /// See [`Task`].
    pub on_interrupt: OnInterrupt,
    /// See [`Task`].
    pub review_required: bool,
}

/// Retries of a task that names none.
const DEFAULT_RETRIES: u32 = 3;
/// Most retries that a task may ask for.
const MAX_RETRIES: u32 = 100;
/// Longest time limit: 30 days, in seconds.
const MAX_TIMEOUT_SECS: u64 = 30 * 24 * 3600;

impl NewTask {
    /// Checks every field that can be checked without looking at the machine.
    ///
    /// # Errors
    /// [`Invalid`] for the first field that cannot stand; also for an instant that has passed at
    /// `now`, and for a task without executor that is to run by itself.
    pub fn check(self, now: Timestamp) -> Result<Draft, Invalid> {
        let title = Title::new(&self.title)?;
        if self.description.len() > MAX_DESCRIPTION {
            return Err(Invalid::new(
                "description",
                format!(
                    "The description has {} bytes; at most {MAX_DESCRIPTION} fit.",
                    self.description.len()
                ),
                "Put long texts into a file and name the file.",
            ));
        }
        if self.description.contains('\0') {
            return Err(Invalid::new(
                "description",
                "The description contains a NUL character.",
                "Remove it.",
            ));
        }
        if self.tags.len() > MAX_TAGS {
            return Err(Invalid::new(
                "tags",
                format!("There are {} tags; at most {MAX_TAGS} fit.", self.tags.len()),
                "Keep those that you would search for.",
            ));
        }
        let mut tags = self.tags.iter().map(|t| Tag::new(t)).collect::<Result<Vec<_>, _>>()?;
        tags.sort();
        tags.dedup();
        if let Schedule::At { at } = &self.schedule
            && *at < now
        {
            return Err(Invalid::new(
                "schedule",
                format!("{} is in the past.", at.to_rfc3339()),
                "Give a time that is still to come.",
            ));
        }
        if self.executor.is_none() && self.schedule != Schedule::Manual {
            return Err(Invalid::new(
                "executor",
                "A task that a person does cannot start by itself.",
                "Name an executor (shell, reminder), or keep the task manual.",
            ));
        }
        let max_retries = self.max_retries.unwrap_or(DEFAULT_RETRIES);
        if max_retries > MAX_RETRIES {
            return Err(Invalid::new(
                "max_retries",
                format!("{max_retries} retries are too many."),
                format!("Use 0 to {MAX_RETRIES}."),
            ));
        }
        if let Some(secs) = self.timeout_secs
            && !(1..=MAX_TIMEOUT_SECS).contains(&secs)
        {
            return Err(Invalid::new(
                "timeout_secs",
                format!("A time limit of {secs} seconds is out of range."),
                "Use 1 second to 30 days (2592000 seconds).",
            ));
        }
        Ok(Draft {
            title,
            description: self.description,
            category: self.category,
            executor: self.executor,
            schedule: self.schedule,
            priority: self.priority.map_or(Ok(Priority::NORMAL), Priority::new)?,
            tags,
            max_retries,
            timeout_secs: self.timeout_secs,
            on_interrupt: self.on_interrupt,
            review_required: self.review_required,
        })
    }
}

/// Changes to a task's definition; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskEdit {
    /// A new title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// A new description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A new priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// New tags, in place of the old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}
