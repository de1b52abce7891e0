//! Finding tasks by words.

use super::method;
use crate::CardView;
use aegis_domain::coarse::Column;
use aegis_domain::{RunId, Timestamp};
use serde::{Deserialize, Serialize};

/// Look for words in tasks, in the results of their runs, and in the ends of their logs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindTasks {
    /// Words, all of which have to be there; `"words in a row"`; `begin*`; `-word` for what must
    /// not be there. Nothing in it is a mistake but saying nothing.
    pub text: String,
    /// Only in this column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Column>,
    /// Only those that show this state, in the words of `task.list`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only those that this executor does; `person` is a task that a person does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executor: Option<String>,
    /// Only with all of these tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Only those whose state last changed at this moment or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Only those whose state last changed before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// In which order.
    #[serde(default)]
    pub order: SearchOrder,
    /// The page behind this place: `next` of the page before, asked for in the same order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// At most this many tasks; 50 when absent, never more than 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
method!("search.find", FindTasks => SearchPage);

/// In which order what was found is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchOrder {
    /// What fits best first. When tasks change between two pages, one can be on both or on none.
    #[default]
    Best,
    /// The newest first: a task that does not change meanwhile is on exactly one page.
    Newest,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    /// The tasks.
    pub hits: Vec<SearchHit>,
    /// Give this as `after` for the next page; absent on the last.
    pub next: Option<String>,
    /// Whether everything that has happened was looked through. After an import of many tasks it
    /// takes a while.
    pub complete: bool,
}

/// A task in which the words were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// Its card.
    pub card: CardView,
    /// Where they were found: the place that fits best.
    pub place: SearchPlace,
    /// The run whose result or log it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<SearchRun>,
    /// The title.
    pub title: MarkedText,
    /// The words around what was found; empty when that is the title alone.
    pub snippet: MarkedText,
}

/// A run in which something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchRun {
    /// Identity: for its log.
    pub id: RunId,
    /// 1, 2, 3 … within the occurrence.
    pub number: u32,
}

/// Where something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchPlace {
    /// In the title.
    Title,
    /// In the slug or the tags.
    Names,
    /// In the description.
    Description,
    /// In what a run found out, or what went wrong with it.
    Result,
    /// In the log of a run.
    Log,
}

/// A text of one line, and which parts of it were looked for. It holds no markup and no control
/// characters: whoever shows it escapes it as any other text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MarkedText {
    /// The text.
    pub text: String,
    /// The parts, from left to right.
    pub marks: Vec<Mark>,
}

/// A part of a text, by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}
