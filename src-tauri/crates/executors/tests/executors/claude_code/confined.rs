//! The real Claude Code in a sandbox: it works, it is asked about, and it writes nowhere else.

use std::fs;
use std::sync::Arc;

use aegis_domain::{
    ClaudeCodeSettings, ErrorCategory, Outcome, RunReason, SandboxPolicy, SandboxProfile,
    SandboxSettings,
};
use aegis_executors::{ClaudeCodeParts, Sandboxes};
use aegis_helper::Mechanism;
use aegis_peers::messages::{Turn, call, text};
use aegis_ports::{Executor, Job, Permit, ToolHost};
use rstest::rstest;
use serde_json::json;
use tokio::sync::watch;

use super::gate::{Decider, Host, checkpoint};
use super::{Desk, parts, printed, prompt, sessions};
use crate::engine::{Handle, Live, failure};
use crate::workspace::{HomeOnly, shell_job};

/// Who decides that a session is kept apart.
#[derive(Debug, Clone, Copy)]
enum Says {
    Task,
    Settings,
    Floor,
}

/// A desk with a folder to work in, and what Claude Code's user has told it.
fn desk() -> Desk {
    let desk = Desk::new([]);
    for folder in ["work", ".claude", ".ssh"] {
        fs::create_dir(desk.home().join(folder)).unwrap();
    }
    fs::write(desk.home().join(".ssh/id"), "hunter2").unwrap();
    fs::write(desk.home().join(".claude/settings.json"), "{}").unwrap();
    fs::write(desk.home().join(".claude/CLAUDE.md"), "Speak like a sailor.").unwrap();
    desk
}

fn executor(
    desk: &Desk,
    decider: &Arc<Decider>,
    policy: SandboxPolicy,
    mechanisms: Vec<Mechanism>,
) -> Arc<dyn Executor> {
    let tools: Arc<dyn ToolHost> = Arc::new(Host(Arc::clone(decider)));
    let parts = ClaudeCodeParts { tools: Some(tools), ..parts(Some(desk.api.url())) };
    let roots = Arc::new(HomeOnly(desk.home()));
    let own = vec![desk.machine.path("aegis")];
    let sandboxes = Sandboxes::new(watch::channel(policy).1, roots, own).by(mechanisms);
    desk.executor_kept_by(sandboxes, desk.env(), parts)
}

fn settings(profile: Option<SandboxProfile>) -> ClaudeCodeSettings {
    let sandbox = profile
        .map(|profile| SandboxSettings { profile: Some(profile), ..SandboxSettings::default() });
    ClaudeCodeSettings {
        allowed_tools: Vec::new(),
        cwd: Some("~/work".into()),
        sandbox,
        ..prompt("Write the file made.txt.")
    }
}

fn decided(says: Says, profile: SandboxProfile) -> (SandboxPolicy, ClaudeCodeSettings) {
    let none = SandboxProfile::None;
    match says {
        Says::Task => (SandboxPolicy::default(), settings(Some(profile))),
        Says::Settings => (SandboxPolicy { usual: profile, floor: none }, settings(None)),
        Says::Floor => (SandboxPolicy { usual: none, floor: profile }, settings(None)),
    }
}

/// What it tries to do that it should not.
const TRIES: &str = "echo x > ../out; echo x > ../.bashrc; cat ../.ssh/id; \
     echo x > ../.claude/settings.json; echo x > ../.claude/CLAUDE.md; \
     mkdir -p ../.claude/hooks && echo x > ../.claude/hooks/h; echo x > ../.claude.json; \
     echo in > in.txt";

