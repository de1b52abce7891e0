//! `aegis template`: tasks with gaps.

use super::task::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{knowledge, visible};
use crate::{document, origin, value};
use aegis_domain::template::Template as Kept;
use aegis_protocol::{
    ApiError, ErrorKind, ListTemplates, RemoveTemplate, SaveTemplate, UseTemplate,
};
use clap::Subcommand;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// Tasks with gaps, from which tasks are made
#[derive(Debug, Subcommand)]
pub(crate) enum Template {
    /// Show them
    List,
    /// Show one whole
    Show {
        /// Its name
        name: String,
    },
    /// Keep one; another of the same name is replaced
    Save {
        /// Its name: letters a-z, digits, _ and -
        name: String,
        /// Its description, parameters and task as JSON, from a file or, with -, from standard
        /// input
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Take one away; the tasks that were made from it stay
    Remove {
        /// Its name
        name: String,
    },
    /// Make a task from one
    Use {
        /// Its name
        name: String,
        /// The value of a parameter, as JSON or text; as often as there are some
        #[arg(long = "param", value_name = "NAME=VALUE", value_parser = value::assignment)]
        parameters: Vec<(String, Value)>,
    },
}

impl Template {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::List => {
                let templates = engine.call(ListTemplates {}).await?;
                out.answer(&templates[..], knowledge::templates)?;
                if templates.is_empty() {
                    out.note("No templates yet. Keep one with: aegis template save NAME --file …");
                }
            }
            Self::Show { name } => {
                let template = find(engine, &name).await?;
                out.answer(&template, knowledge::template)?;
            }
            Self::Save { name, file } => {
                let template = load(&name, &file)?;
                engine.call(SaveTemplate(template)).await?;
                let said = format!("Kept. Use it with: aegis template use {name}");
                out.answer(&(), |(), _| visible::cell(&said).into_owned())?;
            }
            Self::Remove { name } => {
                let said = format!("The template {name} is gone.");
                engine.call(RemoveTemplate { name }).await?;
                out.answer(&(), |(), _| visible::cell(&said).into_owned())?;
            }
            Self::Use { name, parameters } => {
                let values = parameters.into_iter().collect();
                let request = UseTemplate { name, values, origin: origin::of_environment() };
                let created = engine.call(request).await?;
                return confirm(engine, out, &created, |created| &created.card);
            }
        }
        Ok(Exit::Success)
    }
}

async fn find(engine: &Engine, name: &str) -> Result<Kept, Error> {
    let templates = engine.call(ListTemplates {}).await?;
    templates.into_iter().find(|template| template.name() == name).ok_or_else(|| {
        let message = format!("There is no template “{name}”.");
        let error = ApiError::new(ErrorKind::NotFound, message);
        error.with_hint("List the templates to see their names: aegis template list").into()
    })
}

/// What is in the file, under the name that was asked for. Whether it can stand is the engine's
/// business.
fn load(name: &str, file: &Path) -> Result<Kept, Error> {
    let mut fields: Map<String, Value> = document::read("template", file)?;
    fields.insert("name".to_owned(), Value::from(name));
    serde_json::from_value(Value::Object(fields)).map_err(|error| {
        let message = format!("{} does not hold a template: {error}.", file.display());
        let hint = "Write an object with a task and, where there are some, description and \
                    parameters.";
        ApiError::new(ErrorKind::Invalid, message).with_hint(hint).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn loaded(text: &str) -> Result<Kept, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.json");
        std::fs::write(&path, text).unwrap();
        load("weather", &path)
    }

    #[test]
    fn a_template_has_the_name_that_was_asked_for() {
        let text = r#"{"name": "other", "description": "D", "task": {"title": "Of {{city}}"}}"#;
        let template = loaded(text).unwrap();
        assert_eq!((template.name(), template.description()), ("weather", "D"));
        assert_eq!(template.task(), &json!({ "title": "Of {{city}}" }));
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for text in ["[]", "{}", r#"{"title": "T"}"#, r#"{"task": {}, "tsak": {}}"#] {
            let error = loaded(text).unwrap_err();
            assert_eq!(error.exit(), Exit::Rejected, "{text}");
            assert!(error.to_string().contains("does not hold a template"), "{error}");
        }
    }
}
