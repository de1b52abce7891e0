//! Every call of a tool is decided about outside of the model, and what is put off goes on later
//! exactly where it was.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aegis_domain::{Checkpoint, Outcome, Report, RunReason};
use aegis_executors::ClaudeCodeParts;
use aegis_peers::messages::{Turn, call, text};
use aegis_ports::{
    Executor, Job, Permit, RunHandle, RunTools, ToolAnswer, ToolHost, ToolInfo, Used,
};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Desk, parts, printed, prompt, sessions};
use crate::engine::{Handle, Live};
use crate::workspace::shell_job;

/// Decides as it was told, one call after the other, and then lets everything through.
#[derive(Default)]
pub(super) struct Decider {
    decisions: Mutex<VecDeque<Permit>>,
    asked: Mutex<Vec<(String, Value)>>,
    used: Mutex<Vec<Used>>,
}

impl Decider {
    pub(super) fn of(decisions: impl IntoIterator<Item = Permit>) -> Arc<Self> {
        let decisions = Mutex::new(decisions.into_iter().collect());
        Arc::new(Self { decisions, ..Self::default() })
    }

    fn then(&self, decision: Permit) {
        self.decisions.lock().unwrap().push_back(decision);
    }

    pub(super) fn used(&self) -> Vec<Used> {
        self.used.lock().unwrap().clone()
    }

    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(tool, _)| tool.clone()).collect()
    }
}

pub(super) struct Host(pub(super) Arc<Decider>);

impl ToolHost for Host {
    fn open(
        &self,
        _job: &Job,
        _workspace: Option<&str>,
        _sealed: bool,
        _handle: Arc<dyn RunHandle>,
    ) -> Arc<dyn RunTools> {
        Arc::clone(&self.0) as Arc<dyn RunTools>
    }
}

#[async_trait]
impl RunTools for Decider {
    fn list(&self) -> Vec<ToolInfo> {
        Vec::new()
    }

    async fn call(&self, tool: &str, _input: Value) -> ToolAnswer {
        panic!("nobody calls {tool}")
    }

    async fn permit(&self, tool: &str, input: &Value, use_id: Option<&str>) -> Permit {
        assert!(use_id.is_some(), "a call without an id");
        self.asked.lock().unwrap().push((tool.to_owned(), input.clone()));
        self.decisions.lock().unwrap().pop_front().unwrap_or(Permit::Go)
    }

    fn used(&self, used: Used) {
        self.used.lock().unwrap().push(used);
    }
}

fn executor(desk: &Desk, decider: &Arc<Decider>) -> Arc<dyn Executor> {
    let tools: Arc<dyn ToolHost> = Arc::new(Host(Arc::clone(decider)));
    let parts = ClaudeCodeParts { tools: Some(tools), ..parts(Some(desk.api.url())) };
    desk.executor_with(desk.env(), parts)
}

/// A session that may do nothing by itself: what happens, the gate has allowed.
pub(super) fn job(words: &str) -> Job {
    let settings = aegis_domain::ClaudeCodeSettings { allowed_tools: Vec::new(), ..prompt(words) };
    shell_job(settings.into_spec())
}

