//! Who starts next, and how much at once.
//!
//! What waits is divided into [`Lane`]s. Within one, work goes by its [`crate::SortKey`]; between
//! them [`Shares`] goes round. [`Limits`] say how much there may be of anything.

mod lane;
mod limits;
mod obstacle;
mod policy;
mod shares;

pub use lane::Lane;
pub use limits::{Caps, EVERY, Full, LIGHT_LIMIT, Limits, Load, Usage};
pub use obstacle::Obstacle;
pub use policy::Policy;
pub use shares::{Candidate, MOST, QUANTUM, Room, Shares};
