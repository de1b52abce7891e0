//! Every text that a person reads, in one typed catalogue.
//!
//! A language is one `static` of type [`Messages`]: a missing text does not compile. Texts with something in them
//! are functions, so that each language forms its own plurals and order of words.

mod catalogue;
mod en;

pub(crate) use catalogue::*;

/// The texts of the user's language.
pub(crate) fn t() -> &'static Messages {
    &en::EN
}
