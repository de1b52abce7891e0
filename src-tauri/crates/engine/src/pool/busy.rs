//! How long slots have been in use, for Aegis' own figures.

use std::time::{Duration, Instant};

/// The time of slots since somebody last asked.
#[derive(Default)]
pub(super) struct Busy {
    so_far: Duration,
    /// Up to when that is, and how many are in use since.
    since: Option<(Instant, u32)>,
}

impl Busy {
    /// Adds up the time up to now, from when on `used` slots are in use.
    pub(super) fn count(&mut self, used: u32) {
        let now = Instant::now();
        if let Some((since, used)) = self.since.replace((now, used)) {
            self.so_far += now.saturating_duration_since(since) * used;
        }
    }

    /// Slot-milliseconds in use since this was last asked; `used` slots still are.
    pub(super) fn take(&mut self, used: u32) -> u64 {
        self.count(used);
        u64::try_from(std::mem::take(&mut self.so_far).as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_slots_is_added_up() {
        let mut busy = Busy::default();
        busy.count(2);
        busy.count(1);
        // As if all this had been an hour ago.
        let (since, used) = busy.since.unwrap();
        assert_eq!(used, 1);
        busy.since = Some((since - Duration::from_secs(3600), used));
        busy.count(0);
        let taken = busy.take(0);
        assert!((3_600_000..3_601_000).contains(&taken), "{taken}");
        assert_eq!(busy.take(0), 0);
    }
}
