use super::*;
use crate::args;
use crate::command::Command;
use crate::output::Captured;
use crate::played::Played;
use crate::render::samples;
use aegis_protocol::{Proposal, RulePreview};
use rstest::rstest;
use serde_json::{Value, json};
use std::ffi::OsString;

fn parse(words: &[&str]) -> Result<Rules, clap::Error> {
    let all: Vec<_> = ["aegis", "rules"].iter().chain(words).map(OsString::from).collect();
    match args::parse(&all)?.command {
        Command::Rules(rules) => Ok(rules),
        other => panic!("{other:?}"),
    }
}

fn engine() -> Played {
    Played::with(samples::task())
        .answers(|_: ListRules| Ok(vec![samples::rule(1, "ls"), samples::rule(2, "git push")]))
        .answers(|request: MakeRule| {
            let words = request.rule.to_string();
            Ok(RuleView { words, ..samples::rule(3, "ls") })
        })
        .answers(|_: RemoveRule| Ok(()))
        .answers(|request: PreviewRule| {
            let words = request.rule.to_string();
            Ok(RulePreview { words, matched: Vec::new(), matches: 0, looked_at: 7 })
        })
        .answers(|request: ProposeRules| {
            let one = samples::rule(1, "ls");
            let rules = vec![(one.rule.says, one.words)];
            let unsayable = Vec::new();
            Ok(Proposal { run: samples::run_id(1), rules, unsayable, kept: request.keep })
        })
}

async fn done(words: &[&str], played: &Played) -> (Result<Exit, Error>, Captured) {
    let captured = Captured::new();
    let mut out = captured.output(false);
    (parse(words).unwrap().run(&played.engine(false), &mut out).await, captured)
}

#[rstest]
#[case(&["allow", "Bash"], json!({ "effect": "allow", "tool": "Bash" }))]
#[case(&["ask", "*"], json!({ "effect": "ask", "tool": "*" }))]
#[case(&["deny", "Bash", "--input", "command=*rm -rf*", "--note", "never"],
    json!({ "effect": "deny", "tool": "Bash", "note": "never",
        "input": [{ "at": "/command", "is": "*rm -rf*" }] }))]
#[case(&["allow", "x", "--input", "a.b=c=d", "--input", "/e~1f=*"],
    json!({ "effect": "allow", "tool": "x",
        "input": [{ "at": "/a/b", "is": "c=d" }, { "at": "/e~1f", "is": "*" }] }))]
#[case(&["allow", "Bash", "--in", "/srv/data", "--task", "12"],
    json!({ "effect": "allow", "tool": "Bash", "workspace": "/srv/data",
        "task": samples::task_id(12) }))]
#[tokio::test]
async fn a_rule_is_made_of_what_was_said(#[case] words: &[&str], #[case] rule: Value) {
    let played = engine();
    let (exit, captured) = done(words, &played).await;
    assert_eq!(exit.unwrap(), Exit::Success);
    assert_eq!(played.calls("rule.make"), [json!({ "rule": rule })]);
    assert!(captured.stdout().contains("aegis rules remove"), "{}", captured.stdout());
    // A preview asks for the same and makes nothing.
    let (effect, rest) = words.split_first().unwrap();
    let words = [&["preview", *effect], rest].concat();
    done(&words, &played).await.0.unwrap();
    assert_eq!(played.calls("rule.preview"), [json!({ "rule": rule })]);
    assert_eq!(played.calls("rule.make").len(), 1);
}

#[test]
fn what_says_no_part_of_an_input_is_refused() {
    for wrong in ["command", "=x", " =x", "command="] {
        assert!(parse(&["allow", "Bash", "--input", wrong]).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_rule_is_named_by_the_end_of_its_id() {
    let played = engine();
    let (exit, captured) = done(&["remove", "00000002"], &played).await;
    assert_eq!(exit.unwrap(), Exit::Success);
    assert!(captured.stdout().contains("git push"), "{}", captured.stdout());
    assert_eq!(played.calls("rule.remove"), [json!({ "id": samples::rule(2, "ls").rule.id })]);
    for (id, exit) in [("2", Exit::NotFound), ("0003", Exit::NotFound), ("", Exit::NotFound)] {
        assert_eq!(done(&["remove", id], &played).await.0.unwrap_err().exit(), exit, "{id}");
    }
    let twice =
        engine().answers(|_: ListRules| Ok(vec![samples::rule(1, "a"), samples::rule(1, "b")]));
    assert_eq!(done(&["remove", "0001"], &twice).await.0.unwrap_err().exit(), Exit::Rejected);
}

#[tokio::test]
async fn a_proposal_is_kept_only_when_one_says_so() {
    let played = engine();
    let (_, captured) = done(&["propose", "12"], &played).await;
    assert!(captured.stderr().contains("aegis rules propose 12 --keep"), "{}", captured.stderr());
    let (_, captured) = done(&["propose", "12", "--keep"], &played).await;
    assert!(captured.stdout().contains("rules now") && captured.stderr().is_empty());
    let calls = played.calls("rule.propose");
    assert_eq!((&calls[0]["keep"], &calls[1]["keep"]), (&json!(false), &json!(true)));
}
