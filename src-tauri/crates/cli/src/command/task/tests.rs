use super::*;
use crate::args;
use crate::command::Command;
use crate::output::Captured;
use crate::played::Played;
use crate::render::samples::{self, NOON};
use aegis_domain::coarse::Column;
use aegis_domain::{Ask, AskId, AskKind, QueueReason};
use aegis_protocol::*;
use rstest::rstest;
use serde_json::{Value, json};
use std::ffi::OsString;
use uuid::Uuid;

fn parse(words: &[&str]) -> Task {
    let all: Vec<_> = ["aegis", "task"].iter().chain(words).map(OsString::from).collect();
    match args::parse(&all).unwrap().command {
        Command::Task(task) => task,
        other => panic!("{other:?}"),
    }
}

fn waiting() -> CardView {
    let state = samples::queued(QueueReason::First, NOON);
    samples::card(12, "cargo test", Column::Queued, Some(state))
}

/// An engine that takes every command, and whose task asks something.
fn engine() -> Played {
    let mut view = samples::task();
    let id = AskId(Uuid::nil());
    let ask = Ask::new(id, AskKind::Approval, "Really?".to_owned(), NOON);
    view.card.state = Some(State::Awaiting { ask, run: None });
    Played::with(view)
        .answers(|_: CreateTask| Ok(CreatedTask { card: waiting(), existing: false }))
        .answers(|_: ListTasks| Ok(TaskPage { tasks: vec![waiting()], next: None }))
        .answers(|_: RunTask| Ok(waiting()))
        .answers(|_: ContinueTask| Ok(waiting()))
        .answers(|_: ListToolUses| {
            let uses = vec![samples::tool_use("Bash", json!({"command": "make 12"}))];
            Ok(ToolUsePage { uses, next: None })
        })
        .answers(|_: CancelTask| Ok(waiting()))
        .answers(|_: PauseTask| Ok(waiting()))
        .answers(|_: ResumeTask| Ok(waiting()))
        .answers(|_: CompleteTask| Ok(waiting()))
        .answers(|_: ReviewTask| Ok(waiting()))
        .answers(|_: AnswerTask| Ok(waiting()))
        .answers(|_: SkipTask| Ok(waiting()))
        .answers(|_: HoldTask| Ok(waiting()))
        .answers(|_: ReleaseTask| Ok(waiting()))
        .answers(|_: EnableTask| Ok(waiting()))
        .answers(|_: DisableTask| Ok(waiting()))
        .answers(|_: ArchiveTask| Ok(waiting()))
        .answers(|_: EditTask| Ok(waiting()))
        .answers(|_: DeleteTask| Ok(()))
        .answers(|_: PurgeTask| Ok(()))
        .answers(|_: RestoreTask| Ok(waiting()))
}

async fn done(words: &[&str], played: &Played, own: bool, json: bool) -> (Exit, Captured) {
    let captured = Captured::new();
    let mut out = captured.output(json);
    let exit = parse(words).on(&played.engine(own), &mut out).await.unwrap();
    (exit, captured)
}

#[rstest]
#[case(&["run", "12"], "task.run", json!({ "task": "#12" }))]
#[case(&["run", "daily_report", "--param", "city=Berlin", "--param", "days=3"], "task.run",
    json!({ "task": "daily_report", "values": { "city": "Berlin", "days": 3 } }))]
#[case(&["continue", "12", "also the docs"], "task.continue",
    json!({ "task": "#12", "words": "also the docs" }))]
#[case(&["tools", "12"], "tool_use.list", json!({ "task": "#12", "limit": 100 }))]
#[case(&["tools", "12", "--run", "--limit", "5"], "tool_use.list",
    json!({ "task": "#12", "run": samples::run_id(3), "limit": 5 }))]
#[case(&["skip", "12"], "task.skip", json!({ "task": "#12" }))]
#[case(&["hold", "12", "--question", "Really?"], "task.hold",
    json!({ "task": "#12", "question": "Really?" }))]
