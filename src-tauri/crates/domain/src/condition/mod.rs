//! Conditions: short sentences about facts that are either so or not.
//!
//! ```text
//! expr    = and ("or" and)*
//! and     = not ("and" not)*
//! not     = "not" not | "(" expr ")" | test
//! test    = operand [op operand]
//! op      = "==" | "!=" | "<" | "<=" | ">" | ">=" | "contains"
//! operand = string | number | "true" | "false" | "null" | path
//! path    = name ("." name | "[" number "]" | "[" string "]")*
//! string  = '…' or "…", with \' \" \\ \n \t
//! number  = as in JSON
//! name    = a letter or "_", then letters, digits and "_"
//! ```
//!
//! Words may be written in upper and lower case. What a name stands for is told by whoever asks
//! whether the condition holds; `docs/conditions.md` says which names there are.

mod compare;
mod expression;
mod parse;
pub(crate) mod path;

use crate::Invalid;
use expression::Expression;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Most characters of a condition.
pub const MAX_CONDITION: usize = 1000;

/// A condition: `outcome == "completed" and result.count > 3`.
///
/// It is kept as it was typed; two conditions are equal when their texts are.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    text: String,
    expression: Expression,
}

impl Condition {
    /// A condition from what somebody wrote.
    ///
    /// # Errors
    /// [`Invalid`] of the field `condition` when it cannot be read, is longer than
    /// [`MAX_CONDITION`] or nested more than 32 levels deep; the sentence names the place.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let expression = parse::parse(text)?;
        Ok(Self { text: text.to_owned(), expression })
    }

    /// The text as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first name of every path in it.
    #[must_use]
    pub fn roots(&self) -> BTreeSet<String> {
        let mut roots = BTreeSet::new();
        self.expression.visit_paths(&mut |path| {
            roots.insert(path.root().to_owned());
        });
        roots
    }

    /// Whether it is so, given an object whose fields are the names that it may use.
    ///
    /// A path that leads nowhere is null. Values of different types are never equal, and neither is
    /// greater than the other.
    #[must_use]
    pub fn holds(&self, facts: &serde_json::Value) -> bool {
        self.expression.holds(facts)
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Condition {}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Condition").field(&self.text).finish()
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Condition {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.text
    }
}
