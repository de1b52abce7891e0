//! Who starts next, over thousands of starts.

#![allow(clippy::unwrap_used)] // A test that cannot go on has failed.

mod bounds;
mod example;
mod pool;
mod shares;

/// Whether to run at the numbers of `docs/promises.md`.
fn full() -> bool {
    std::env::var("AEGIS_PROMISES").is_ok_and(|value| value == "full")
}
