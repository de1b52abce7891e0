//! What agents ask, what they may do without asking, and what they did.

use super::method;
use crate::CardView;
use aegis_domain::policy::{NewRule, Rule, RuleId};
use aegis_domain::{
    Ask, AskId, RunId, ScheduleBudget, TaskId, TaskNumber, TaskRef, Timestamp, ToolUse, Usd,
};
use serde::{Deserialize, Serialize};

/// Every question that is open, the oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListApprovals {}
method!("approval.list", ListApprovals => Vec<ApprovalView>);

/// A question that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalView {
    /// Whose.
    pub task: TaskId,
    /// `#42`.
    pub number: TaskNumber,
    /// Its title.
    pub title: String,
    /// The question.
    pub ask: Ask,
    /// Its process waits for the answer; else the answer starts it again.
    pub live: bool,
    /// The rule that "allow always" would make; absent when no rule can say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<NewRule>,
}

/// Answer a call with yes, and make a rule for the calls to come.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowAlways {
    /// Whose.
    pub task: TaskRef,
    /// Which question.
    pub ask: AskId,
    /// The rule, as it was shown; it has to let this very call through.
    pub rule: NewRule,
}
method!("approval.allow_always", AllowAlways => CardView);

/// Every rule for tool calls, the oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListRules {}
method!("rule.list", ListRules => Vec<RuleView>);

/// A rule, in words too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleView {
    /// The rule.
    pub rule: Rule,
    /// What it says, in a sentence.
    pub words: String,
    /// `#42` of the task that it is for, if it is for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<TaskNumber>,
}

/// What a rule would match: looked at before it is made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviewRule {
    /// The rule.
    pub rule: NewRule,
}
method!("rule.preview", PreviewRule => RulePreview);

/// What a rule would match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulePreview {
    /// What it says, in a sentence.
    pub words: String,
    /// Of the calls that were looked at, those that it matches, the newest first; some.
    pub matched: Vec<ToolUse>,
    /// How many it matches.
    pub matches: u32,
    /// How many calls were looked at, the newest ones.
    pub looked_at: u32,
}

/// Make a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeRule {
    /// The rule.
    pub rule: NewRule,
}
method!("rule.make", MakeRule => RuleView);

/// Take a rule away.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveRule {
    /// Which.
    pub id: RuleId,
}
method!("rule.remove", RemoveRule => ());

/// The narrowest rules that let through what a task's last run did: its minimal allow-list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeRules {
    /// Which task.
    pub task: TaskRef,
    /// Keep them: make the rules, and let the task park at everything else.
    #[serde(default)]
    pub keep: bool,
}
method!("rule.propose", ProposeRules => Proposal);

/// What a task needs, as far as its last run shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The run that was looked at.
    pub run: RunId,
    /// The rules, each with its sentence.
    pub rules: Vec<(NewRule, String)>,
    /// Calls that no rule can say: a person is asked each time.
    pub unsayable: Vec<ToolUse>,
    /// They were kept.
    pub kept: bool,
}

/// Calls of tools: those of a run in order, or of a task or of all, the newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListToolUses {
    /// Of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// Of this task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskRef>,
    /// Go on at `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// At most so many: 100 when absent, 1,000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
method!("tool_use.list", ListToolUses => ToolUsePage);

/// A page of calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolUsePage {
    /// The calls.
    pub uses: Vec<ToolUse>,
    /// Where the next page goes on, if there is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// Note a call that a session made which Aegis did not start.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteToolUse {
    /// The call; whom it belongs to is not taken from it.
    pub used: ToolUse,
}
method!("tool_use.note", NoteToolUse => ());

/// What work has cost.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowSpending {
    /// Of this task alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskRef>,
}
method!("spending.show", ShowSpending => SpendingView);

/// What runs have cost, in the user's own days and months; what is at work counts as far as it has
/// said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendingView {
    /// Since midnight.
    pub today: Usd,
    /// Since the first of the month.
    pub month: Usd,
    /// When the day began.
    pub day_since: Timestamp,
    /// When it ends: there is money again then.
    pub day_until: Timestamp,
    /// What a day may cost, if somebody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_budget: Option<Usd>,
    /// What the task's schedule may cost, if it was asked for one and somebody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_budget: Option<ScheduleSpending>,
}

/// What a task's schedule has cost in its period, and may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleSpending {
    /// What it may cost.
    pub budget: ScheduleBudget,
    /// What it has cost since the period began.
    pub spent: Usd,
    /// When the period ends.
    pub until: Timestamp,
}
