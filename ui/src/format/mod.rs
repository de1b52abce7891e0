//! Numbers and times as people read them. Pure: the words come from the message catalogue, the time zone from
//! [`zone`].

mod ansi;
mod relative;
mod schedule;
mod span;
mod starts;
mod told;
pub(crate) mod zone;

pub(crate) use aegis_domain::visible;
#[cfg(test)]
pub(crate) use ansi::Colour;
pub(crate) use ansi::{Style, Styled, parse as ansi};
pub(crate) use relative::{When, when};
pub(crate) use schedule::without_zone;
pub(crate) use span::Span;
pub(crate) use starts::{StartDay, by_day};
pub(crate) use told::Told;
