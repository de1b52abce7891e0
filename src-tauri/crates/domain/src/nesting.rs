//! How deep JSON from outside may be nested.

use serde_json::Value;

/// Deepest nesting of a value that somebody gives: rows hold it some levels further down, and the
/// reader of JSON stops at 128.
pub const MAX_NESTING: usize = 32;

/// How deep a value is nested. Its own depth is bounded by the parser that made it.
#[must_use]
pub fn nesting(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(nesting).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(nesting).max().unwrap_or(0),
        _ => 0,
    }
}
