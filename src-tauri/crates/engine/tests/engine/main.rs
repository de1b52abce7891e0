//! The engine with executors of the tests, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

mod at_once;
mod breakers;
mod budgets;
mod clock;
mod faults;
mod limits;
mod logs;
mod pool;
mod pressure;
mod recovery;
mod report;
mod retention;
mod search;
mod shutdown;
mod support;
mod work;
