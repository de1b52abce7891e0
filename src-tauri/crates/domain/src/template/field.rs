//! One field of a task, filled.

use crate::placeholder::{self, map_texts};
use crate::{Invalid, NewTask};
use serde::de::{Deserialize, Deserializer, Error, Visitor, value};
use serde_json::{Map, Value, json};

/// Most characters of the reader's own words in a sentence.
const MAX_REASON: usize = 200;

/// How a text that is nothing but one placeholder is filled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alone {
    /// It becomes the value itself.
    Value,
    /// It stays a text.
    Text,
}

/// `value` of the task's field `name`, with `values` in their places, in the form that a task has
/// there.
pub(super) fn fitting(
    name: &str,
    value: &Value,
    values: &Map<String, Value>,
) -> Result<Value, Invalid> {
    let filled = fill(name, value, values, Alone::Value);
    let Err(error) = fits(name, &filled) else { return Ok(filled) };
    // A title may well be a number; a task wants it as a text.
    let text = fill(name, value, values, Alone::Text);
    if fits(name, &text).is_ok() {
        return Ok(text);
    }
    let reason: String = error.to_string().chars().take(MAX_REASON).collect();
    Err(Invalid::new(
        name,
        format!("The field “{name}” does not fit a task: {reason}."),
        "Compare the fields with those of “task show --json”.",
    ))
}

fn fill(name: &str, value: &Value, values: &Map<String, Value>, alone: Alone) -> Value {
    let once = |text: &str| match placeholder::whole(text, values) {
        Some(value) if alone == Alone::Value => value,
        _ => Value::String(placeholder::fill_some(text, values, false)),
    };
    match (name, value) {
        // The settings are filled again for each occurrence. They stay texts, as they do there.
        ("executor", Value::Object(executor)) => executor
            .iter()
            .map(|(name, value)| {
                let again = |text: &str| Value::String(placeholder::fill_some(text, values, true));
                let filled = if name == "settings" {
                    map_texts(value, &again)
                } else {
                    map_texts(value, &once)
                };
                (name.clone(), filled)
            })
            .collect(),
        _ => map_texts(value, &once),
    }
}

/// Whether a task can have `value` in its field `name`.
fn fits(name: &str, value: &Value) -> Result<(), serde_json::Error> {
    let mut task = json!({"title": ""});
    task[name] = value.clone();
    serde_json::from_value::<NewTask>(task).map(|_| ())
}

/// The names of the fields of a [`NewTask`], from what reads it.
pub(super) fn names() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // Reading ends in an error once the names are known: there is no task to be read.
    let _known = NewTask::deserialize(FieldNames(&mut names));
    names
}

struct FieldNames<'n>(&'n mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = value::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(Error::custom("only the names of the fields were asked for"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Self::Error> {
        Err(Error::custom("a task is a struct"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_fields_are_those_of_the_type() {
        assert_eq!(names().first(), Some(&"title"));
        assert_eq!(names().last(), Some(&"metadata"));
        assert!(names().len() > 30, "{:?}", names());
    }
}
