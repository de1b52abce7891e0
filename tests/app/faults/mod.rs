//! Disks and databases that do not do what they should: a sentence that says what to do, nothing
//! lost, and nothing made worse.

mod database;
mod disk;
