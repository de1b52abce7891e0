//! Readings of the wall clock: on which days, at which times.

use super::clock::Times;
use super::days::Days;
use super::dst::{Clocks, DAY, FARTHEST, Piece, SET_BACK};

/// What a rule says about the wall clock.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub days: Days,
    pub times: Times,
    /// Whether its times are fixed: made up for after a gap, and not repeated. Others happen
    /// whenever the clock shows them.
    pub fixed: bool,
}

impl Pattern {
    /// The first reading from `reading` on.
    fn from(&self, reading: i64) -> Option<i64> {
        let (day, second) = (reading.div_euclid(DAY), reading.rem_euclid(DAY));
        if self.days.contains(day)
            && let Some(second) = self.times.from(second)
        {
            return Some(day * DAY + second);
        }
        Some(self.days.from(day + 1)? * DAY + self.times.from(0)?)
    }

    /// The last reading up to `reading`.
    fn up_to(&self, reading: i64) -> Option<i64> {
        let (day, second) = (reading.div_euclid(DAY), reading.rem_euclid(DAY));
        if self.days.contains(day)
            && let Some(second) = self.times.up_to(second)
        {
            return Some(day * DAY + second);
        }
        Some(self.days.up_to(day - 1)? * DAY + self.times.up_to(DAY - 1)?)
    }

    /// The first instant from `instant` on, but not after `last`.
    pub(super) fn next(&self, clocks: &mut Clocks, instant: i64, last: i64) -> Option<i64> {
        let mut instant = instant;
        while instant <= last {
            let piece = clocks.piece(instant);
            if let Some(found) = self.next_within(&piece, instant) {
                return (found <= last).then_some(found);
            }
            // Whatever the clocks do from here on, they show nothing less than this.
            let reading = self.from(piece.closes() - SET_BACK)?;
            instant = piece.end.max(reading - FARTHEST);
        }
        None
    }

    fn next_within(&self, piece: &Piece, instant: i64) -> Option<i64> {
        let mut from = instant + piece.offset;
        if self.fixed {
            if instant == piece.start && self.swallowed(piece).is_some() {
                return Some(piece.start);
            }
            from = from.max(piece.shown);
        }
        self.from(from).filter(|reading| *reading < piece.closes()).map(|r| r - piece.offset)
    }

    /// The last instant up to `instant`, but not before `first`.
    pub(super) fn previous(&self, clocks: &mut Clocks, instant: i64, first: i64) -> Option<i64> {
        let mut instant = instant;
        while instant >= first {
            let piece = clocks.piece(instant);
            if let Some(found) = self.previous_within(&piece, instant) {
                return (found >= first).then_some(found);
            }
            // Whatever the clocks did before, they showed nothing more than this.
            let reading = self.up_to(piece.opens() + SET_BACK)?;
            instant = (piece.start - 1).min(reading + FARTHEST);
        }
        None
    }

    fn previous_within(&self, piece: &Piece, instant: i64) -> Option<i64> {
        let least = if self.fixed { piece.shown.max(piece.opens()) } else { piece.opens() };
        let reading = self.up_to(instant + piece.offset).filter(|reading| *reading >= least);
        match reading {
            Some(reading) => Some(reading - piece.offset),
            None => (self.fixed && self.swallowed(piece).is_some()).then_some(piece.start),
        }
    }

    /// The latest reading that the gap before `piece` swallowed and that is made up for.
    pub(super) fn swallowed(&self, piece: &Piece) -> Option<i64> {
        let reading = if piece.after_gap() { self.up_to(piece.opens() - 1) } else { None };
        reading.filter(|reading| *reading >= piece.shown)
    }

    /// Whether the clock is to show `reading`.
    pub(super) fn contains(&self, reading: i64) -> bool {
        self.from(reading) == Some(reading)
    }
}
