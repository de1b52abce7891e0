//! The hash of a call's input: what a person's answer is bound to.

use aegis_domain::policy::InputHash;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The SHA-256 of an input as JSON, its objects' fields in order: two inputs that mean the same
/// have the same hash, however they were written.
#[must_use]
pub fn hash_of(input: &Value) -> InputHash {
    let mut hash = Sha256::new();
    feed(input, &mut hash);
    InputHash(hex::encode(hash.finalize()))
}

fn feed(value: &Value, hash: &mut Sha256) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            hash.update(b"{");
            for (name, value) in fields {
                hash.update(Value::from(name.as_str()).to_string());
                hash.update(b":");
                feed(value, hash);
                hash.update(b",");
            }
            hash.update(b"}");
        }
        Value::Array(items) => {
            hash.update(b"[");
            for item in items {
                feed(item, hash);
                hash.update(b",");
            }
            hash.update(b"]");
        }
        plain => hash.update(plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_fields_does_not_count_and_everything_else_does() {
        let one: Value = serde_json::from_str(r#"{"a": 1, "b": {"c": [1, 2], "d": "x"}}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"b": {"d": "x", "c": [1, 2]}, "a": 1}"#).unwrap();
        assert_eq!(hash_of(&one), hash_of(&two));
        assert_eq!(hash_of(&one).0.len(), 64);
        for other in [
            json!({"a": 1, "b": {"c": [2, 1], "d": "x"}}),
            json!({"a": "1", "b": {"c": [1, 2], "d": "x"}}),
            json!({"a": 1, "b": {"c": [1, 2]}, "d": "x"}),
            json!({"a": 1, "b": {"c": [1, 2], "d": "x", "e": null}}),
        ] {
            assert_ne!(hash_of(&one), hash_of(&other), "{other}");
        }
    }
}
