//! `aegis task edit`.

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::{Invalid, Priority, Tag, TaskEdit, TaskRef, Title};
use aegis_protocol::{ApiError, EditTask};
use clap::Args;

/// Change its title, description, priority or tags
#[derive(Debug, Args)]
#[command(override_usage = "aegis task edit [OPTIONS] <TASK>")]
pub(crate) struct Edit {
    /// Which: its number, its short id, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,

    #[command(flatten)]
    changes: Changes,
}

#[derive(Debug, Default, Args)]
#[group(required = true, multiple = true)]
struct Changes {
    /// One line
    #[arg(long)]
    title: Option<String>,

    /// As long as it has to be
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// 0 (whenever) to 10 (now), or low, normal, high, critical
    #[arg(long, value_name = "PRIORITY", value_parser = value::priority)]
    priority: Option<Priority>,

    /// The tags in place of the old ones, as often as there are tags
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
}

impl Edit {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let edit = self.changes.into_edit().map_err(ApiError::from)?;
        let card = engine.call(EditTask { task: self.task, edit }).await?;
        confirm(engine, out, &card, |card| card)
    }
}

impl Changes {
    fn into_edit(self) -> Result<TaskEdit, Invalid> {
        let tags = self.tags.iter().map(|tag| Tag::new(tag)).collect::<Result<Vec<_>, _>>()?;
        Ok(TaskEdit {
            title: self.title.as_deref().map(Title::new).transpose()?,
            description: self.description,
            priority: self.priority,
            tags: (!tags.is_empty()).then_some(tags),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_stays() {
        let changes = Changes { title: Some(" New ".to_owned()), ..Changes::default() };
        let edit = changes.into_edit().unwrap();
        assert_eq!(edit.title.unwrap().as_str(), "New");
        assert_eq!((edit.description, edit.priority, edit.tags), (None, None, None));
    }

    #[test]
    fn a_title_that_cannot_stand_is_refused_with_its_field() {
        let changes = Changes { title: Some("a\u{202e}b".to_owned()), ..Changes::default() };
        assert_eq!(changes.into_edit().unwrap_err().field, "title");
        let changes = Changes { tags: vec!["two words".to_owned()], ..Changes::default() };
        assert_eq!(changes.into_edit().unwrap_err().field, "tags");
    }
}
