//! A condition that has been read.

use super::compare;
use super::path::Path;
use serde_json::Value;
use std::cmp::Ordering;

/// How deep it may be nested is the parser's business: everything here follows that depth.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    /// One of them is so.
    Any(Vec<Self>),
    /// Every one is so.
    All(Vec<Self>),
    Not(Box<Self>),
    /// There is something: neither null, false, 0 nor empty.
    Given(Operand),
    Compared(Operand, Operator, Operand),
}

#[derive(Debug, Clone)]
pub(super) enum Operand {
    Literal(Value),
    Path(Path),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

impl Expression {
    pub(super) fn holds(&self, facts: &Value) -> bool {
        match self {
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Not(part) => !part.holds(facts),
            Self::Given(operand) => compare::is_given(operand.value(facts)),
            Self::Compared(left, operator, right) => {
                operator.holds(left.value(facts), right.value(facts))
            }
        }
    }

    /// Calls `visit` with every path.
    pub(super) fn visit_paths(&self, visit: &mut impl FnMut(&Path)) {
        match self {
            Self::Any(parts) | Self::All(parts) => {
                for part in parts {
                    part.visit_paths(visit);
                }
            }
            Self::Not(part) => part.visit_paths(visit),
            Self::Given(operand) => operand.visit_path(visit),
            Self::Compared(left, _, right) => {
                left.visit_path(visit);
                right.visit_path(visit);
            }
        }
    }
}

impl Operand {
    fn value<'v>(&'v self, facts: &'v Value) -> &'v Value {
        match self {
            Self::Literal(value) => value,
            Self::Path(path) => path.find(facts).unwrap_or(&Value::Null),
        }
    }

    fn visit_path(&self, visit: &mut impl FnMut(&Path)) {
        if let Self::Path(path) = self {
            visit(path);
        }
    }
}

impl Operator {
    fn holds(self, left: &Value, right: &Value) -> bool {
        let order = || compare::order(left, right);
        match self {
            Self::Equal => compare::equal(left, right),
            Self::NotEqual => !compare::equal(left, right),
            Self::Less => order() == Some(Ordering::Less),
            Self::LessOrEqual => order().is_some_and(Ordering::is_le),
            Self::Greater => order() == Some(Ordering::Greater),
            Self::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
            Self::Contains => compare::contains(left, right),
        }
    }
}
