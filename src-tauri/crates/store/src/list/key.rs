//! Where a page begins.

use super::Sort;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

/// A place in a list: behind the task whose key it holds. Its text means nothing to anybody else.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// The order that it is a place in.
    order: String,
    reverse: bool,
    /// The part of the order: a column of the board, or those with and those without a time.
    pub(crate) part: u8,
    /// The key, the most significant first.
    keys: Vec<Part>,
}

/// A part of a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Part {
    Number(i64),
    /// Bits of a number that has a fraction: its text would lose some.
    Bits {
        bits: u64,
    },
    Bytes {
        bytes: Vec<u8>,
    },
    Text(String),
}

/// A text that is no place in the list that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“after” is not a place in this list")]
pub struct CursorError;

impl Cursor {
    pub(crate) fn new(order: &str, reverse: bool, part: u8, keys: &[Value]) -> Self {
        let keys = keys.iter().map(|key| match key {
            Value::Integer(number) => Part::Number(*number),
            Value::Real(number) => Part::Bits { bits: number.to_bits() },
            Value::Blob(bytes) => Part::Bytes { bytes: bytes.clone() },
            Value::Text(text) => Part::Text(text.clone()),
            Value::Null => Part::Text(String::new()),
        });
        Self { order: order.to_owned(), reverse, part, keys: keys.collect() }
    }

    /// The key, as a statement takes it.
    pub(crate) fn values(&self) -> Vec<Value> {
        let value = |part: &Part| match part {
            Part::Number(number) => Value::Integer(*number),
            Part::Bits { bits } => Value::Real(f64::from_bits(*bits)),
            Part::Bytes { bytes } => Value::Blob(bytes.clone()),
            Part::Text(text) => Value::Text(text.clone()),
        };
        self.keys.iter().map(value).collect()
    }

    /// As one word: hexadecimal digits.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Self { order, reverse, part, keys } = self;
        let json = serde_json::to_vec(&(order, u8::from(*reverse), part, keys)).unwrap_or_default();
        hex::encode(json)
    }

    /// A place in the list that is sorted so, as it was given before.
    ///
    /// # Errors
    /// [`CursorError`] when it is another thing.
    pub fn of_list(text: &str, sort: Sort, reverse: bool) -> Result<Self, CursorError> {
        Self::parse(text, sort.name(), reverse)
    }

    pub(crate) fn parse(text: &str, order: &str, reverse: bool) -> Result<Self, CursorError> {
        if text.len() > 4096 {
            return Err(CursorError);
        }
        let json = hex::decode(text).map_err(|_| CursorError)?;
        let (named, reversed, part, keys): (String, u8, u8, Vec<Part>) =
            serde_json::from_slice(&json).map_err(|_| CursorError)?;
        let fits = named == order && (reversed == 1) == reverse && keys.len() == 2;
        if fits { Ok(Self { order: named, reverse, part, keys }) } else { Err(CursorError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_and_only_in_its_own_list() {
        let keys = [Value::Text("ünï".to_owned()), Value::Real(-1.25e-7)];
        let cursor = Cursor::new("title", false, 1, &keys);
        let text = cursor.to_text();
        assert!(text.bytes().all(|b| b.is_ascii_hexdigit()));
        let back = Cursor::of_list(&text, Sort::Title, false).unwrap();
        assert_eq!((back.part, back.values()), (1, keys.to_vec()));
        assert!(Cursor::of_list(&text, Sort::Title, true).is_err());
        assert!(Cursor::of_list(&text, Sort::Number, false).is_err());
        for bad in ["", "x", "zz", "7b7d", &text[1..], &"ab".repeat(5000), "é9"] {
            assert!(Cursor::of_list(bad, Sort::Title, false).is_err(), "{bad}");
        }
    }
}
