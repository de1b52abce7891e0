//! How long to wait for a helper that may never answer.

use std::time::Duration;

use tokio::time::Instant;

/// An instant by which something must have happened, which can be held while the clock of a run
/// stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deadline {
    /// `None`: beyond the end of the clock.
    at: Option<Instant>,
    held_since: Option<Instant>,
}

impl Deadline {
    pub(super) fn new(now: Instant, limit: Duration) -> Self {
        Self { at: now.checked_add(limit), held_since: None }
    }

    /// From now on, time does not count.
    pub(super) fn hold(&mut self, now: Instant) {
        self.held_since.get_or_insert(now);
    }

    /// Time counts again.
    pub(super) fn release(&mut self, now: Instant) {
        if let Some(since) = self.held_since.take() {
            let held = now.saturating_duration_since(since);
            self.at = self.at.and_then(|at| at.checked_add(held));
        }
    }

    /// Not later than this, and no longer held.
    pub(super) fn within(&mut self, now: Instant, limit: Duration) {
        self.release(now);
        self.at = [self.at, now.checked_add(limit)].into_iter().flatten().min();
    }

    /// When it is, unless it is held or never.
    pub(super) fn instant(&self) -> Option<Instant> {
        self.at.filter(|_| self.held_since.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn time_that_is_held_does_not_count() {
        let now = Instant::now();
        let mut deadline = Deadline::new(now, 10 * SECOND);
        deadline.hold(now + 4 * SECOND);
        deadline.hold(now + 5 * SECOND);
        assert_eq!(deadline.instant(), None);
        deadline.release(now + 64 * SECOND);
        deadline.release(now + 99 * SECOND);
        assert_eq!(deadline.instant(), Some(now + 70 * SECOND));
    }

    #[test]
    fn it_can_come_nearer_but_not_move_away() {
        let now = Instant::now();
        let mut deadline = Deadline::new(now, 10 * SECOND);
        deadline.within(now, 60 * SECOND);
        assert_eq!(deadline.instant(), Some(now + 10 * SECOND));
        deadline.hold(now);
        deadline.within(now + SECOND, 2 * SECOND);
        assert_eq!(deadline.instant(), Some(now + 3 * SECOND));
    }

    #[test]
    fn a_limit_beyond_the_end_of_the_clock_is_none_until_there_is_a_nearer_one() {
        let now = Instant::now();
        let mut deadline = Deadline::new(now, Duration::MAX);
        assert_eq!(deadline.instant(), None);
        deadline.within(now, SECOND);
        assert_eq!(deadline.instant(), Some(now + SECOND));
    }
}
