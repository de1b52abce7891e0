//! Commands that run in a terminal of their own, and scripts.

use std::time::Duration;

use aegis_domain::{Progress, Prompt, Report, ShellSettings};
use aegis_ports::{LogStream, Signal};

use crate::engine::{command, failure, sh};
use crate::workspace::Machine;

fn in_terminal(settings: ShellSettings) -> ShellSettings {
    ShellSettings { pty: true, ..settings }
}

fn prompt(expect: &str, send: &str) -> Prompt {
    Prompt { expect: expect.to_owned(), send: Some(send.to_owned()), key: None }
}

#[tokio::test]
async fn a_program_in_a_terminal_knows_it_and_its_size() {
    let script = "test -t 0 && test -t 1 && test -t 2 && stty size && tty >/dev/tty && echo $TERM; \
                  echo err >&2; exit 3";
    let mut run = Machine::new().start(in_terminal(sh(script)));
    assert_eq!(run.ended().await.exit_code, Some(3));
    let log = run.handle.log();
    let shown = log.text(LogStream::Stdout).replace("\r\n", "\n");
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines.len(), 4, "{shown}");
    assert_eq!((lines[0], lines[2], lines[3]), ("24 80", "xterm-256color", "err"));
    assert!(lines[1].starts_with("/dev/pts/"), "{shown}");
    assert_eq!(log.text(LogStream::Stderr), "", "a terminal has one output");
}

/// The control for the one above.
#[tokio::test]
async fn a_program_without_one_has_none() {
    let mut run = Machine::new().start(sh("test -t 1 || test -t 0 || echo none $TERM"));
    assert_eq!(run.ended().await.exit_code, Some(0));
    assert_eq!(run.handle.log().text(LogStream::Stdout), "none dumb\n");
}

#[tokio::test]
async fn what_it_asks_is_answered_as_it_was_said_ahead() {
    let script = "printf 'Name: '; read -r n; printf 'Sure [y/N]? '; read -r s; echo \"$n=$s\"";
    let prompts = vec![prompt("/[Ss]ure.*\\?/", "y"), prompt("Name:", "Ada L.")];
    let mut run = Machine::new().start(ShellSettings { prompts, ..in_terminal(sh(script)) });
    assert_eq!(run.ended().await.exit_code, Some(0));
    let shown = run.handle.log().text(LogStream::Stdout);
    assert!(shown.ends_with("Ada L.=y\r\n"), "{shown}");
}

#[tokio::test]
async fn a_question_that_nobody_answers_is_told_and_ends_with_the_time_limit() {
    let script = "printf 'Overwrite? '; read -r x; echo never";
    let limit = Duration::from_secs(5);
    let mut run = Machine::new().start_within(limit, in_terminal(sh(script)));
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, aegis_domain::ErrorCategory::Timeout);
    let notes = run.handle.log().notes();
    assert!(notes.contains("It seems to wait for input: “Overwrite?”"), "{notes}");
    let told = run.handle.reports().into_iter().any(|report| {
        matches!(report, Report::Progress(Progress { step: Some(step), .. })
            if step.contains("Overwrite?"))
    });
    assert!(told);
    run.processes_are(0).await;
}

#[tokio::test]
async fn a_terminals_whole_tree_ends_when_it_is_called_off() {
    let script = "trap '' HUP; (setsid sleep 600 &) ; sleep 600 & echo ready; wait";
    let mut run = Machine::new().start(in_terminal(sh(script)));
    run.printed("ready").await;
    run.handle.signal(Signal::Cancel);
    run.ended().await;
    run.processes_are(0).await;
}

#[tokio::test]
async fn a_flood_in_a_terminal_arrives_whole() {
    let mut run = Machine::new().start(in_terminal(command(&["seq", "1", "50000"])));
    assert_eq!(run.ended().await.exit_code, Some(0));
    let shown = run.handle.log().text(LogStream::Stdout);
    assert_eq!((shown.lines().count(), shown.lines().last()), (50_000, Some("50000")));
}

#[tokio::test]
async fn a_script_is_run_by_a_shell() {
    let machine = Machine::new();
    let script = |script: &str, shell: Option<&str>| ShellSettings {
        script: Some(script.to_owned()),
        shell: shell.map(str::to_owned),
        ..ShellSettings::default()
    };
    let mut run = machine.start(script("printf 'b\\na\\n' | sort; exit 4", None));
    assert_eq!(run.ended().await.exit_code, Some(4));
    assert_eq!(run.handle.log().text(LogStream::Stdout), "a\nb\n");
    let mut run = machine.start(script("a=(1 2); echo ${#a[@]}", Some("bash")));
    assert_eq!(run.ended().await.exit_code, Some(0));
    assert_eq!(run.handle.log().text(LogStream::Stdout), "2\n");
}
