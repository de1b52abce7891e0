//! What happened, and what happens.

use super::{Feed, method};
use crate::TaskRefArg;
use aegis_domain::{Event, EventSeq, TaskNumber};
use serde::{Deserialize, Serialize};

/// What happened, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListEvents {
    /// Only this task's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskRefArg>,
    /// Only older than this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<EventSeq>,
    /// At most this many; 50 when absent, never more than 500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// An event with what a person calls its task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityEntry {
    /// What happened.
    pub event: Event,
    /// The task's number.
    pub number: TaskNumber,
    /// The task's title.
    pub title: String,
}

method!("events.list", ListEvents => Vec<ActivityEntry>);

/// What happens from now on, or from an earlier place in the sequence.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SubscribeEvents {
    /// The last event that the client knows; the newest when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<EventSeq>,
}

/// News from the one stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum EventNews {
    /// These events happened, in this order, without a gap since the last batch.
    Events {
        /// The events.
        events: Vec<Event>,
    },
    /// The client is too far behind: take a snapshot, and go on from its number.
    Gap {
        /// The newest event.
        snapshot_seq: EventSeq,
    },
}

impl Feed for SubscribeEvents {
    const NAME: &'static str = "events.subscribe";
    type Item = EventNews;
}
