//! Waiting for something to become true, with a limit. No test sleeps for a guessed time.

use std::time::{Duration, Instant};

/// Between two looks: short beside what is waited for, long beside the cost of a look.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// Asks until there is an answer. Panics with `what` when there is none within `limit`.
pub(crate) fn until<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < limit, "waited {limit:?} in vain for {what}");
        std::thread::sleep(PAUSE);
    }
}
