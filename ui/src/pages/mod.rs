//! The pages, a folder each.

pub(crate) mod activity;
pub(crate) mod board;
pub(crate) mod settings;
