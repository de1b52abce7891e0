//! Arguments that several commands share, and what they mean together.

mod agent;
mod clear;
mod fields;
mod group;
mod relations;
mod sandbox;
mod schedule;
mod shell;

pub(crate) use agent::Agent;
pub(crate) use clear::ClearArg;
pub(crate) use fields::{Fields, Patch};
pub(crate) use group::Group;
pub(crate) use relations::{Relations, RunsOnlyIf};
pub(crate) use sandbox::SandboxArgs;
pub(crate) use schedule::{CountArg, KIND, Limits, ScheduleArgs, UntilArg};
pub(crate) use shell::ShellArgs;
