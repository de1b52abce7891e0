//! The command line: what a person types, and what a program reads.

mod bad_input;
mod data;
mod dependencies;
mod ending;
mod figures;
mod knowledge;
mod life;
mod output;
mod reminder;
mod report;
mod schedule;
