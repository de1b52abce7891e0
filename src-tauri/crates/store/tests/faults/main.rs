//! The store on a disk that fails: the power is cut, calls fail, memory runs out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed, and what it has seen stands in its output"
)]

mod calls;
mod copies;
mod disk;
mod faults;
#[path = "../store/forms.rs"]
#[allow(dead_code, reason = "shared with the other tests of the store")]
mod forms;
mod imports;
mod ledger;
mod log;
mod memory;
mod migrations;
mod power;
#[path = "../store/support.rs"]
#[allow(dead_code, reason = "shared with the other tests of the store")]
mod support;
mod vfs;
mod work;

/// Whether to run at the full numbers of docs/promises.md.
fn full() -> bool {
    std::env::var("AEGIS_PROMISES").as_deref() == Ok("full")
}
