//! What a call of a tool is called with, for people. Pure.

use serde_json::Value;

use super::visible;

/// The parts of an input that tell most, in the order of how much.
const TELLING: [&str; 9] =
    ["command", "file_path", "path", "notebook_path", "url", "query", "pattern", "title", "prompt"];

/// An input: the part that tells most, and everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// What it is about.
    pub(crate) first: String,
    /// The other parts and their values, in order.
    pub(crate) rest: Vec<(String, String)>,
}

impl Told {
    /// Of an input. Whatever cannot be seen is written out.
    pub(crate) fn of(input: &Value) -> Self {
        let Some(parts) = input.as_object() else {
            return Self { first: said(input), rest: Vec::new() };
        };
        let telling = TELLING.into_iter().find(|part| parts.contains_key(*part));
        let rest = parts.iter().filter(|(name, _)| Some(name.as_str()) != telling);
        let rest = rest.map(|(name, value)| (visible(name).into_owned(), said(value)));
        let first = telling.and_then(|part| parts.get(part)).map(said).unwrap_or_default();
        Self { first, rest: rest.collect() }
    }

    /// In one line.
    pub(crate) fn short(&self) -> String {
        const MOST: usize = 200;
        let text = match self.rest.first() {
            Some((name, value)) if self.first.is_empty() => format!("{name}: {value}"),
            _ => self.first.clone(),
        };
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(MOST) {
            Some((at, _)) => format!("{}…", &line[..at]),
            None => line,
        }
    }
}

/// A text as it reads, the words of a list of texts, anything else as JSON.
fn said(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    visible(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_part_that_tells_most_comes_first_and_nothing_is_left_out() {
        let told = Told::of(&json!({"description": "Look", "command": "ls\n-l", "n": [1]}));
        assert_eq!(told.first, "ls\n-l");
        let rest: Vec<(&str, &str)> =
            told.rest.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(rest, [("description", "Look"), ("n", "[1]")]);
        assert_eq!(told.short(), "ls -l");
    }

    #[test]
    fn an_input_that_nobody_knows_is_shown_too() {
        let told = Told::of(&json!({"a": "x\u{202e}"}));
        assert_eq!((told.first.as_str(), told.short().as_str()), ("", "a: x<U+202E>"));
        assert_eq!(Told::of(&json!("plain")).first, "plain");
        assert_eq!(Told::of(&Value::Null).short(), "");
        assert_eq!(Told::of(&json!({"command": "x".repeat(500)})).short().chars().count(), 201);
    }
}
