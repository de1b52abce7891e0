//! `aegis task list`.

use super::remark_on_leftovers;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::task_list;
use crate::value;
use aegis_domain::coarse::Column;
use aegis_domain::{Category, TaskNumber};
use aegis_protocol::{ListTasks, TaskPage, TaskSort};
use clap::{Args, ValueEnum};

/// The tasks, the most urgent first
#[derive(Debug, Default, Args)]
pub(crate) struct List {
    /// Only in this column of the board
    #[arg(long, value_parser = value::column())]
    column: Option<Column>,

    /// Only those that stand so: executing, failed, pending (never ran), or another state
    #[arg(long, value_name = "STATE")]
    status: Option<String>,

    /// Only those that this executor does: shell, reminder; person for your own
    #[arg(long, value_name = "NAME")]
    executor: Option<String>,

    /// Only with this tag; may be given more than once
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,

    /// Only of this owner, or of whoever asked for it when it has none
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,

    /// Only of this category
    #[arg(long, value_parser = value::category())]
    category: Option<Category>,

    /// Only with this in the title; `aegis search` looks everywhere
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,

    /// In which order; what is equal is sorted by number
    #[arg(long, value_enum, default_value_t)]
    sort: Sort,

    /// In the opposite order
    #[arg(long)]
    reverse: bool,

    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,

    /// Only with numbers below this one
    #[arg(long, value_name = "NUMBER")]
    before: Option<u64>,

    /// The next page: the place that the page before named
    #[arg(long, value_name = "PLACE")]
    after: Option<String>,
}

/// An order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Sort {
    /// The most urgent first
    #[default]
    Priority,
    /// By when it was asked for, the newest first
    Created,
    /// By when its state last changed
    Updated,
    /// The highest number first
    Number,
    /// By title
    Title,
    /// By when it starts next
    Due,
    /// By the columns of the board
    State,
}

impl Sort {
    const fn asked(self) -> TaskSort {
        match self {
            Self::Priority => TaskSort::Priority,
            Self::Created => TaskSort::Created,
            Self::Updated => TaskSort::Updated,
            Self::Number => TaskSort::Number,
            Self::Title => TaskSort::Title,
            Self::Due => TaskSort::Due,
            Self::State => TaskSort::State,
        }
    }
}

impl List {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let mut request = self.request();
        let mut page: TaskPage = engine.call(request.clone()).await?;
        // A page can be short, because little of what was looked at fits.
        while page.tasks.len() < self.limit as usize
            && let Some(next) = page.next.take()
        {
            let missing = self.limit as usize - page.tasks.len();
            request.after = Some(next);
            request.limit = Some(u32::try_from(missing).unwrap_or(self.limit));
            let more = engine.call(request.clone()).await?;
            page.tasks.extend(more.tasks);
            page.next = more.next;
        }
        out.answer(&page, |page: &TaskPage, canvas| {
            if page.tasks.is_empty() { String::new() } else { task_list::draw(&page.tasks, canvas) }
        })?;
        if let Some(sentence) = self.remark(&page) {
            out.note(&sentence);
        }
        remark_on_leftovers(engine, out, &page.tasks);
        Ok(Exit::Success)
    }

    fn request(&self) -> ListTasks {
        ListTasks {
            column: self.column,
            status: self.status.clone(),
            executor: self.executor.clone(),
            tags: self.tags.clone(),
            owner: self.owner.clone(),
            category: self.category,
            text: self.text.clone(),
            sort: self.sort.asked(),
            reverse: self.reverse,
            after: self.after.clone(),
            before: self.before.map(TaskNumber),
            limit: Some(self.limit),
        }
    }

    /// What to say below the table.
    fn remark(&self, page: &TaskPage) -> Option<String> {
        if let Some(next) = &page.next {
            return Some(format!("There are more: say the same with --after {next}"));
        }
        if !page.tasks.is_empty() {
            return None;
        }
        let narrowed = self.executor.is_some()
            || !self.tags.is_empty()
            || self.owner.is_some()
            || self.category.is_some()
            || self.text.is_some()
            || self.after.is_some();
        Some(match (self.column, &self.status, self.before) {
            _ if narrowed => "No tasks like that.".to_owned(),
            (Some(column), None, _) => format!("No tasks in {}.", column.name()),
            (None, Some(status), _) => format!("No tasks are {status}."),
            (Some(column), Some(status), _) => {
                format!("No tasks in {} are {status}.", column.name())
            }
            (None, None, Some(before)) => format!("No tasks with numbers below {before}."),
            (None, None, None) => {
                "No tasks yet. Make the first one: aegis task create -- cargo --version".to_owned()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    fn remark(column: Option<Column>, before: Option<u64>, page: &TaskPage) -> Option<String> {
        List { column, before, limit: 50, ..List::default() }.remark(page)
    }

    #[test]
    fn an_empty_list_says_what_would_be_there() {
        let empty = TaskPage { tasks: Vec::new(), next: None };
        assert!(remark(None, None, &empty).unwrap().contains("aegis task create"));
        assert_eq!(remark(Some(Column::Failed), None, &empty).unwrap(), "No tasks in failed.");
        assert_eq!(remark(None, Some(3), &empty).unwrap(), "No tasks with numbers below 3.");
        let tagged = List { tags: vec!["a".to_owned()], ..List::default() };
        assert_eq!(tagged.remark(&empty).unwrap(), "No tasks like that.");
    }

    #[test]
    fn a_further_page_is_named() {
        let mut page = TaskPage { tasks: samples::cards(), next: None };
        assert_eq!(remark(None, None, &page), None);
        page.next = Some("5b22".to_owned());
        let more = "There are more: say the same with --after 5b22";
        assert_eq!(remark(Some(Column::Done), None, &page).unwrap(), more);
        page = TaskPage { tasks: Vec::new(), next: None };
        let running = List { status: Some("executing".to_owned()), ..List::default() };
        assert_eq!(running.remark(&page).unwrap(), "No tasks are executing.");
    }
}
