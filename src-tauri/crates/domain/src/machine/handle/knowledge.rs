//! What is told from outside and kept for later: facts and templates.

use crate::Invalid;
use crate::machine::{Decision, Refused, Row, Slice};
use crate::template::Template;
use crate::visible::is_hidden;
use serde_json::Value;

/// Most characters of a fact's name.
const MAX_NAME: usize = 60;

pub(super) fn set_fact(name: &str, value: Option<&Value>) -> Result<Decision, Refused> {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    let rest = chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !first || !rest || name.len() > MAX_NAME {
        let shown: String = name.chars().filter(|c| !is_hidden(*c)).take(MAX_NAME).collect();
        return Err(Invalid::new(
            "name",
            format!("“{shown}” cannot name a fact."),
            format!("Use a letter, then letters, digits and _, {MAX_NAME} at most."),
        )
        .into());
    }
    if let Some(value) = value {
        crate::task::parameter_value(name, value)
            .map_err(|invalid| Invalid { field: "value".to_owned(), ..invalid })?;
    }
    Ok(Decision {
        rows: vec![Row::Fact { name: name.to_owned(), value: value.cloned() }],
        ..Decision::default()
    })
}

pub(super) fn save_template(template: &Template) -> Decision {
    let name = template.name().to_owned();
    let row = Row::Template { name, template: Some(Box::new(template.clone())) };
    Decision { rows: vec![row], ..Decision::default() }
}

pub(super) fn remove_template(slice: &Slice, name: &str) -> Result<Decision, Refused> {
    if slice.template.is_none() {
        let shown: String = name.chars().filter(|c| !is_hidden(*c)).take(MAX_NAME).collect();
        return Err(Refused::NoSuchTemplate { name: shown });
    }
    let row = Row::Template { name: name.to_owned(), template: None };
    Ok(Decision { rows: vec![row], ..Decision::default() })
}
