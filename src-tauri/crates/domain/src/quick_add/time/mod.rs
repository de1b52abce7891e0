//! Times in words: what a stretch of words says ([`phrase`]), and which instant it means when it
//! is said at a moment in a zone ([`resolve`]).

mod clock;
mod date;
mod day;
mod length;
pub(crate) mod moment;
mod phrase;
mod repeat;
mod resolve;

pub(crate) use phrase::{Phrase, Standing, phrase};
pub(crate) use repeat::{Repeat, repeat};
pub(crate) use resolve::resolve;

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
