//! Handing work to others: an agent, or a program.

use super::tasks::{Schedule, TaskType, number_ref, show};
use super::{Work, schedule};
use crate::registry::{Done, Input, ToolError};
use aegis_domain::policy::{Nature, Reach};
use aegis_domain::{ErrorCategory, ExecutorName, ExecutorSpec, NewTask, ShellSettings};
use aegis_protocol::{CardView, CreateTask, LogStream, ReadLog, ShowTask};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The executor that does what is told in words.
const AGENT: &str = "claude_code";
/// How long a command is waited for at most.
const MAX_WAIT: u64 = 3_600;
/// Bytes of a command's output that are answered.
const MAX_OUTPUT: usize = 64 * 1024;
/// Pages of a log that are looked at: more than the longest log has.
const PAGES: u32 = 64;

/// Work that a tool hands on.
pub(crate) struct NewWork {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) priority: u8,
    /// A program with its arguments; an agent does it when empty.
    pub(crate) command: Vec<String>,
    pub(crate) model: Option<String>,
}

/// Makes a task of it. It is the child of the task that asks, and works where that one does.
pub(crate) async fn made(
    work: &Work<'_>,
    new: NewWork,
    task_type: TaskType,
    when: Option<Schedule>,
) -> Result<CardView, ToolError> {
    let NewWork { title, description, priority, command, model } = new;
    let cwd = work.workspace.map(str::to_owned);
    let executor = if command.is_empty() {
        let settings = cwd.map_or_else(|| json!({}), |cwd| json!({ "cwd": cwd }));
        ExecutorSpec { name: ExecutorName::new(AGENT), settings }
    } else {
        ShellSettings { command, cwd, ..ShellSettings::default() }.into_spec()
    };
    let task = NewTask {
        title,
        description,
        priority: Some(priority),
        executor: Some(executor),
        schedule: schedule::of(task_type, when, work.zone)?,
        parent: work.task.map(|(id, _)| id.into()),
        model,
        ..NewTask::default()
    };
    let request = CreateTask { origin: work.caller.run, ..CreateTask::from(task) };
    Ok(work.ask_api(request).await?.card)
}

/// Give a part of the work to another agent.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpawnSubagent {
    /// What is to be done, in one line.
    title: String,
    /// All that the other agent has to know: it sees nothing of this conversation.
    prompt: String,
    /// Which model; as the settings say when absent.
    #[serde(default)]
    model: Option<String>,
}

impl Input for SpawnSubagent {
    const NAME: &'static str = "spawn_subagent";
    const DESCRIPTION: &'static str = "Give a part of the work to another agent, which works in \
        the same folder and asks for itself. Answers at once with the task's number; look with \
        get_task_status.";

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Plan)
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            let Self { title, prompt, model } = self;
            let (priority, command) = (5, Vec::new());
            let new = NewWork { title, description: prompt, priority, command, model };
            let card = made(work, new, TaskType::Oneshot, None).await?;
            Ok(json!({ "success": true, "task_id": card.number.0, "status": "pending" }))
        })
    }
}

/// Run a program.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunCommand {
    /// The program and its arguments, each by itself; there is no shell in between.
    command: Vec<String>,
    /// How many seconds to wait for its end; 3600 at most.
    #[serde(default = "minutes")]
    timeout: u64,
}

const fn minutes() -> u64 {
    300
}

impl Input for RunCommand {
    const NAME: &'static str = "run_command";
    const DESCRIPTION: &'static str = "Run a program in the folder of the work and wait for its \
        end: as a task of its own, with its log kept.";

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Run).private().egress().outside()
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            if self.command.is_empty() {
                let message = "There is no command. Give the program and its arguments.";
                return Err(ToolError::new(ErrorCategory::SyntaxError, message));
            }
            let title: String = self.command.join(" ").chars().take(100).collect();
            let (description, priority) = (String::new(), 8);
            let (command, model) = (self.command, None);
            let new = NewWork { title, description, priority, command, model };
            let card = made(work, new, TaskType::Oneshot, None).await?;
            wait_for(work, card.number.0, Duration::from_secs(self.timeout.clamp(1, MAX_WAIT)))
                .await
        })
    }
}

/// Waits for a task's end, and answers with what it printed. Its own slot is free meanwhile.
async fn wait_for(work: &Work<'_>, number: u64, limit: Duration) -> Done {
    if let Some(run) = work.run {
        run.waits(true);
    }
    let ended = until_it_ends(work, number, limit).await;
    if let Some(run) = work.run {
        run.waits(false);
    }
    let ended = ended?;
    let mut answer = show(work, number).await?;
    let output = output_of(work, number).await;
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("output".to_owned(), Value::String(output));
        answer.insert("ended".to_owned(), Value::Bool(ended));
    }
    Ok(answer)
}

/// Whether it ended in time.
async fn until_it_ends(work: &Work<'_>, number: u64, limit: Duration) -> Result<bool, ToolError> {
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_millis(20);
    loop {
        let card = work.ask_api(ShowTask { task: number_ref(number) }).await?.card;
        if card.state.as_ref().is_some_and(aegis_domain::State::is_terminal) {
            return Ok(true);
        }
        if Instant::now() >= deadline {
            return Ok(false);
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(500));
    }
}

/// The end of what the last run printed.
async fn output_of(work: &Work<'_>, number: u64) -> String {
    let Ok(view) = work.ask_api(ShowTask { task: number_ref(number) }).await else {
        return String::new();
    };
    let Some(run) = view.runs.first() else { return String::new() };
    let (mut offset, mut output) = (0, String::new());
    for _ in 0..PAGES {
        let request = ReadLog { run: run.id, offset, limit: Some(1024 * 1024) };
        let Ok(page) = work.ask_api(request).await else { break };
        for line in page.lines.iter().filter(|line| line.stream != LogStream::Aegis) {
            output.push_str(&line.text);
            if !line.partial {
                output.push('\n');
            }
        }
        keep_end(&mut output);
        if page.complete || page.next_offset == offset {
            break;
        }
        offset = page.next_offset;
    }
    output
}

/// Leaves the last [`MAX_OUTPUT`] bytes, and says so.
fn keep_end(output: &mut String) {
    const CUT: &str = "… (its beginning is left out)\n";
    if output.len() > MAX_OUTPUT {
        let from = output.len() - MAX_OUTPUT;
        let from = (from..output.len()).find(|at| output.is_char_boundary(*at));
        output.drain(..from.unwrap_or(output.len()));
        output.insert_str(0, CUT);
    }
}
