//! What the window knows: the cards as the engine has them, the time, and what the person looks at.

mod board;
mod clock;
mod follow;
mod live;
mod placement;
#[cfg(test)]
pub(crate) mod sample;
mod theme;
mod view;

pub(crate) use board::BoardStore;
pub(crate) use clock::Clock;
pub(crate) use follow::{Connection, follow};
pub(crate) use live::{Live, Loaded};
pub(crate) use theme::{Contrast, Theme, ThemeChoice};
pub(crate) use view::{Page, View};
