//! One engine for one data directory, and what becomes of work when an engine ends.

mod crash;
mod kills;
mod one_engine;
mod paths;
mod shutdown;
