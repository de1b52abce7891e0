//! What arguments mean: texts of the command line as values.

mod column;
mod duration;
mod folder;
mod instant;
mod priority;
mod task;

pub(crate) use column::column;
pub(crate) use duration::duration;
pub(crate) use folder::folder;
pub(crate) use instant::instant;
pub(crate) use priority::priority;
pub(crate) use task::task;
