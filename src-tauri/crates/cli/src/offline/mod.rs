//! Answers that need no engine and no data: the same ones, of the same types, that the engine
//! gives.

mod quick_add;
mod schedule;

pub(crate) use quick_add::read;
pub(crate) use schedule::{next, simulate};
