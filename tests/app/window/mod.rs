//! The window, as a person uses it.

mod approvals;
mod bad_input;
mod board;
mod engines;
mod keyboard;
mod planned;
mod reminder;
mod restart;
