//! Answers that follow from the question alone: no engine, no data. Handlers give them, and so can
//! a program that has neither.

mod quick_add;
mod schedule;

pub use quick_add::reading;
pub use schedule::{next_instants, preview, simulation};
