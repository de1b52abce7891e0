//! What the tests stand on: a private home, the programs, a private desktop, and limits on every
//! wait. Whatever is started here is ended by its own pid.

pub(crate) mod agent;
pub(crate) mod database;
pub(crate) mod dice;
pub(crate) mod home;
pub(crate) mod keychain;
pub(crate) mod mounts;
pub(crate) mod poll;
pub(crate) mod process;
pub(crate) mod program;
pub(crate) mod serve;
pub(crate) mod session;
pub(crate) mod tasks;
pub(crate) mod window;
pub(crate) mod wire;
