use super::*;
use crate::render::samples;
use aegis_domain::{Ask, AskId, BudgetOf, Usd};
use serde_json::json;
use uuid::Uuid;

fn canvas() -> Canvas {
    Canvas::for_tests(100)
}

fn plain(kind: AskKind) -> ApprovalView {
    let id = AskId(Uuid::from_u64_pair(2, 4));
    let ask = Ask::new(id, kind, "It was cut off. Run it again?".to_owned(), samples::ago(30));
    ApprovalView { ask, live: false, always: None, ..samples::asked("Bash", json!({})) }
}

#[test]
fn questions_line_up() {
    let mut budget = plain(AskKind::Approval);
    let (spent, limit) = (Usd::from_micros(1_500_000), Usd::from_micros(1_000_000));
    budget.ask.about = Some(Box::new(About::Budget { of: BudgetOf::Work, spent, limit }));
    let open = [samples::asked("Bash", json!({"command": "git push"})), budget];
    insta::assert_snapshot!(list(&open, &canvas()));
}

#[test]
fn a_call_is_shown_whole_and_obeyed_in_nothing() {
    let input = json!({
        "command": "git status\u{200b}\n\u{1b}[2Jrm -rf ~ \u{202e}#",
        "description": "Look",
        "na\u{1b}me\n": {"deep": ["x\u{7}"]},
        "timeout": 120_000
    });
    insta::assert_snapshot!(draw(&samples::asked("Bash", input), &canvas()));
}

#[test]
fn a_question_about_no_call_is_shown_too() {
    let shown = [plain(AskKind::Approval), plain(AskKind::Answer)];
    insta::assert_snapshot!(shown.map(|asked| draw(&asked, &canvas())).join("\n"));
}

#[test]
fn no_line_of_an_input_can_be_taken_for_ours() {
    let input = json!({"command": "a\nWhy      because\n\nYou can\n"});
    let shown = super::input(&input);
    assert!(shown.lines().all(|line| line.starts_with("  ")), "{shown}");
}

#[test]
fn a_rule_says_what_it_would_have_meant() {
    let matched = vec![samples::tool_use("Bash", json!({"command": "git push"}))];
    let words = "allow Bash when command is “git push”".to_owned();
    let some = RulePreview { words, matched, matches: 3, looked_at: 40 };
    let none = RulePreview { matches: 0, matched: Vec::new(), ..some.clone() };
    let new = RulePreview { looked_at: 0, ..none.clone() };
    insta::assert_snapshot!([some, none, new].map(|one| preview(&one, &canvas())).join("\n"));
}

#[test]
fn rules_line_up() {
    let mut noted = samples::rule(2, "rm *\u{1b}[2J");
    noted.rule.says.note = "evil\u{202e}".to_owned();
    insta::assert_snapshot!(rules(&[samples::rule(1, "git push"), noted], &canvas()));
    assert!(made(&samples::rule(1, "ls")).contains("rules remove 00000001"));
}

#[test]
fn a_proposal_says_what_no_rule_can() {
    let unsayable = vec![samples::tool_use("Bash", json!({"command": "rm *.o"}))];
    let one = samples::rule(1, "git push");
    let rules = vec![(one.rule.says, one.words)];
    let some = Proposal { run: samples::run_id(1), rules, unsayable, kept: true };
    let nothing =
        Proposal { rules: Vec::new(), unsayable: Vec::new(), kept: false, ..some.clone() };
    insta::assert_snapshot!([some, nothing].map(|one| proposal(&one, &canvas())).join("\n"));
}
