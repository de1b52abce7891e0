use super::*;
use crate::args;
use crate::command::Command;
use crate::output::Captured;
use crate::played::Played;
use crate::render::samples;
use aegis_domain::QueueReason;
use aegis_domain::coarse::Column;
use aegis_protocol::RulePreview;
use rstest::rstest;
use serde_json::{Value, json};
use std::ffi::OsString;

fn parse(words: &[&str]) -> Approvals {
    let all: Vec<_> = ["aegis", "approvals"].iter().chain(words).map(OsString::from).collect();
    match args::parse(&all).unwrap().command {
        Command::Approvals(approvals) => approvals,
        other => panic!("{other:?}"),
    }
}

fn engine() -> Played {
    let card = || {
        let state = samples::queued(QueueReason::Resume, samples::NOON);
        samples::card(12, "Tidy up", Column::Queued, Some(state))
    };
    Played::with(samples::task())
        .answers(|_: ListApprovals| {
            Ok(vec![samples::asked("Bash", json!({"command": "git push"}))])
        })
        .answers(move |_: AnswerTask| Ok(card()))
        .answers(move |_: AllowAlways| {
            let state = samples::queued(QueueReason::Resume, samples::NOON);
            Ok(samples::card(12, "Tidy up", Column::Queued, Some(state)))
        })
        .answers(|request: PreviewRule| {
            let words = request.rule.to_string();
            Ok(RulePreview { words, matched: Vec::new(), matches: 0, looked_at: 7 })
        })
}

async fn done(words: &[&str], played: &Played) -> (Result<Exit, Error>, Captured) {
    let captured = Captured::new();
    let mut out = captured.output(false);
    (parse(words).run(&played.engine(false), &mut out).await, captured)
}

#[rstest]
#[case(&["allow", "12"], json!({ "kind": "grant" }))]
#[case(&["deny", "12"], json!({ "kind": "deny" }))]
#[case(&["refuse", "12"], json!({ "kind": "refuse" }))]
#[case(&["refuse", "12", "--because", "Use make."], json!({ "kind": "refuse", "text": { "words": "Use make." } }))]
#[case(&["answer", "12", "blue"], json!({ "kind": "text", "text": "blue" }))]
#[tokio::test]
async fn an_answer_names_the_question_that_was_read(#[case] words: &[&str], #[case] answer: Value) {
    let played = engine();
    let (exit, captured) = done(words, &played).await;
    assert_eq!(exit.unwrap(), Exit::Success);
    assert!(captured.stdout().starts_with("#12 queued"), "{}", captured.stdout());
    let calls = played.calls("task.answer");
    let asked = samples::asked("Bash", Value::Null);
    assert_eq!(calls[0]["ask"], json!(asked.ask.id));
    assert_eq!(calls[0]["answer"]["kind"], answer["kind"], "{}", calls[0]);
    let told = calls[0].to_string();
    for words in ["Use make.", "blue"] {
        assert_eq!(told.contains(words), answer.to_string().contains(words), "{told}");
    }
}

#[tokio::test]
async fn always_shows_the_rule_first_and_needs_a_word() {
    let played = engine();
    let (refused, captured) = done(&["allow", "12", "--always"], &played).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.exit(), Exit::Usage);
    assert!(refused.hint().unwrap().contains("allow 12 --always --yes"), "{refused:?}");
    assert!(captured.stderr().contains("allow Bash when command is “git push”"));
    assert!(captured.stderr().contains("none of the last 7 calls"));
    assert_eq!(played.calls("approval.allow_always"), [] as [Value; 0]);

    let (exit, _) = done(&["allow", "12", "--always", "--yes"], &played).await;
    assert_eq!(exit.unwrap(), Exit::Success);
    let made = played.calls("approval.allow_always");
    let asked = samples::asked("Bash", Value::Null);
    assert_eq!(made[0]["rule"], json!(asked.always.unwrap()));
    assert_eq!(played.calls("task.answer"), [] as [Value; 0]);
}

#[tokio::test]
async fn where_no_rule_can_say_it_there_is_no_always() {
    let played = engine().answers(|_: ListApprovals| {
        Ok(vec![ApprovalView { always: None, ..samples::asked("Bash", json!({})) }])
    });
    let (refused, _) = done(&["allow", "12", "--always", "--yes"], &played).await;
    assert_eq!(refused.unwrap_err().exit(), Exit::Rejected);
    assert_eq!(played.calls("approval.allow_always"), [] as [Value; 0]);
}

#[tokio::test]
async fn what_is_not_asked_cannot_be_answered() {
    let played = engine().answers(|_: ListApprovals| Ok(Vec::new()));
    for words in [&["allow", "12"][..], &["show", "12"], &["answer", "12", "x"]] {
        let (refused, _) = done(words, &played).await;
        let refused = refused.unwrap_err();
        assert_eq!(
            (refused.exit(), refused.to_string().as_str()),
            (Exit::Rejected, "#12 asks nothing.")
        );
    }
    let (exit, captured) = done(&[], &played).await;
    assert_eq!((exit.unwrap(), captured.stderr().as_str()), (Exit::Success, "Nothing is asked.\n"));
}
