//! The door between one run's agent and the tools.

use crate::SERVER;
use crate::hash::hash_of;
use crate::natures::nature_of;
use crate::registry::{self, Tool, ToolError};
use crate::tool::Work;
use aegis_domain::machine::Asks;
use aegis_domain::policy::{Call, Nature, Reach, Rule, Ruling, Taint, decide};
use aegis_domain::{
    About, Actor, ApprovalPolicy, AskKind, AskedCall, ErrorCategory, Passage, Report, TaskId,
    TaskNumber, Timestamp, ToolUse, kept, label, one_line,
};
use aegis_ports::{
    Answered, Caller, Clock, Commands, Notifier, Permit, RunHandle, RunTools, Speaker, ToolAnswer,
    ToolInfo, Used,
};
use aegis_protocol::{ListRules, Method as _, RuleView};
use async_trait::async_trait;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::Semaphore;

/// Calls of one run that are at work at a time; the others wait.
const AT_ONCE: usize = 16;
/// Calls of other programs' tools that are remembered until they are over.
const PENDING: usize = 10_000;
/// Most characters of the name of a client.
const MAX_CLIENT: usize = 60;
/// Most bytes of an answer.
const MAX_ANSWER: usize = 1024 * 1024;

/// What every door of this process works with.
pub(crate) struct Parts {
    pub(crate) commands: Arc<dyn Commands>,
    pub(crate) notifier: Arc<dyn Notifier>,
    pub(crate) speaker: Arc<dyn Speaker>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) zone: String,
    pub(crate) tools: Vec<Tool>,
}

/// Whom a door is for.
pub(crate) struct For {
    pub(crate) caller: Caller,
    pub(crate) task: Option<(TaskId, TaskNumber)>,
    pub(crate) policy: ApprovalPolicy,
    /// What the task itself says of tools.
    pub(crate) rules: Vec<Rule>,
    pub(crate) workspace: Option<String>,
    /// Nothing that it starts can reach the network.
    pub(crate) sealed: bool,
    /// The run; absent for whoever calls from outside.
    pub(crate) run: Option<Arc<dyn RunHandle>>,
    pub(crate) session: Option<String>,
}

/// The door.
pub(crate) struct Gate {
    parts: Arc<Parts>,
    who: For,
    taint: Mutex<Taint>,
    /// How calls of other programs' tools got past, until they are over.
    passages: Mutex<HashMap<String, Passage>>,
    room: Semaphore,
    /// What a client from outside has said that it is called.
    client: OnceLock<String>,
}

/// Why a call is not made.
enum Stopped {
    No(String),
    Park,
}

impl Gate {
    pub(crate) fn new(parts: Arc<Parts>, who: For, taint: Taint) -> Self {
        Self {
            parts,
            who,
            taint: Mutex::new(taint),
            passages: Mutex::default(),
            room: Semaphore::new(AT_ONCE),
            client: OnceLock::new(),
        }
    }

    /// Decides about a call, with a person where one is needed. What it lets through counts as seen
    /// from then on: a call that is under way has seen what it will see.
    async fn clear(&self, tool: &str, input: &Value, nature: Nature) -> Result<Passage, Stopped> {
        let Some(mut rules) = self.rules().await else {
            // Without the rules nothing is known to be allowed.
            return Err(Stopped::No("The rules could not be read, so nothing is allowed.".into()));
        };
        rules.extend(self.who.rules.iter().cloned());
        let call = Call {
            tool,
            input,
            nature,
            task: self.who.task.map(|(id, _)| id),
            workspace: self.who.workspace.as_deref(),
        };
        let taint = *self.taint.lock().unwrap_or_else(PoisonError::into_inner);
        let passage = match decide(&rules, self.who.policy, taint, &call) {
            Ruling::Allow => Passage::Free,
            Ruling::Deny { why } => return Err(Stopped::No(why)),
            Ruling::Ask { why } => self.ask(tool, input, nature, why).await?,
        };
        let mut taint = self.taint.lock().unwrap_or_else(PoisonError::into_inner);
        *taint = taint.after(nature);
        Ok(passage)
    }

    async fn ask(
        &self,
        tool: &str,
        input: &Value,
        nature: Nature,
        why: String,
    ) -> Result<Passage, Stopped> {
        let Some(run) = &self.who.run else {
            return Err(Stopped::No(format!(
                "{why} Nobody can be asked from here: make a rule for it with `aegis rules allow`."
            )));
        };
        let question = question(tool, input);
        let call = AskedCall {
            tool: tool.to_owned(),
            input: kept(input),
            hash: hash_of(input),
            nature,
            why,
        };
        let about = Some(Box::new(About::Call(call)));
        let asks = Asks { kind: AskKind::Approval, question, about, limit_secs: None };
        let with = |words: Option<String>| words.map_or_else(String::new, |w| format!(": {w}"));
        match run.ask(asks).await {
            Answered::Yes(_) => Ok(Passage::Granted),
            Answered::No(words) => {
                Err(Stopped::No(format!("The user does not want this call{}.", with(words))))
            }
            Answered::Park => Err(Stopped::Park),
            Answered::Lost => Err(Stopped::No("This run is over.".to_owned())),
        }
    }