#[case(&["release", "12"], "task.release", json!({ "task": "#12" }))]
#[case(&["enable", "12"], "task.enable", json!({ "task": "#12" }))]
#[case(&["disable", "12"], "task.disable", json!({ "task": "#12" }))]
#[case(&["archive", "12"], "task.archive", json!({ "task": "#12" }))]
#[case(&["cancel", "#12"], "task.cancel", json!({ "task": "#12" }))]
#[case(&["pause", "ab12cd"], "task.pause", json!({ "task": "ab12cd" }))]
#[case(&["resume", "12"], "task.resume", json!({ "task": "#12" }))]
#[case(&["done", "12"], "task.done", json!({ "task": "#12" }))]
#[case(&["restore", "12"], "task.restore", json!({ "task": "#12" }))]
#[case(&["purge", "12"], "task.purge", json!({ "task": "#12" }))]
#[case(&["delete", "12"], "task.delete", json!({ "task": "#12" }))]
#[case(&["list"], "task.list", json!({ "limit": 50 }))]
#[case(&["list", "--column", "done", "--limit", "3", "--before", "9"], "task.list",
    json!({ "column": "done", "limit": 3, "before": 9 }))]
#[case(&["list", "--sort", "title", "--reverse", "--tag", "a", "--tag", "b", "--text", "T"],
    "task.list", json!({ "sort": "title", "reverse": true, "tags": ["a", "b"], "text": "T",
        "limit": 50 }))]
#[case(&["list", "--owner", "me", "--executor", "person", "--category", "research", "--after", "5b"],
    "task.list", json!({ "owner": "me", "executor": "person", "category": "research",
        "after": "5b", "limit": 50 }))]
#[case(&["list", "--status", "executing"], "task.list",
    json!({ "status": "executing", "limit": 50 }))]
#[case(&["review", "12", "--pass"], "task.review",
    json!({ "task": "#12", "verdict": { "kind": "pass" }, "kind": "user" }))]
#[case(&["review", "12", "--pass", "--feedback", "Good.", "--score", "90", "--as", "self"],
    "task.review", json!({ "task": "#12", "verdict": { "kind": "pass", "feedback": "Good." },
        "kind": "self_review", "score": 90 }))]
#[case(&["review", "12", "--reject", "more tests"], "task.review",
    json!({ "task": "#12", "verdict": { "kind": "reject", "feedback": "more tests" },
        "kind": "user" }))]
#[case(&["answer", "12", "--grant"], "task.answer",
    json!({ "task": "#12", "ask": Uuid::nil(), "answer": { "kind": "grant" } }))]
#[case(&["answer", "12", "--deny"], "task.answer",
    json!({ "task": "#12", "ask": Uuid::nil(), "answer": { "kind": "deny" } }))]
#[case(&["answer", "12", "--refuse"], "task.answer",
    json!({ "task": "#12", "ask": Uuid::nil(), "answer": { "kind": "refuse", "text": {} } }))]
#[case(&["answer", "12", "--text", "blue"], "task.answer",
    json!({ "task": "#12", "ask": Uuid::nil(), "answer": { "kind": "text", "text": "blue" } }))]
#[case(&["edit", "12", "--title", "T", "--priority", "8", "--tag", "a"], "task.edit",
    json!({ "task": "#12", "edit": { "title": "T", "priority": 8, "tags": ["a"] } }))]
#[tokio::test]
async fn a_command_asks_for_what_it_says(
    #[case] words: &[&str],
    #[case] method: &str,
    #[case] params: Value,
) {
    let played = engine();
    let (exit, captured) = done(words, &played, false, false).await;
    assert_eq!(exit, Exit::Success);
    assert_eq!(played.calls(method), [params]);
    assert!(captured.stdout().contains("12"), "{}", captured.stdout());
    assert_eq!(captured.stderr(), "");
}

#[test]
fn a_score_is_up_to_a_hundred() {
    for words in [
        ["review", "12", "--pass", "--score", "101"],
        ["review", "12", "--pass", "--score", "-1"],
        ["review", "12", "--reject", "no", "--feedback=yes"],
        ["run", "12", "--param", "city", "--wait"],
    ] {
        let all: Vec<_> = ["aegis", "task"].iter().chain(&words).map(OsString::from).collect();
        assert!(args::parse(&all).is_err(), "{words:?}");
    }
}

