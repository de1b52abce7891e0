//! Placeholders in texts: `{{city}}`, `{{ previous.result.files[0] }}`.
//!
//! `{{` opens a placeholder, a path of the same form as in a [condition](crate::condition) follows,
//! and `}}` closes it. Of three and more braces in a row the last two open. `\{{` is two braces
//! that mean nothing; a backslash that is to stand before a placeholder is written `\\`. Anywhere
//! else backslashes and braces are what they are.
//!
//! A value is put in once and never read again: braces in it mean nothing.

mod piece;
mod shell;

pub use shell::refuse_in_shell;

use crate::Invalid;
use piece::{Piece, pieces};
#[cfg(feature = "zones")]
use serde_json::Map;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What a placeholder in a task may name beside the task's parameters.
pub const BUILT_IN: [&str; 5] = ["previous", "upstream", "instant", "number", "title"];

/// Most placeholders of one value: what bounds the size of what is filled in.
const MAX_PLACEHOLDERS: usize = 1000;

/// The first names of the placeholders in every text of `value`; keys are no texts.
///
/// # Errors
/// [`Invalid`] of the field `parameters` when a placeholder cannot be read, or there are more than
/// 1,000.
pub fn roots(value: &Value) -> Result<BTreeSet<String>, Invalid> {
    let mut found = Found::default();
    found.look_into(value)?;
    Ok(found.roots)
}

/// The first names of the placeholders in `text`.
///
/// # Errors
/// As for [`roots`].
pub fn roots_of_text(text: &str) -> Result<BTreeSet<String>, Invalid> {
    let mut found = Found::default();
    found.read(text)?;
    Ok(found.roots)
}

/// `value` with every placeholder in its texts replaced, given an object whose fields are the names
/// that they may use.
///
/// Texts stay texts: a text goes in as it is, null and what a path does not find as nothing, any
/// other value as JSON. What is no placeholder stays as it is.
#[must_use]
pub fn fill(value: &Value, values: &Value) -> Value {
    map_texts(value, &|text| Value::String(fill_text(text, values)))
}

/// `text` with every placeholder replaced, as [`fill`] does it.
#[must_use]
pub fn fill_text(text: &str, values: &Value) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Placeholder { path, .. } => filled.push_str(&shown(path.find(values))),
            Piece::Misread { source, .. } => filled.push_str(source),
        }
    }
    filled
}

/// `text` written so that [`fill_text`] gives it back: for a text that is to have no placeholders.
#[must_use]
pub fn escape(text: &str) -> String {
    piece::encode(text, false)
}

/// `text` with the placeholders replaced that begin with a name of `values`; others stay.
///
/// When it is to be filled `again`, everything else means there what it means here, and what was
/// put in means nothing.
#[cfg(feature = "zones")]
pub(crate) fn fill_some(text: &str, values: &Map<String, Value>, again: bool) -> String {
    let written = |literal: &str, opens| {
        if again { piece::encode(literal, opens) } else { literal.to_owned() }
    };
    let mut filled = String::with_capacity(text.len());
    // Texts that touch are written together: a brace at the end of one value and one at the
    // beginning of the next would else open a placeholder.
    let mut literal = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => literal.push_str(text),
            Piece::Misread { source, .. } => literal.push_str(source),
            Piece::Placeholder { path, source } => match values.get(path.root()) {
                Some(root) => literal.push_str(&shown(path.follow(root))),
                None => {
                    filled.push_str(&written(&literal, true));
                    filled.push_str(source);
                    literal.clear();
                }
            },
        }
    }
    filled.push_str(&written(&literal, false));
    filled
}

/// What the placeholder stands for that is the whole of `text`; `None` when there is anything else,
/// or the placeholder begins with another name.
#[cfg(feature = "zones")]
pub(crate) fn whole(text: &str, values: &Map<String, Value>) -> Option<Value> {
    let mut pieces = pieces(text);
    match (pieces.next(), pieces.next()) {
        (Some(Piece::Placeholder { path, .. }), None) => {
            let root = values.get(path.root())?;
            Some(path.follow(root).cloned().unwrap_or_default())
        }
        _ => None,
    }
}

/// `value` with `change` made to each of its texts.
pub(crate) fn map_texts(value: &Value, change: &impl Fn(&str) -> Value) -> Value {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter().map(|item| map_texts(item, change)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), map_texts(value, change))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// How a value stands in a text.
fn shown(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        None | Some(Value::Null) => Cow::Borrowed(""),
        Some(Value::String(text)) => Cow::Borrowed(text),
        Some(value) => Cow::Owned(value.to_string()),
    }
}

#[derive(Default)]
struct Found {
    roots: BTreeSet<String>,
    count: usize,
}

impl Found {
    fn look_into(&mut self, value: &Value) -> Result<(), Invalid> {
        match value {
            Value::String(text) => self.read(text),
            Value::Array(items) => items.iter().try_for_each(|item| self.look_into(item)),
            Value::Object(fields) => fields.values().try_for_each(|value| self.look_into(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }

    fn read(&mut self, text: &str) -> Result<(), Invalid> {
        let refuse = |message, hint: &str| Err(Invalid::new("parameters", message, hint));
        for piece in pieces(text) {
            match piece {
                Piece::Text(_) => {}
                Piece::Placeholder { path, .. } => {
                    self.count += 1;
                    self.roots.insert(path.root().to_owned());
                }
                Piece::Misread { misread, from, .. } => {
                    let hint = "Write {{name}} for the value of a parameter, or \\{{ for two \
                                braces that mean nothing.";
                    return refuse(piece::sentence(misread, from), hint);
                }
            }
        }
        if self.count > MAX_PLACEHOLDERS {
            let message = format!("There are more than {MAX_PLACEHOLDERS} placeholders.");
            return refuse(message, "Put the texts into a file and name the file.");
        }
        Ok(())
    }
}