    /// Who calls: whom the door is for; of a client from outside also what it calls itself.
    fn caller(&self) -> Caller {
        let Caller { actor, run } = self.who.caller.clone();
        let actor = match (actor, self.client.get()) {
            (Actor::Agent(name), Some(client)) => Actor::Agent(format!("{name}: {client}")),
            (actor, _) => actor,
        };
        Caller { actor, run }
    }

    async fn rules(&self) -> Option<Vec<Rule>> {
        let asked = self.parts.commands.call(&self.caller(), ListRules::NAME, Value::Null).await;
        let views: Vec<RuleView> = match asked {
            Ok(views) => serde_json::from_value(views).ok()?,
            Err(error) => {
                tracing::warn!(%error, "the rules for tool calls could not be read");
                return None;
            }
        };
        Some(views.into_iter().map(|view| view.rule).collect())
    }

    /// Remembers a call, whatever became of it.
    fn note(&self, used: ToolUse) {
        let used = match used.bounded() {
            Ok(used) => used,
            Err(error) => {
                tracing::info!(%error, "a tool call was not noted");
                return;
            }
        };
        match &self.who.run {
            Some(run) => run.report(Report::ToolUse(Box::new(used))),
            None => self.note_outside(used),
        }
    }

    fn note_outside(&self, used: ToolUse) {
        let (commands, caller) = (Arc::clone(&self.parts.commands), self.caller());
        tokio::spawn(async move {
            let params = serde_json::json!({ "used": used });
            if let Err(error) = commands.call(&caller, "tool_use.note", params).await {
                tracing::info!(%error, "a tool call was not noted");
            }
        });
    }

    fn record(&self, tool: &str, input: &Value, nature: Nature, passage: Passage) -> ToolUse {
        ToolUse {
            tool: tool.to_owned(),
            at: self.parts.clock.now(),
            took_ms: None,
            success: true,
            error: None,
            category: None,
            parameters: kept(input),
            hash: hash_of(input),
            nature,
            passage,
            tokens: None,
            screenshot: None,
            session: self.who.session.clone(),
            client: self.client.get().cloned(),
            task: None,
            occurrence: None,
            run: None,
        }
    }

    /// Until the program says what became of the call.
    fn remember(&self, use_id: Option<&str>, passage: Passage) {
        let Some(id) = use_id else { return };
        let mut all = self.passages.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < PENDING {
            all.insert(id.to_owned(), passage);
        }
    }

    fn refused(&self, tool: &str, input: &Value, nature: Nature, why: &str) {
        let used = ToolUse {
            success: false,
            error: Some(why.to_owned()),
            category: Some(ErrorCategory::PolicyDenied),
            // It was never made, so it has shown nothing.
            nature: Nature::of(nature.reach),
            ..self.record(tool, input, nature, Passage::Refused)
        };
        self.note(used);
    }

    async fn run(&self, tool: &Tool, input: Value) -> Result<Value, ToolError> {
        let caller = self.caller();
        let work = Work {
            commands: &*self.parts.commands,
            caller: &caller,
            run: self.who.run.as_ref(),
            task: self.who.task,
            workspace: self.who.workspace.as_deref(),
            zone: &self.parts.zone,
            notifier: &*self.parts.notifier,
            speaker: &*self.parts.speaker,
        };
        tool.call(&work, input).await
    }
}

#[async_trait]
impl RunTools for Gate {
    fn list(&self) -> Vec<ToolInfo> {
        self.parts.tools.iter().map(|tool| tool.info.clone()).collect()
    }