pub(super) fn checkpoint(run: &Live) -> Option<Checkpoint> {
    let reports = run.handle.reports();
    reports.iter().rev().find_map(|report| match report {
        Report::Checkpoint(checkpoint) => Some(checkpoint.clone()),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_is_done_and_remembered() {
    let desk = Desk::new([
        Turn::of([call("Bash", json!({"command": "touch made; sleep 0.2"}))]),
        Turn::of([text("Made.")]),
    ]);
    let decider = Decider::of([Permit::Go]);
    let mut run = Live::start(executor(&desk, &decider), job("Make it."), Handle::new());
    let ended = run.ended().await;
    assert!(matches!(ended.outcome, Outcome::Succeeded { .. }), "{ended:?} {}", printed(&run));
    assert!(desk.home().join("made").exists());
    let used = decider.used();
    assert_eq!(used.len(), 1);
    assert_eq!((used[0].tool.as_str(), &used[0].error), ("Bash", &None));
    assert_eq!(used[0].input["command"], "touch made; sleep 0.2");
    assert!(used[0].took_ms.unwrap() >= 200, "{used:?}");
    assert_eq!(used[0].session.as_deref(), Some(run.id.to_string().as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_not_done_and_the_model_learns_why() {
    let desk = Desk::new([
        Turn::of([call("Bash", json!({"command": "touch made"}))]),
        Turn::of([text("Then I leave it.")]),
    ]);
    let decider = Decider::of([Permit::No("Nothing is made on Sundays.".into())]);
    let mut run = Live::start(executor(&desk, &decider), job("Make it."), Handle::new());
    let failure = crate::engine::failure(run.ended().await);
    assert_eq!(failure.category, aegis_domain::ErrorCategory::PolicyDenied, "{failure:?}");
    assert!(!desk.home().join("made").exists());
    assert!(desk.api.last_said().contains("Nothing is made on Sundays."));
    let notes = run.handle.log().notes();
    assert!(notes.contains("Not allowed: Bash — Nothing is made on Sundays."), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_off_goes_on_exactly_there() {
    let desk = Desk::new([
        Turn::of([call("Bash", json!({"command": "echo once >> made"}))]),
        Turn::of([text("Made.")]),
    ]);
    let decider = Decider::of([Permit::Park]);
    let executor = executor(&desk, &decider);
    let mut first = Live::start(executor.clone(), job("Make it."), Handle::new());
    assert_eq!(first.ended().await.outcome, Outcome::Suspended);
    assert!(!desk.home().join("made").exists());
    let session = sessions(&first)[0].clone();
    let left = checkpoint(&first).expect("a checkpoint");
    assert_eq!(desk.api.requests().len(), 1);

    let again = Job {
        reason: RunReason::Resume,
        session: Some(session.clone()),
        checkpoint: Some(left),
        ..job("Make it.")
    };
    let mut second = Live::start(executor, again, Handle::new());
    let ended = second.ended().await;
    assert!(matches!(ended.outcome, Outcome::Succeeded { .. }), "{ended:?} {}", printed(&second));
    assert_eq!(std::fs::read_to_string(desk.home().join("made")).unwrap(), "once\n");
    assert_eq!(decider.asked(), ["Bash", "Bash"], "it is asked again before it is made");
    assert_eq!(desk.api.requests().len(), 2, "the model was not asked what it had said already");
    assert_eq!(decider.used.lock().unwrap().len(), 1);
    assert_eq!(sessions(&second), [session]);
    // Whatever comes after it does not go on there once more.
    let after = checkpoint(&second).expect("a checkpoint");
    assert_eq!(after.data["call_waits"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_that_comes_later_reaches_the_model_too() {
    let desk = Desk::new([
        Turn::of([call("Bash", json!({"command": "touch made"}))]),
        Turn::of([call("Bash", json!({"command": "echo instead"}))]),
        Turn::of([text("I did something else.")]),
    ]);
    let decider = Decider::of([Permit::Park]);
    let executor = executor(&desk, &decider);
    let mut first = Live::start(executor.clone(), job("Make it."), Handle::new());
    assert_eq!(first.ended().await.outcome, Outcome::Suspended);
    decider.then(Permit::No("Not today.".into()));
    let again = Job {
        reason: RunReason::Resume,
        session: Some(sessions(&first)[0].clone()),
        checkpoint: checkpoint(&first),
        ..job("Make it.")
    };
    let mut second = Live::start(executor, again, Handle::new());
    let ended = second.ended().await;
    assert!(matches!(ended.outcome, Outcome::Succeeded { .. }), "{ended:?} {}", printed(&second));
    assert!(!desk.home().join("made").exists());
    assert!(desk.api.requests()[1].body.to_string().contains("Not today."));
}

/// Of several calls at once only one can be put off: the run ends all the same.
#[tokio::test(flavor = "multi_thread")]
async fn several_calls_that_are_put_off_at_once_end_the_run() {
    let desk = Desk::new([
        Turn::of([
            call("Bash", json!({"command": "touch a"})),
            call("Bash", json!({"command": "touch b"})),
        ]),
        Turn::of([text("Done.")]),
    ]);
    let decider = Decider::of([Permit::Park, Permit::Park]);
    let executor = executor(&desk, &decider);
    let mut first = Live::start(executor.clone(), job("Make both."), Handle::new());
    assert_eq!(first.ended().await.outcome, Outcome::Suspended);
    assert!(!desk.home().join("a").exists() && !desk.home().join("b").exists());
    let again = Job {
        reason: RunReason::Resume,
        session: Some(sessions(&first)[0].clone()),
        checkpoint: checkpoint(&first),
        ..job("Make both.")
    };
    let mut second = Live::start(executor, again, Handle::new());
    let ended = second.ended().await;
    assert!(matches!(ended.outcome, Outcome::Succeeded { .. }), "{ended:?} {}", printed(&second));
}

/// The socket is gone when the hook comes: the call is blocked, not let through.
#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_is_gone_lets_nothing_through() {
    let desk = Desk::new([
        Turn::of([call(
            "Bash",
            json!({"command": "rm -f $(dirname \"$AEGIS_RESULT\")/gate.sock"}),
        )]),
        Turn::of([call("Bash", json!({"command": "touch made"}))]),
        Turn::of([text("Hm.")]),
    ]);
    let decider = Decider::of([Permit::Go]);
    let mut run = Live::start(executor(&desk, &decider), job("Make it."), Handle::new());
    run.ended().await;
    assert_eq!(decider.asked().len(), 1);
    assert!(!desk.home().join("made").exists(), "{}", printed(&run));
    assert!(desk.api.last_said().contains("nothing was allowed"), "{}", desk.api.last_said());
}
