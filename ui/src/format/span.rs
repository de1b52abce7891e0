//! A length of time in at most two units.

use chrono::TimeDelta;

/// A length of time, rounded down to what one wants to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// Less than a second, in milliseconds.
    Milliseconds(i64),
    /// Less than a minute.
    Seconds(i64),
    /// Less than an hour: minutes and seconds.
    Minutes(i64, i64),
    /// Less than a day: hours and minutes.
    Hours(i64, i64),
    /// Days and hours.
    Days(i64, i64),
}

impl Span {
    /// The length of `delta`; a negative one counts as nothing, since a clock that was set back is no news here.
    pub(crate) fn new(delta: TimeDelta) -> Self {
        let milliseconds = delta.num_milliseconds().max(0);
        let seconds = milliseconds / 1000;
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
        match () {
            () if seconds == 0 => Self::Milliseconds(milliseconds),
            () if minutes == 0 => Self::Seconds(seconds),
            () if hours == 0 => Self::Minutes(minutes, seconds % 60),
            () if days == 0 => Self::Hours(hours, minutes % 60),
            () => Self::Days(days, hours % 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(-5_000, Span::Milliseconds(0))]
    #[case(999, Span::Milliseconds(999))]
    #[case(1_000, Span::Seconds(1))]
    #[case(59_999, Span::Seconds(59))]
    #[case(252_000, Span::Minutes(4, 12))]
    #[case(3_600_000, Span::Hours(1, 0))]
    #[case(86_399_999, Span::Hours(23, 59))]
    #[case(90_000_000, Span::Days(1, 1))]
    fn rounds_down(#[case] milliseconds: i64, #[case] expected: Span) {
        assert_eq!(Span::new(TimeDelta::milliseconds(milliseconds)), expected);
    }
}
