//! Who starts next, and how much at once.
//!
//! What waits is divided into [`Lane`]s. Within one, work goes by its [`crate::SortKey`].

mod lane;

pub use lane::Lane;
