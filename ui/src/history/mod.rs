//! What happened, made calm: the steps of one piece of work are one line, and only what somebody should see for
//! itself — an answered question, a failed try, a review — stands alone. Pure.

mod group;
mod summary;

pub(crate) use group::{Item, Key, Work, group};
pub(crate) use summary::Summary;
