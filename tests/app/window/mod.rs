//! The window, as a person uses it.

mod bad_input;
mod board;
mod engines;
mod keyboard;
mod reminder;
mod restart;