fn turns(desk: &Desk) -> [Turn; 3] {
    let file = desk.home().join("work/made.txt");
    [
        Turn::of([call("Write", json!({"file_path": file, "content": "bread\n"}))]),
        Turn::of([call("Bash", json!({ "command": TRIES }))]),
        Turn::of([text("Made.")]),
    ]
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_session_in_a_sandbox_works_is_asked_about_and_writes_nowhere_else(
    #[values(Says::Task, Says::Settings, Says::Floor)] says: Says,
    #[values(SandboxProfile::Workspace, SandboxProfile::Strict)] profile: SandboxProfile,
) {
    let desk = desk();
    desk.api.then(turns(&desk));
    let decider = Decider::of([]);
    let (policy, settings) = decided(says, profile);
    let executor = executor(&desk, &decider, policy, vec![Mechanism::Bubblewrap]);
    let mut run = Live::start(executor, shell_job(settings.into_spec()), Handle::new());
    let ended = run.ended().await;
    let notes = run.handle.log().notes();
    assert!(matches!(ended.outcome, Outcome::Succeeded { .. }), "{ended:?} {notes}");
    assert!(notes.contains(&format!("Sandbox: {profile}, with ")), "{notes}");
    assert!(notes.contains("kept apart by bubblewrap"), "{notes}");
    // What looks as if it touched Claude Code's own settings is asked about in two ways.
    let mut asked = decider.asked();
    asked.dedup();
    assert_eq!(asked, ["Write", "Bash"]);
    assert_eq!(desk.api.requests().len(), 3, "the service was reached for each turn");
    let read = |name: &str| fs::read_to_string(desk.home().join(name)).ok();
    assert_eq!(read("work/made.txt").as_deref(), Some("bread\n"));
    assert_eq!(read("work/in.txt").as_deref(), Some("in\n"));
    for outside in ["out", ".bashrc", ".claude/hooks/h"] {
        assert_eq!(read(outside), None, "{outside} was written");
    }
    assert_eq!(read(".claude/settings.json").as_deref(), Some("{}"));
    assert_eq!(read(".claude/CLAUDE.md").as_deref(), Some("Speak like a sailor."));
    assert!(!read(".claude.json").is_some_and(|text| text.starts_with('x')));
    assert!(!desk.api.last_said().contains("hunter2"));
}

/// The control: without a sandbox the same session does all that.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_sandbox_the_same_session_writes_everywhere() {
    let desk = desk();
    desk.api.then(turns(&desk));
    let executor = executor(&desk, &Decider::of([]), SandboxPolicy::default(), Mechanism::all());
    let mut run = Live::start(executor, shell_job(settings(None).into_spec()), Handle::new());
    run.ended().await;
    for outside in ["out", ".bashrc", ".claude/hooks/h"] {
        assert!(desk.home().join(outside).exists(), "{outside}");
    }
    assert!(desk.api.last_said().contains("hunter2"));
}

/// The session is where it was left, although the folder of Claude Code is mostly not the real one.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_off_in_a_sandbox_goes_on_there() {
    let desk = desk();
    desk.api.then([
        Turn::of([call("Bash", json!({"command": "echo once >> made"}))]),
        Turn::of([text("Made.")]),
    ]);
    let decider = Decider::of([Permit::Park]);
    let strict = SandboxPolicy { usual: SandboxProfile::Strict, floor: SandboxProfile::None };
    let executor = executor(&desk, &decider, strict, vec![Mechanism::Bubblewrap]);
    let job = || shell_job(settings(None).into_spec());
    let mut first = Live::start(executor.clone(), job(), Handle::new());
    assert_eq!(first.ended().await.outcome, Outcome::Suspended);
    let again = Job {
        reason: RunReason::Resume,
        session: Some(sessions(&first)[0].clone()),
        checkpoint: checkpoint(&first),
        ..job()
    };
    let mut second = Live::start(executor, again, Handle::new());
    let ended = second.ended().await;
    assert!(matches!(ended.outcome, Outcome::Succeeded { .. }), "{ended:?} {}", printed(&second));
    assert_eq!(fs::read_to_string(desk.home().join("work/made")).unwrap(), "once\n");
    assert_eq!(desk.api.requests().len(), 2, "the model was not asked what it had said already");
}

/// Landlock alone has no view of its own to give: the session is refused, and told why.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn landlock_alone_does_not_hold_a_session_and_says_so(
    #[values(SandboxProfile::Workspace, SandboxProfile::Strict)] profile: SandboxProfile,
) {
    let desk = desk();
    desk.api.then(turns(&desk));
    let (policy, settings) = decided(Says::Settings, profile);
    let decider = Decider::of([]);
    let executor = executor(&desk, &decider, policy, vec![Mechanism::Landlock]);
    let mut run = Live::start(executor, shell_job(settings.into_spec()), Handle::new());
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::SandboxDenied, "{failure:?}");
    assert!(failure.message.contains("was not started: Landlock cannot"), "{failure:?}");
    assert!(failure.hint.is_some_and(|hint| hint.contains("bubblewrap")));
    assert!(desk.api.requests().is_empty() && decider.asked().is_empty());
    assert!(!desk.home().join("work/made.txt").exists());
}
