//! `aegis task list`.

use super::remark_on_leftovers;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::task_list;
use crate::value;
use aegis_domain::TaskNumber;
use aegis_domain::coarse::Column;
use aegis_protocol::{ListTasks, TaskPage};
use clap::Args;

/// The tasks, newest first
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only in this column of the board
    #[arg(long, value_parser = value::column())]
    column: Option<Column>,

    /// Only those that stand so: executing, failed, pending (never ran), or another state
    #[arg(long, value_name = "STATE")]
    status: Option<String>,

    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,

    /// Only with numbers below this one: the next page
    #[arg(long, value_name = "NUMBER")]
    before: Option<u64>,
}

impl List {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let request = ListTasks {
            column: self.column,
            status: self.status.clone(),
            before: self.before.map(TaskNumber),
            limit: Some(self.limit),
        };
        let page = engine.call(request).await?;
        out.answer(&page, |page: &TaskPage, canvas| {
            if page.tasks.is_empty() { String::new() } else { task_list::draw(&page.tasks, canvas) }
        })?;
        if let Some(sentence) = self.remark(&page) {
            out.note(&sentence);
        }
        remark_on_leftovers(engine, out, &page.tasks);
        Ok(Exit::Success)
    }

    /// What to say below the table.
    fn remark(&self, page: &TaskPage) -> Option<String> {
        if let Some(next) = page.next {
            let column = self.column.map(|c| format!(" --column {}", c.name()));
            let status = self.status.as_ref().map(|status| format!(" --status {status}"));
            let only = [column, status].map(Option::unwrap_or_default).concat();
            return Some(format!("There are more: aegis task list{only} --before {next}"));
        }
        if !page.tasks.is_empty() {
            return None;
        }
        Some(match (self.column, &self.status, self.before) {
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
        List { column, status: None, limit: 50, before }.remark(page)
    }

    #[test]
    fn an_empty_list_says_what_would_be_there() {
        let empty = TaskPage { tasks: Vec::new(), next: None };
        assert!(remark(None, None, &empty).unwrap().contains("aegis task create"));
        assert_eq!(remark(Some(Column::Failed), None, &empty).unwrap(), "No tasks in failed.");
        assert_eq!(remark(None, Some(3), &empty).unwrap(), "No tasks with numbers below 3.");
    }

    #[test]
    fn a_further_page_is_named() {
        let mut page = TaskPage { tasks: samples::cards(), next: None };
        assert_eq!(remark(None, None, &page), None);
        page.next = Some(TaskNumber(7));
        assert_eq!(
            remark(Some(Column::Done), None, &page).unwrap(),
            "There are more: aegis task list --column done --before 7"
        );
        let running =
            List { column: None, status: Some("executing".to_owned()), limit: 50, before: None };
        let sentence = running.remark(&page).unwrap();
        assert_eq!(sentence, "There are more: aegis task list --status executing --before 7");
        page = TaskPage { tasks: Vec::new(), next: None };
        assert_eq!(running.remark(&page).unwrap(), "No tasks are executing.");
    }
}
