//! The engine with executors of the tests, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on has failed.

mod logs;
mod recovery;
mod report;
mod shutdown;
mod support;
mod work;
