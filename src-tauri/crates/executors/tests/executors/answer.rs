//! What a program is told, and what it answers.

use serde_json::{Value, json};

use crate::engine::{Handle, Live, sh};
use crate::workspace::{Machine, shell_job};

#[tokio::test]
async fn what_a_program_answers_is_the_runs_result() {
    let machine = Machine::new();
    for (script, expected) in [
        ("echo '{\"items\": 3}' > \"$AEGIS_RESULT\"", json!({"items": 3})),
        ("echo just words > \"$AEGIS_RESULT\"", json!("just words")),
        ("true", Value::Null),
        ("echo '{\"why\": 2}' > \"$AEGIS_RESULT\"; exit 2", json!({"why": 2})),
    ] {
        let job = shell_job(sh(script).into_spec());
        let mut run = Live::start(machine.executor(), job, Handle::new());
        assert_eq!(run.ended().await.result, expected, "{script}");
    }
}

#[tokio::test]
async fn an_answer_that_leads_elsewhere_or_is_too_long_is_not_used() {
    let machine = Machine::new();
    for script in [
        "ln -s /etc/hostname \"$AEGIS_RESULT\"",
        "head -c 70000 /dev/zero | tr '\\0' a > \"$AEGIS_RESULT\"",
        "mkfifo \"$AEGIS_RESULT\"",
    ] {
        let job = shell_job(sh(script).into_spec());
        let mut run = Live::start(machine.executor(), job, Handle::new());
        let ended = run.ended().await;
        assert_eq!((ended.exit_code, ended.result), (Some(0), Value::Null), "{script}");
        let noted = run.handle.log().text(aegis_ports::LogStream::Aegis);
        assert!(noted.contains("was not used"), "{noted}");
    }
}

#[tokio::test]
async fn a_program_finds_its_parameters_and_what_came_before() {
    let machine = Machine::new();
    let script = "printf '%s|%s' \"$AEGIS_PARAM_NAME\" \"$AEGIS_PREVIOUS\"";
    let mut job = shell_job(sh(script).into_spec());
    job.values = [("name".to_owned(), json!("$(id) `id`"))].into();
    job.previous = json!({"outcome": "completed"});
    let mut run = Live::start(machine.executor(), job, Handle::new());
    assert_eq!(run.ended().await.exit_code, Some(0));
    let printed = run.handle.log().text(aegis_ports::LogStream::Stdout);
    assert_eq!(printed, "$(id) `id`|{\"outcome\":\"completed\"}");
}
