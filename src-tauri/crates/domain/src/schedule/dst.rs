//! When the clocks of a zone show what.

use chrono::{DateTime, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;

/// Seconds of a day of 24 hours.
pub(super) const DAY: i64 = 86_400;
/// No zone was ever further from UTC than this, in seconds (Juneau and Manila: nearly 16 hours).
pub(super) const FARTHEST: i64 = 16 * 3600;
/// No clock was ever set back by more than this, in seconds (Kwajalein in 1969: 23 hours).
pub(super) const SET_BACK: i64 = 26 * 3600;
/// A gap of at most this many seconds is a change of the clocks, after which the fixed times that it
/// swallowed happen. A longer one is a change of the calendar: Apia had no 2011-12-30, so nothing
/// happens for that day. Debian's cron has the same limit (cron(8): "clock changes of more than 3
/// hours are considered to be corrections to the clock, and the new time is used immediately").
const LONGEST_GAP: i64 = 3 * 3600;

/// Length of a stretch, and how far back it looks for a change. Both together are less than the
/// shortest time between two changes in the database, a week less an hour (Gaza, Recife).
const STRETCH: i64 = 4 * DAY;
const LOOK_BACK: i64 = DAY;

/// A piece of time over which a zone's clocks run evenly. Instants are seconds since 1970 in UTC;
/// clock readings are the seconds from 1970 to what the clock shows, as if that were UTC.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// The first instant.
    pub start: i64,
    /// The instant after the last.
    pub end: i64,
    /// What is added to UTC.
    pub offset: i64,
    /// Every reading before this one was shown before `start`. Less than the reading at `start`
    /// after a gap, more after the clocks were set back.
    pub shown: i64,
}

impl Piece {
    /// The reading at `start`.
    pub(super) const fn opens(&self) -> i64 {
        self.start + self.offset
    }

    /// The reading that would be shown at `end`.
    pub(super) const fn closes(&self) -> i64 {
        self.end + self.offset
    }

    /// Whether the clocks skipped readings at `start`, few enough to be made up for.
    pub(super) const fn after_gap(&self) -> bool {
        self.shown < self.opens() && self.opens() - self.shown <= LONGEST_GAP
    }
}

/// A zone, and the piece that was last asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clocks {
    tz: Tz,
    last: Option<Piece>,
}

impl Clocks {
    pub(super) const fn new(tz: Tz) -> Self {
        Self { tz, last: None }
    }

    pub(super) const fn tz(&self) -> Tz {
        self.tz
    }

    fn offset(&self, instant: i64) -> i64 {
        let utc = DateTime::from_timestamp(instant, 0).unwrap_or_default().naive_utc();
        i64::from(self.tz.offset_from_utc_datetime(&utc).fix().local_minus_utc())
    }

    /// The piece with `instant`.
    pub(super) fn piece(&mut self, instant: i64) -> Piece {
        match self.last {
            Some(piece) if piece.start <= instant && instant < piece.end => piece,
            _ => *self.last.insert(self.find(instant)),
        }
    }

    fn find(&self, instant: i64) -> Piece {
        let start = instant.div_euclid(STRETCH) * STRETCH;
        let end = start + STRETCH;
        let [before, first, after] = [start - LOOK_BACK, start, end].map(|t| self.offset(t));
        let earlier = (before != first).then(|| self.change(start - LOOK_BACK, start));
        let shown = match earlier {
            Some(change) if change == start => start + before,
            Some(change) => (change + before).max(start + first),
            None => start + first,
        };
        let whole = Piece { start, end, offset: first, shown };
        if first == after {
            return whole;
        }
        let change = self.change(start, end);
        if instant < change {
            return Piece { end: change, ..whole };
        }
        Piece { start: change, end, offset: after, shown: shown.max(change + first) }
    }

    /// The instant in `low..=high` from which on the offset is that of `high`.
    fn change(&self, mut low: i64, mut high: i64) -> i64 {
        let before = self.offset(low);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.offset(middle) == before {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// The reading at `instant`.
    pub(super) fn reading(&mut self, instant: i64) -> i64 {
        instant + self.piece(instant).offset
    }

    /// The first instant at which the clocks show `reading` or later, and the length of the gap
    /// when they skip it.
    pub(super) fn first_showing(&mut self, reading: i64) -> (i64, Option<i64>) {
        // Nearly always the offset of the last answer is still that of this one.
        let offset = self.last.map_or(0, |piece| piece.offset);
        let likely = self.piece(reading - offset);
        if likely.opens().max(likely.shown) <= reading && reading < likely.closes() {
            return (reading - likely.offset, None);
        }
        let mut piece = self.piece(reading - FARTHEST - SET_BACK);
        while piece.closes() <= reading {
            piece = self.piece(piece.end);
        }
        if reading < piece.opens() {
            return (piece.start, Some(piece.opens() - piece.shown));
        }
        (reading - piece.offset, None)
    }

    /// The instant of a fixed time: the first that shows it, or just after the gap that swallowed
    /// it; none when the whole day was left out.
    pub(super) fn fixed(&mut self, reading: i64) -> Option<i64> {
        let (instant, gap) = self.first_showing(reading);
        gap.is_none_or(|gap| gap <= LONGEST_GAP).then_some(instant)
    }

    /// The last instant at which the clocks show less than `reading`.
    pub(super) fn last_before(&mut self, reading: i64) -> i64 {
        let mut piece = self.piece(reading + FARTHEST + SET_BACK);
        while piece.opens() >= reading {
            piece = self.piece(piece.start - 1);
        }
        piece.end.min(reading - piece.offset) - 1
    }
}

/// The number of a day, counted from 1970-01-01.
pub(super) fn day_number(date: NaiveDate) -> i64 {
    i64::from(date.to_epoch_days())
}
