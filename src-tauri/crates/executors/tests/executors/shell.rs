//! What a command's end means, and when it is refused or fails before it starts.

use std::fs;
use std::os::unix::fs::symlink;

use aegis_domain::{ErrorCategory, ExecutorName, ExecutorSpec, Outcome, Pause, ShellSettings};
use aegis_ports::{Ended, LogStream};
use serde_json::json;

use crate::engine::{Handle, LIMIT, Live, command, failure, sh, text};
use crate::workspace::{Machine, shell_job};

#[tokio::test(flavor = "multi_thread")]
async fn a_command_runs_and_its_output_is_in_the_log() {
    let machine = Machine::new();
    let mut run = machine.start(command(&["echo", "hello", "a  b; echo $HOME"]));
    let summary = "exit 0".to_owned();
    let expected = Ended { exit_code: Some(0), ..Outcome::Succeeded { summary }.into() };
    assert_eq!(run.ended().await, expected);
    let log = run.handle.log();
    // No shell has looked at the words.
    assert_eq!(log.text(LogStream::Stdout), "hello a  b; echo $HOME\n");
    assert_eq!((log.text(LogStream::Stderr), log.notes()), (String::new(), String::new()));
}

/// A runtime of one thread is enough.
#[tokio::test]
async fn standard_error_and_input_are_the_commands_own() {
    let machine = Machine::new();
    let stdin = Some("one\ntwo".to_owned());
    let mut run = machine.start(ShellSettings { stdin, ..sh("cat; echo oops >&2") });
    assert_eq!(run.ended().await.exit_code, Some(0));
    assert_eq!(run.handle.log().text(LogStream::Stdout), "one\ntwo");
    assert_eq!(run.handle.log().text(LogStream::Stderr), "oops\n");

    let mut run = machine.start(command(&["cat"]));
    assert_eq!(run.ended().await.exit_code, Some(0));
    assert_eq!(run.handle.log().text(LogStream::Stdout), "");
}

#[tokio::test]
async fn another_exit_code_is_a_failure() {
    let mut run = Machine::new().start(sh("exit 3"));
    let ended = run.ended().await;
    assert_eq!(ended.exit_code, Some(3));
    let failure = failure(ended);
    assert_eq!(failure.category, ErrorCategory::CommandFailed);
    assert_eq!(failure.message, "Exited with code 3.");
}

#[tokio::test]
async fn a_command_that_a_signal_ended_says_which() {
    let mut run = Machine::new().start(sh("kill -SEGV $$"));
    let ended = run.ended().await;
    assert_eq!(ended.exit_code, None);
    let message = failure(ended).message;
    assert_eq!(message, "Ended by SIGSEGV (it used memory that is not its own).");
}

#[tokio::test]
async fn a_program_that_is_not_there_fails_the_run_and_not_the_check() {
    let machine = Machine::new();
    let settings = command(&["aegis-no-such-program", "-v"]);
    assert_eq!(machine.executor().check(&settings.clone().into_spec()), Ok(()));
    let mut run = machine.start(settings);
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::FileNotFound);
    assert_eq!(failure.message, "The program “aegis-no-such-program” was not found.");
    let hint = failure.hint.unwrap();
    assert!(hint.starts_with("Install it, or give its full path. It was looked for in "), "{hint}");
    // It has started, so that it can have failed.
    run.helper();
}

#[tokio::test]
async fn a_file_that_may_not_be_executed_is_permission_denied() {
    let machine = Machine::new();
    let file = machine.home().join("notes.txt");
    fs::write(&file, "hello").unwrap();
    let mut run = machine.start(command(&[&text(file)]));
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::PermissionDenied);
    assert!(failure.message.contains("notes.txt” may not be executed"), "{failure:?}");
}

#[tokio::test]
async fn it_works_where_it_was_told_to() {
    let machine = Machine::new();
    fs::create_dir(machine.home().join("src")).unwrap();
    symlink(machine.home().join("src"), machine.home().join("link")).unwrap();
    let cases = [
        (None, machine.home(), "~"),
        (Some("~/src".to_owned()), machine.home().join("src"), "~/src"),
        (Some(text(machine.home().join("link"))), machine.home().join("src"), "~/link"),
    ];
    for (cwd, real, place) in cases {
        let settings = ShellSettings { cwd, ..command(&["pwd", "-P"]) };
        let shown = machine.executor().place(&settings.clone().into_spec());
        assert_eq!(shown.as_deref(), Some(place));
        let mut run = machine.start(settings);
        assert_eq!(run.ended().await.exit_code, Some(0));
        assert_eq!(run.handle.log().text(LogStream::Stdout), format!("{}\n", text(real)));
    }
}

