//! What time it is.

use aegis_domain::Timestamp;
use aegis_ports::Clock;
use std::time::{SystemTime, UNIX_EPOCH};

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the port through which time comes")]
    fn now(&self) -> Timestamp {
        from_system(SystemTime::now())
    }
}

/// In whole milliseconds, the earlier one. A clock that is set to before 1970 or after the year
/// 262000 reads as 1970.
fn from_system(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis())
        .ok()
        .and_then(Timestamp::from_timestamp_millis)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn time_comes_in_whole_milliseconds() {
        let time = UNIX_EPOCH + Duration::from_nanos(1_763_700_000_123_999_999);
        assert_eq!(from_system(time).to_rfc3339(), "2025-11-21T04:40:00.123+00:00");
        let now = SystemClock.now();
        assert_eq!(now.timestamp_subsec_nanos() % 1_000_000, 0);
    }

    #[test]
    fn a_clock_that_is_off_does_not_panic() {
        assert_eq!(from_system(UNIX_EPOCH - Duration::from_secs(1)), Timestamp::default());
        assert_eq!(from_system(UNIX_EPOCH + Duration::from_secs(1 << 50)), Timestamp::default());
    }
}