#[tokio::test]
async fn work_that_is_left_for_the_next_engine_is_said_to_be() {
    let words = ["create", "--", "true"];
    let (_, own) = done(&words, &engine(), true, false).await;
    assert_eq!(own.stdout(), "#12 queued · cargo test · in ~/src\n");
    assert_eq!(
        own.stderr(),
        "No engine is running: it starts when the window or `aegis serve` does.\n"
    );
    let (_, running) = done(&words, &engine(), false, false).await;
    assert_eq!(running.stderr(), "");
    let (_, program) = done(&words, &engine(), true, true).await;
    assert_eq!(program.stderr(), "");
    let created: CreatedTask = serde_json::from_str(&program.stdout()).unwrap();
    assert_eq!(created.card, waiting());
}

#[tokio::test]
async fn answers_are_the_protocols_own_types() {
    let (_, list) = done(&["list"], &engine(), false, true).await;
    assert_eq!(serde_json::from_str::<TaskPage>(&list.stdout()).unwrap().tasks, [waiting()]);
    let (_, show) = done(&["show", "12"], &engine(), false, true).await;
    assert_eq!(serde_json::from_str::<TaskView>(&show.stdout()).unwrap().runs.len(), 3);
    let (_, status) = done(&["status", "12"], &engine(), false, true).await;
    assert_eq!(serde_json::from_str::<CardView>(&status.stdout()).unwrap().number.0, 12);
    let (_, delete) = done(&["delete", "12"], &engine(), false, true).await;
    assert_eq!(delete.stdout(), "null\n");
}

#[tokio::test]
async fn what_a_crash_left_is_not_said_to_run() {
    let played = engine();
    played.change(|view| {
        let run = samples::run_id(3);
        view.card.state = Some(State::Executing { run, since: NOON });
    });
    for words in [["status", "12"], ["show", "12"]] {
        let (_, own) = done(&words, &played, true, false).await;
        assert!(own.stderr().contains("was cut off"), "{}", own.stderr());
        let (_, running) = done(&words, &played, false, false).await;
        assert_eq!(running.stderr(), "");
    }
}

fn page(lines: &[&str], next_offset: u64, complete: bool) -> LogPage {
    let lines = lines.iter().map(|text| LogLine {
        at: NOON,
        stream: LogStream::Stdout,
        text: (*text).to_owned(),
        partial: false,
    });
    LogPage { lines: lines.collect(), next_offset, complete, tail_lost: false }
}

#[tokio::test]
async fn all_pages_of_the_last_run_are_read() {
    let played = engine().answers(|request: ReadLog| {
        assert_eq!(request.run, samples::run_id(3), "the newest run");
        Ok(match request.offset {
            0 => page(&["a", "b"], 20, false),
            20 => page(&["c"], 30, true),
            other => panic!("{other}"),
        })
    });
    let (_, captured) = done(&["logs", "12"], &played, false, false).await;
    assert_eq!(captured.stdout(), "a\nb\nc\n");
}

#[tokio::test]
async fn the_log_of_a_live_run_is_read_as_far_as_it_goes() {
    let played = engine().answers(|request: ReadLog| {
        Ok(if request.offset == 0 { page(&["a"], 20, false) } else { page(&[], 20, false) })
    });
    let (_, captured) = done(&["logs", "12"], &played, false, false).await;
    assert_eq!(captured.stdout(), "a\n");
}

#[tokio::test]
async fn a_silent_run_is_said_to_be_silent() {
    let played = engine().answers(|_: ReadLog| Ok(page(&[], 0, true)));
    let (_, captured) = done(&["logs", "12"], &played, false, false).await;
    assert_eq!(
        (captured.stdout(), captured.stderr()),
        (String::new(), "Nothing was printed.\n".to_owned())
    );
}

#[tokio::test]
async fn a_task_without_a_run_has_no_log() {
    let played = engine();
    played.change(|view| view.runs.clear());
    let (exit, captured) = done(&["logs", "12"], &played, false, false).await;
    assert_eq!((exit, captured.stdout().as_str()), (Exit::Success, ""));
    assert_eq!(captured.stderr(), "#12 has not run yet.\n");
}
