//! Sessions that are taken up again.

use aegis_domain::{ClaudeCodeSettings, Outcome};
use aegis_peers::messages::{Turn, call, text};
use serde_json::json;

use super::{Desk, prompt, sessions, usage};
use crate::engine::{Handle, Live};
use crate::workspace::shell_job;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_and_remembers() {
    let desk = Desk::new([
        Turn::of([call("Bash", json!({"command": "echo a > a.txt"}))]),
        Turn::of([text("The word is heron.")]),
    ]);
    let executor = desk.executor();
    let job = shell_job(prompt("Remember a word.").into_spec());
    let mut first = Live::start(executor.clone(), job, Handle::new());
    assert!(matches!(first.ended().await.outcome, Outcome::Succeeded { .. }));
    let session = sessions(&first)[0].clone();
    let cost = usage(&first).cost;

    desk.api.then([Turn::of([text("It was heron.")])]);
    let settings =
        ClaudeCodeSettings { resume: Some(session.clone()), ..prompt("Which word was it?") };
    let mut second = Live::start(executor, shell_job(settings.into_spec()), Handle::new());
    assert_eq!(second.ended().await.result, json!("It was heron."));
    assert_eq!(sessions(&second), [session]);
    let said = desk.api.last_said();
    assert!(said.contains("heron") && said.contains("Which word was it?"), "{said}");
    assert!(usage(&second).cost < cost, "a run tells its own cost alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_gone_begins_anew_with_a_note() {
    let desk = Desk::new([Turn::of([text("From the beginning, then.")])]);
    let gone = "550e8400-e29b-41d4-a716-446655440000".to_owned();
    let mut run = desk.start(ClaudeCodeSettings { resume: Some(gone), ..prompt("Do it.") });
    let ended = run.ended().await;
    assert_eq!(ended.result, json!("From the beginning, then."), "{ended:?}");
    assert!(run.handle.log().notes().contains("it begins anew"), "{}", run.handle.log().notes());
    run.helper();
}
