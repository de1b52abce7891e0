//! Tasks in the order and of the kind that somebody chooses, page by page.
//!
//! A page begins behind the key of the last task of the page before, never at a count of rows: so
//! a task that does not change meanwhile is seen exactly once, whatever is made, moved or deleted
//! between two pages. A page looks at so many tasks and no more; one that was cut short by that is
//! short, and says where to go on.

mod filter;
mod key;
mod statement;
mod walk;

pub use filter::TaskFilter;
pub(crate) use filter::{PASSES, params};
pub use key::{Cursor, CursorError};
pub(crate) use walk::walk;

#[cfg(test)]
pub(crate) use statement::every_statement;

/// What tasks are sorted by. What is equal is sorted by number, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The most urgent first.
    #[default]
    Priority,
    /// The newest first, by when it was asked for.
    Created,
    /// Since when it shows what it shows, the last change first.
    Updated,
    /// The highest number first.
    Number,
    /// By the beginning of the title, without regard to case in ASCII.
    Title,
    /// By when it starts by itself next, the next first; then those that do not.
    Due,
    /// By the columns of the board, in each the last change first.
    State,
}

impl Sort {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Priority,
        Self::Created,
        Self::Updated,
        Self::Number,
        Self::Title,
        Self::Due,
        Self::State,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Number => "number",
            Self::Title => "title",
            Self::Due => "due",
            Self::State => "state",
        }
    }
}

/// Which page is wanted.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// Only these.
    pub filter: TaskFilter,
    /// In this order.
    pub sort: Sort,
    /// In the opposite order.
    pub reverse: bool,
    /// Behind this place.
    pub after: Option<Cursor>,
    /// At most this many.
    pub limit: u32,
}

/// A page.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins; `None` on the last.
    pub next: Option<Cursor>,
}
