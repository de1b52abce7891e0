//! The words of Aegis as types, and its rules as pure functions.
//!
//! What a task, an occurrence and a run are; which state may follow which
//! ([`machine::apply`]); how a line of plain words becomes a task
//! ([`quick_add`]). Everything here is a function of its arguments, so all of
//! it can be tested without a file, a clock or a thread, and it compiles to
//! WebAssembly for the window.
//!
//! **Invariant:** this crate never does IO, never reads a clock, never draws a
//! random number and knows no SQL. Time, entropy and ids come in through
//! [`Ctx`].

mod artifact;
mod ask;
pub mod breaker;
pub mod budget;
pub mod coarse;
pub mod condition;
mod ctx;
mod error_category;
mod event;
mod executor;
pub mod fair;
mod glob;
pub mod hold;
mod id;
pub mod idle;
pub mod machine;
pub mod metrics;
mod money;
mod nesting;
mod occurrence;
mod order;
pub mod placeholder;
pub mod policy;
pub mod pressure;
mod priority;
mod process;
mod progress;
#[cfg(feature = "zones")]
pub mod quick_add;
pub mod redact;
pub mod retention;
mod retry;
mod review;
mod run;
pub mod said;
mod sandbox;
pub mod schedule;
pub mod search;
mod secret;
mod slug;
mod state;
mod task;
mod task_ref;
pub mod template;
mod terms;
mod text;
mod tool_use;
mod visible;

pub use artifact::{Artifact, Kept, LeftOut};
pub use ask::{About, Ask, AskKind, AskedCall};
pub use budget::{BudgetOf, Period, ScheduleBudget};
pub use ctx::{Ctx, Entropy, Timestamp};
pub use error_category::{ErrorCategory, Retryable};
pub use event::{Event, EventKind, NewEvent};
pub use executor::{
    ClaudeCodeSettings, ExecutorName, ExecutorSpec, PermissionMode, Prompt, ReminderSettings,
    ShellSettings,
};
pub use glob::{Glob, Matching};
pub use id::{AskId, EventSeq, FencingToken, OccurrenceId, RunId, ShortId, TaskId, TaskNumber};
pub use money::{Usd, UsdError};
pub use nesting::{MAX_NESTING, nesting};
pub use occurrence::{
    AgentWork, CancelRequest, Cause, Continued, Given, Occurrence, OccurrenceKey,
};
pub use order::{PRIORITY_STEP, SortKey};
pub use priority::{Band, Priority};
pub use process::ProcessIdentity;
pub use progress::{Pace, Progress};
pub use retry::{BACKOFF_BASE, BACKOFF_MAX, Backoff};
pub use review::{MAX_FEEDBACK, Review, ReviewKind};
pub use run::{Checkpoint, Failure, Outcome, Report, Run, RunEnd, RunReason, Usage};
pub use sandbox::{
    Host, SandboxLimits, SandboxNetwork, SandboxPolicy, SandboxProfile, SandboxSettings,
};
pub use schedule::Schedule;
pub use secret::{KeyName, MAX_SECRET, MIN_SECRET, NoSecret, Secret, looks_like_a_key};
pub use slug::Slug;
pub use state::{Blocker, FailureReason, Pause, QueueReason, SkipReason, State, StateName};
pub use task::{
    Actor, ApprovalPolicy, Assignment, AssignmentMethod, Category, Complexity, Definition,
    Dependency, DependencyGroup, Draft, Guard, Guarded, Join, Key, Made, NewScheduleBudget,
    NewTask, OnInterrupt, Once, Origin, Otherwise, Parameter, Parameters, ResourceNeed, Source,
    Task, TaskEdit, TaskKind, TaskStatus, Team, Unique, Values, Watch, Which,
};
pub use task_ref::{TaskRef, TaskRefError};
pub use terms::Terms;
pub use text::{Invalid, MAX_DESCRIPTION, MAX_TAGS, MAX_TITLE, Tag, Title};
pub use tool_use::{MAX_KEPT_INPUT, Passage, ToolUse, kept};
pub use visible::{is_unseen, label, one_line, visible};
