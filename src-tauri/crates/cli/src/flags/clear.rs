//! What an edit takes away.

use clap::ValueEnum;

/// A field that can be taken away, by the name of the argument that sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)] // They are what they are called.
pub(crate) enum ClearArg {
    Description,
    Slug,
    Category,
    Priority,
    Tag,
    Owner,
    Parent,
    Assignee,
    Workspace,
    Model,
    Complexity,
    Estimate,
    Budget,
    ScheduleBudget,
    Timeout,
    Retries,
    Backoff,
    Review,
    ReviewCriteria,
    OnInterrupt,
    Metadata,
    After,
    Resource,
    OnlyIf,
    OnlyIfChanged,
    Artifact,
    Param,
    Sandbox,
}

impl ClearArg {
    /// What takes it away: nothing in its place, or in that of a part of it.
    pub(crate) fn patch(self) -> serde_json::Value {
        match self {
            Self::Sandbox => serde_json::json!({ "settings": { "sandbox": null } }),
            _ => serde_json::Value::Null,
        }
    }

    /// The field's name in a task.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Slug => "slug",
            Self::Category => "category",
            Self::Priority => "priority",
            Self::Tag => "tags",
            Self::Owner => "owner",
            Self::Parent => "parent",
            Self::Assignee => "assignee",
            Self::Workspace => "workspace",
            Self::Model => "model",
            Self::Complexity => "complexity",
            Self::Estimate => "estimated_secs",
            Self::Budget => "budget",
            Self::ScheduleBudget => "schedule_budget",
            Self::Timeout => "timeout_secs",
            Self::Retries => "max_retries",
            Self::Backoff => "backoff",
            Self::Review => "review_required",
            Self::ReviewCriteria => "review_criteria",
            Self::OnInterrupt => "on_interrupt",
            Self::Metadata => "metadata",
            Self::After => "dependencies",
            Self::Resource => "resources",
            Self::OnlyIf => "only_if",
            Self::OnlyIfChanged => "only_if_changed",
            Self::Artifact => "artifacts",
            Self::Param => "parameters",
            Self::Sandbox => "executor",
        }
    }
}
