//! The kit that the pages are built from: a folder each, with its CSS.

pub(crate) mod badge;
pub(crate) mod button;
pub(crate) mod chip;
pub(crate) mod empty;
pub(crate) mod error_banner;
pub(crate) mod event_list;
pub(crate) mod icon;
pub(crate) mod input;
pub(crate) mod kbd;
pub(crate) mod panel;
pub(crate) mod priority;
pub(crate) mod progress;
pub(crate) mod rule_meaning;
pub(crate) mod skeleton;
pub(crate) mod state_badge;
pub(crate) mod tabs;
pub(crate) mod time;
pub(crate) mod toast;
pub(crate) mod windowed;