    async fn call(&self, name: &str, input: Value) -> ToolAnswer {
        let Some(tool) = self.parts.tools.iter().find(|tool| tool.info.name == name) else {
            let shown = label(name, 60);
            let known: Vec<_> = self.parts.tools.iter().map(|tool| tool.info.name).collect();
            let message = format!("There is no tool “{shown}”. There are: {}.", known.join(", "));
            return ToolAnswer::Failed { category: ErrorCategory::SyntaxError, message };
        };
        if let Err(ToolError { category, message, .. }) = tool.check(&input) {
            let used = self.record(name, &input, Nature::of(Reach::Look), Passage::Free);
            let (error, category) = (Some(message.clone()), Some(category));
            self.note(ToolUse { success: false, error, category, ..used });
            return ToolAnswer::Failed { category: ErrorCategory::SyntaxError, message };
        }
        // Nobody closes it.
        let _room = self.room.acquire().await;
        let nature = tool.nature(&input);
        let passage = match self.clear(name, &input, nature).await {
            Ok(passage) => passage,
            Err(Stopped::Park) => return ToolAnswer::Park,
            Err(Stopped::No(message)) => {
                self.refused(name, &input, nature, &message);
                return ToolAnswer::Failed { category: ErrorCategory::PolicyDenied, message };
            }
        };
        let used = self.record(name, &input, nature, passage);
        let begun = self.parts.clock.now();
        let done = self.run(tool, input).await.and_then(|answer| bounded(name, answer));
        let took_ms = Some(millis_since(begun, self.parts.clock.now()));
        match done {
            Ok(answer) => {
                self.note(ToolUse { took_ms, ..used });
                ToolAnswer::Done(answer)
            }
            Err(ToolError { parks: true, .. }) => ToolAnswer::Park,
            Err(ToolError { category, message, .. }) => {
                let (error, category) = (Some(message.clone()), Some(category));
                self.note(ToolUse { took_ms, success: false, error, category, ..used });
                ToolAnswer::Failed {
                    category: category.unwrap_or(ErrorCategory::Internal),
                    message,
                }
            }
        }
    }

    async fn permit(&self, tool: &str, input: &Value, use_id: Option<&str>) -> Permit {
        // It is decided about when it arrives here.
        if is_own(tool) {
            return Permit::Go;
        }
        let nature = nature_of(tool, input, self.who.sealed);
        match self.clear(tool, input, nature).await {
            Ok(passage) => {
                self.remember(use_id, passage);
                Permit::Go
            }
            Err(Stopped::Park) => Permit::Park,
            Err(Stopped::No(why)) => {
                self.refused(tool, input, nature, &why);
                self.remember(use_id, Passage::Refused);
                Permit::No(why)
            }
        }
    }

    fn used(&self, used: Used) {
        if is_own(&used.tool) {
            return;
        }
        let nature = nature_of(&used.tool, &used.input, self.who.sealed);
        let id = used.use_id.as_deref().unwrap_or_default();
        let passage = self.passages.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        // What was refused was noted then; the program tells of it as of a call that failed.
        if passage == Some(Passage::Refused) {
            return;
        }
        let passage = passage.unwrap_or(Passage::Unwatched);
        let record = self.record(&used.tool, &used.input, nature, passage);
        self.note(ToolUse {
            took_ms: used.took_ms,
            success: used.error.is_none(),
            category: used.error.is_some().then_some(ErrorCategory::CommandFailed),
            error: used.error,
            tokens: used.tokens,
            screenshot: used.screenshot,
            session: used.session.or(record.session.clone()),
            ..record
        });
    }

    /// A run's agent is known already.
    fn introduced(&self, client: &str) {
        let name = label(client, MAX_CLIENT);
        if self.who.run.is_none() && !name.is_empty() {
            // The first name stays.
            self.client.get_or_init(|| name);
        }
    }
}

/// Whether a tool of another program is one of these, by the name that it has there.
fn is_own(tool: &str) -> bool {
    tool.strip_prefix("mcp__")
        .and_then(|rest| rest.split_once("__"))
        .is_some_and(|(server, _)| server == SERVER)
}

/// What a person is asked, in one line: the tool, and the part of the input that tells most.
fn question(tool: &str, input: &Value) -> String {
    const TELLING: [&str; 8] =
        ["command", "file_path", "path", "notebook_path", "url", "query", "title", "prompt"];
    const MAX: usize = 300;
    let told = TELLING.into_iter().find_map(|part| input.get(part)).map(|value| match value {
        Value::String(text) => text.clone(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    });
    let told = told.unwrap_or_else(|| input.to_string());
    // What cannot be seen could make a question read as another one: it is written out.
    let mut shown: String = told.chars().take(MAX).collect();
    if told.chars().nth(MAX).is_some() {
        shown.push('…');
    }
    format!("{}: {}", label(tool, 60), one_line(shown.trim()))
}

fn bounded(tool: &str, answer: Value) -> Result<Value, ToolError> {
    if answer.to_string().len() <= MAX_ANSWER {
        return Ok(answer);
    }
    let message = format!("The answer of {tool} has more than {MAX_ANSWER} bytes. Ask for less.");
    Err(ToolError::new(ErrorCategory::InvalidOutput, message))
}

fn millis_since(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from((to - from).num_milliseconds()).unwrap_or(0)
}

pub(crate) fn parts(
    commands: Arc<dyn Commands>,
    notifier: Arc<dyn Notifier>,
    speaker: Arc<dyn Speaker>,
    clock: Arc<dyn Clock>,
    zone: String,
) -> Arc<Parts> {
    Arc::new(Parts { commands, notifier, speaker, clock, zone, tools: registry::all() })
}