#[tokio::test]
async fn a_folder_outside_is_refused_before_a_task_is_made_of_it() {
    let machine = Machine::new();
    let elsewhere = text(machine.path("elsewhere"));
    let settings = ShellSettings { cwd: Some(elsewhere.clone()), ..command(&["ls"]) };
    let refused = machine.executor().check(&settings.into_spec()).unwrap_err();
    assert_eq!(refused.field, "cwd");
    let home = text(machine.home());
    let message = format!("{elsewhere} is outside the folders that Aegis may work in ({home}).");
    assert_eq!(refused.message, message);
    assert_eq!(refused.hint, format!("Allow it with: aegis roots add {elsewhere}"));
}

#[tokio::test]
async fn a_folder_that_vanished_since_the_check_fails_the_run() {
    let machine = Machine::new();
    let folder = machine.home().join("src");
    fs::create_dir(&folder).unwrap();
    let settings = ShellSettings { cwd: Some("~/src".into()), ..command(&["touch", "here"]) };
    assert_eq!(machine.executor().check(&settings.clone().into_spec()), Ok(()));
    fs::remove_dir(&folder).unwrap();
    let mut run = machine.start(settings);
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::FileNotFound);
    assert_eq!(failure.message, format!("{} does not exist.", text(folder)));
    assert_eq!(run.handle.started(), [None]);
}

#[tokio::test]
async fn a_link_that_leads_outside_since_the_check_fails_the_run() {
    let machine = Machine::new();
    let (inside, outside) = (machine.home().join("src"), machine.path("elsewhere"));
    let link = machine.home().join("link");
    fs::create_dir(&inside).unwrap();
    symlink(&inside, &link).unwrap();
    let settings = ShellSettings { cwd: Some("~/link".into()), ..command(&["touch", "here"]) };
    assert_eq!(machine.executor().check(&settings.clone().into_spec()), Ok(()));
    fs::remove_file(&link).unwrap();
    symlink(&outside, &link).unwrap();
    let mut run = machine.start(settings);
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::SandboxDenied);
    assert!(!outside.join("here").exists() && !inside.join("here").exists());
}

#[tokio::test]
async fn settings_of_another_form_fail_the_run() {
    let machine = Machine::new();
    let name = ExecutorName::new(ShellSettings::EXECUTOR);
    let spec = ExecutorSpec { name, settings: json!({"command": ["ls"], "jail": "strict"}) };
    assert_eq!(machine.executor().check(&spec).unwrap_err().field, "settings");
    assert_eq!(machine.executor().place(&spec), None);
    let mut run = Live::start(machine.executor(), shell_job(spec), Handle::new());
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::SyntaxError);
    assert!(failure.message.contains("unknown field `jail`"), "{}", failure.message);
}

#[tokio::test]
async fn what_waits_in_the_background_is_ended_and_said_to_be() {
    let mut run = Machine::new().start(sh("(setsid sleep 300 &) ; sleep 300 & echo done"));
    assert_eq!(run.ended().await.exit_code, Some(0));
    let note = "2 processes that it left behind were ended.\n";
    assert_eq!(run.handle.log().notes(), note);

    let mut run = Machine::new().start(sh("sleep 300 & echo done"));
    run.ended().await;
    assert_eq!(run.handle.log().notes(), "1 process that it left behind was ended.\n");
}

#[tokio::test]
async fn what_it_can_do_is_known() {
    let executor = Machine::new().executor();
    assert_eq!(executor.name().as_str(), "shell");
    let spec = |pause| ShellSettings { pause, ..command(&["true"]) }.into_spec();
    assert_eq!(executor.pauses(&spec(None)), [Pause::Frozen]);
    let ways = executor.pauses(&spec(Some(Pause::Checkpoint)));
    assert_eq!(ways, [Pause::Checkpoint, Pause::Frozen]);
    assert_eq!(executor.default_timeout(), LIMIT);
}
