//! Making tasks and looking at them, in the shapes that the first document fixes.

use super::Work;
use super::spawn::{NewWork, made};
use crate::registry::{Done, Input, ToolError};
use aegis_domain::coarse::Vocabulary;
use aegis_domain::policy::{Nature, Reach};
use aegis_domain::{ErrorCategory, Outcome, TaskRef};
use aegis_protocol::{CardView, ListTasks, ShowTask, TaskSort};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// Most characters of a result that is answered.
const MAX_RESULT: usize = 20_000;

/// How often a task runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TaskType {
    /// Once, as soon as there is room.
    #[default]
    Oneshot,
    /// Again and again, as `schedule` says.
    Recurring,
    /// Once, when `schedule` says.
    Scheduled,
}

/// When a task runs: `{"type": "daily", "time": "07:00"}`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schedule {
    /// manual, at, once, every, interval, hourly, daily, weekly, monthly or cron.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The time of day, as 07:00.
    #[serde(default)]
    pub(crate) time: Option<String>,
    /// For weekly: the days, as mon or monday.
    #[serde(default)]
    pub(crate) days: Vec<String>,
    /// For monthly: the day of the month.
    #[serde(default)]
    pub(crate) day: Option<u8>,
    /// For at: the moment, as 2027-01-31T07:00:00Z.
    #[serde(default)]
    pub(crate) at: Option<String>,
    /// For every: the seconds between two runs.
    #[serde(default)]
    pub(crate) seconds: Option<u64>,
    /// For cron: the expression.
    #[serde(default)]
    pub(crate) expression: Option<String>,
    /// The time zone, as Europe/Berlin; the user's own when absent.
    #[serde(default)]
    pub(crate) zone: Option<String>,
}

/// Make a task.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateBackgroundTask {
    /// What is to be done, in one line.
    title: String,
    /// All that whoever does it has to know.
    #[serde(default)]
    description: String,
    /// 0 (can wait) to 10 (most urgent).
    #[serde(default)]
    priority: u8,
    /// How often it runs.
    #[serde(default)]
    task_type: TaskType,
    /// When it runs.
    #[serde(default)]
    schedule: Option<Schedule>,
    /// A program and its arguments, to be run as they are; an agent does the task when absent.
    #[serde(default)]
    command: Vec<String>,
}

impl Input for CreateBackgroundTask {
    const NAME: &'static str = "create_background_task";
    const DESCRIPTION: &'static str = "Hand work to Aegis: it is remembered, scheduled and run in \
        the background, also when this conversation is over. Answers with the task's number.";

    fn nature(input: Option<&Self>) -> Nature {
        match input {
            Some(input) if input.command.is_empty() => Nature::of(Reach::Plan),
            // A program that runs later runs all the same.
            _ => Nature::of(Reach::Run).private().egress().outside(),
        }
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            let Self { title, description, priority, task_type, schedule, command } = self;
            let new = NewWork { title, description, priority, command, model: None };
            let card = made(work, new, task_type, schedule).await?;
            // As it was made: it may have begun in the same moment, which is no matter for the answer
            // that the document fixes.
            Ok(json!({ "success": true, "task_id": card.number.0, "status": "pending" }))
        })
    }
}

/// Look at a task.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetTaskStatus {
    /// The task's number.
    task_id: u64,
}

impl Input for GetTaskStatus {
    const NAME: &'static str = "get_task_status";
    const DESCRIPTION: &'static str =
        "Look at a task: where it stands, how far it is, and what came of it.";
    const READ_ONLY: bool = true;

    /// A result may be what strangers wrote, and is the user's own.
    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Look).private().outside()
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move { show(work, self.task_id).await })
    }
}

/// What a task is at, and what came of it.
pub(crate) async fn show(work: &Work<'_>, number: u64) -> Done {
    let view = work.ask_api(ShowTask { task: number_ref(number) }).await?;
    let card = &view.card;
    let last = view.runs.first();
    let end = last.and_then(|run| run.end.as_ref());
    let progress = last.and_then(|run| run.progress.as_ref());
    let outcome = end.map(|end| match &end.outcome {
        Outcome::Succeeded { summary } => summary.clone(),
        Outcome::Failed(failure) => failure.sentence(),
        Outcome::Cancelled => "It was called off.".to_owned(),
        Outcome::Suspended => "It waits for a person.".to_owned(),
        Outcome::Interrupted | Outcome::AgentLost => "It was cut off.".to_owned(),
    });
    Ok(json!({
        "success": true,
        "task_id": card.number.0,
        "title": card.title,
        "status": status(card),
        "state": card.state.as_ref().map(|state| state.name().as_str()),
        "progress": progress.and_then(|progress| progress.percent),
        "current_step": progress.and_then(|progress| progress.step.clone()),
        "exit_code": end.and_then(|end| end.exit_code),
        "summary": outcome,
        "result": end.map(|end| bounded(&end.result)),
    }))
}

/// A result that fits into a conversation.
fn bounded(result: &Value) -> Value {
    let text = result.to_string();
    if text.len() <= MAX_RESULT {
        return result.clone();
    }
    let shown: String = text.chars().take(MAX_RESULT).collect();
    Value::String(format!("{shown}… ({} bytes in all)", text.len()))
}

/// List tasks.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListAllTasks {
    /// Only those that are pending, in_progress, completed or failed.
    #[serde(default)]
    status: Option<String>,
    /// At most so many; 500 at most.
    #[serde(default = "twenty")]
    limit: u32,
}

const fn twenty() -> u32 {
    20
}

impl Input for ListAllTasks {
    const NAME: &'static str = "list_all_tasks";
    const DESCRIPTION: &'static str = "List tasks, the most urgent first, then the newest.";
    const READ_ONLY: bool = true;

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Look).private()
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            let status = self.status.as_deref().map(word).transpose()?;
            let sort = TaskSort::Priority;
            let limit = Some(self.limit.clamp(1, 500));
            let page =
                work.ask_api(ListTasks { status, sort, limit, ..ListTasks::default() }).await?;
            let tasks: Vec<Value> = page
                .tasks
                .iter()
                .map(|card| {
                    json!({
                        "task_id": card.number.0,
                        "title": card.title,
                        "status": self::status(card),
                        "priority": card.priority.get(),
                    })
                })
                .collect();
            Ok(json!({ "success": true, "count": tasks.len(), "tasks": tasks }))
        })
    }
}

/// A coarse word, as the API takes it.
fn word(status: &str) -> Result<String, ToolError> {
    match status {
        "pending" | "in_progress" | "completed" | "failed" => Ok(status.to_owned()),
        _ => Err(ToolError::new(
            ErrorCategory::SyntaxError,
            "The status has to be pending, in_progress, completed or failed.",
        )),
    }
}

/// The coarse word for where a task stands.
pub(crate) fn status(card: &CardView) -> &'static str {
    Vocabulary::Chores.word(card.state.as_ref().map(aegis_domain::State::name))
}

pub(crate) const fn number_ref(number: u64) -> TaskRef {
    TaskRef::Number(aegis_domain::TaskNumber(number))
}
