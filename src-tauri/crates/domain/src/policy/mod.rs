//! What an agent may do without asking: rules, what a call can reach, and what was decided.
//!
//! A model is never asked whether it may do something. [`decide`] looks at the rules that a person
//! made, at what the task says, and at what the call could do; whatever the model has read does not
//! come into it, except as [`Taint`], which only ever makes the answer stricter.

mod call;
mod decide;
mod pattern;
mod propose;
mod rule;

pub use call::{Call, InputHash, Nature, Reach, Taint};
pub use decide::{Ruling, decide};
pub use pattern::Pattern;
pub use propose::proposed;
pub use rule::{Effect, InputMatch, MAX_RULES, NewRule, Rule, RuleId};
