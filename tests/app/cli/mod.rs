//! The command line: what a person types, and what a program reads.

mod bad_input;
mod ending;
mod life;
mod output;
mod reminder;
