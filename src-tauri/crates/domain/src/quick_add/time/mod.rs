//! Times in words: what a stretch of words says ([`phrase()`], [`repeat()`], [`bound()`]), and which
//! instant or schedule it means when it is said at a moment in a zone ([`resolve()`], [`recur()`]).

mod bound;
mod clock;
mod date;
mod day;
mod length;
pub(crate) mod moment;
mod number;
mod phrase;
mod recur;
mod repeat;
mod resolve;
mod said;
mod zone;

pub(crate) use bound::{Bound, bound};
pub(crate) use phrase::{Phrase, Standing, TimeOfDay as SaidTime, When, phrase};
pub(crate) use recur::{Repetition, recur};
pub(crate) use repeat::{Pattern, Repeat, Rhythm, repeat};
pub(crate) use resolve::resolve;
pub(crate) use zone::two as two_zones;

/// Something found at the beginning of a list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found<T> {
    /// What it is.
    pub(crate) what: T,
    /// How many words it takes.
    pub(crate) words: usize,
}

impl<T> Found<T> {
    pub(crate) const fn new(what: T, words: usize) -> Self {
        Self { what, words }
    }
}
