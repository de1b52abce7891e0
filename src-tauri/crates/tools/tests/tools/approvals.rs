//! What a person is asked, and what their answer does.

use crate::agent::{own, permit};
use crate::world::World;
use aegis_domain::machine::Answer;
use aegis_domain::policy::{Effect, NewRule, Pattern};
use aegis_domain::{About, ApprovalPolicy, AskKind, Passage, State};
use aegis_protocol::{
    AllowAlways, CardView, ErrorKind, ListApprovals, ListRules, MakeRule, PreviewRule,
    ProposeRules, RemoveRule,
};
use serde_json::json;
use std::time::Duration;

fn bash(command: &str) -> serde_json::Value {
    permit("Bash", json!({ "command": command }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_waits_for_a_word_and_goes_on_with_it() {
    let world = World::new().await;
    let id = world.agent(&[bash("cargo test")], |_| {}).await;
    let ask = world.asked(id).await;
    assert_eq!((ask.kind, ask.question.as_str()), (AskKind::Approval, "Bash: cargo test"));
    let Some(About::Call(call)) = ask.about.as_deref() else { panic!("about nothing") };
    assert_eq!(call.why, "Running a program needs your word.");
    let open = world.call(ListApprovals {}).await.unwrap();
    assert!(open[0].live);
    assert_eq!(
        open[0].always.as_ref().unwrap().to_string().split(", in").next().unwrap(),
        "allow Bash when command is “cargo test”"
    );
    world.answer(id, &ask, Answer::Grant).await;
    assert_eq!(world.did(id).await, [json!("go")]);
    let uses = world.uses(id).await;
    assert_eq!((uses.len(), uses[0].passage, uses[0].took_ms), (1, Passage::Granted, Some(5)));
    assert_eq!(uses[0].session.as_deref(), Some("session-1"));
    assert_eq!(world.open_questions().await, 0);
    let told = world.told.all();
    assert!(told.iter().any(|n| n.body == "Bash: cargo test" && n.asks.is_some()), "{told:?}");
}

/// What cannot be seen is written out, in the question and in the rule that would be made of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_hidden_characters_reads_as_what_it_is() {
    let world = World::new().await;
    let id = world.agent(&[bash("ls\u{202e} x\n\u{200b}y")], |_| {}).await;
    let ask = world.asked(id).await;
    assert_eq!(ask.question, "Bash: ls<U+202E> x␊<U+200B>y");
    assert!(!ask.says_all(), "it has to be looked at whole");
    let open = world.call(ListApprovals {}).await.unwrap();
    let rule = open[0].always.as_ref().unwrap().to_string();
    assert!(rule.contains("“ls<U+202E> x␊<U+200B>y”"), "{rule}");
    world.answer(id, &ask, Answer::Deny).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_is_told_to_the_agent_and_noted() {
    let world = World::new().await;
    let id = world.agent(&[bash("rm -rf build"), bash("pwd")], |_| {}).await;
    let ask = world.asked(id).await;
    world.answer(id, &ask, Answer::Refuse { words: "Use make clean.".to_owned() }).await;
    let next = world.asked(id).await;
    assert_eq!(next.question, "Bash: pwd");
    world.answer(id, &next, Answer::Grant).await;
    let did = world.did(id).await;
    assert_eq!(did[0], json!("no: The user does not want this call: Use make clean.."));
    assert_eq!(did[1], json!("go"));
    let uses = world.uses(id).await;
    assert_eq!((uses[0].passage, uses[0].success), (Passage::Refused, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_answers_parks_survives_a_restart_and_goes_on_with_the_answer() {
    let world = World::new().await;
    world.engine.hold_for(Duration::from_millis(50));
    let id = world.agent(&[bash("make")], |_| {}).await;
    let parked = |card: &CardView| matches!(card.state, Some(State::Awaiting { run: None, .. }));
    world.until(id, parked).await;
    let world = World::in_dir(world.end().await).await;
    let ask = world.asked(id).await;
    assert!(!world.call(ListApprovals {}).await.unwrap()[0].live);
    world.answer(id, &ask, Answer::Grant).await;
    // The new run makes the same call, and is not asked again.
    assert_eq!(world.did(id).await, [json!("go")]);
    let view = world.show(id).await;
    assert_eq!((view.runs.len(), view.occurrences[0].retries), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_for_this_call_alone() {
    let world = World::new().await;
    let id = world.agent(&[bash("make"), bash("make"), bash("make install")], |_| {}).await;
    for expected in ["Bash: make", "Bash: make", "Bash: make install"] {
        let ask = world.asked(id).await;
        assert_eq!(ask.question, expected);
        world.answer(id, &ask, Answer::Grant).await;
        // Until the next question is another one.
        world.until(id, |card| !matches!(&card.state, Some(State::Awaiting { ask: open, .. }) if open.id == ask.id)).await;
    }
    assert_eq!(world.did(id).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn allow_always_shows_what_it_means_and_can_be_taken_back() {
    let world = World::new().await;
    let id = world.agent(&[bash("cargo test")], |_| {}).await;
    let ask = world.asked(id).await;
    let rule = world.call(ListApprovals {}).await.unwrap()[0].always.clone().unwrap();
    let other = NewRule::new(Effect::Allow, Pattern::new("Write").unwrap());
    let refused = AllowAlways { task: id.into(), ask: ask.id, rule: other };
    assert_eq!(world.call(refused).await.unwrap_err().kind, ErrorKind::Invalid);
    world.call(AllowAlways { task: id.into(), ask: ask.id, rule: rule.clone() }).await.unwrap();
    assert_eq!(world.did(id).await, [json!("go")]);
    let preview = world.call(PreviewRule { rule }).await.unwrap();
    assert_eq!((preview.matches, preview.looked_at), (1, 1));
    // The next one needs no word.
    let again = world.agent(&[bash("cargo test")], |_| {}).await;
    assert_eq!(world.did(again).await, [json!("go")]);
    assert_eq!(world.uses(again).await[0].passage, Passage::Free);
    let rules = world.call(ListRules {}).await.unwrap();
    world.call(RemoveRule { id: rules[0].rule.id }).await.unwrap();
    let third = world.agent(&[bash("cargo test")], |_| {}).await;
    world.asked(third).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_refuses_counts_before_everything() {
    let world = World::new().await;
    let deny = NewRule {
        note: "never".to_owned(),
        ..NewRule::new(Effect::Deny, Pattern::new("Ba*").unwrap())
    };
    world.call(MakeRule { rule: deny }).await.unwrap();
    let loose = |new: &mut aegis_domain::NewTask| new.approval_policy = ApprovalPolicy::Allow;
    let id = world.agent(&[bash("ls"), permit("Write", json!({"file_path": "a"}))], loose).await;
    let did = world.did(id).await;
    assert_eq!(did[0], json!("no: A rule refuses this call (never)."));
    assert_eq!(did[1], json!("go"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_proposes_what_was_done_and_a_deviation_parks() {
    let world = World::new().await;
    world.engine.hold_for(Duration::from_millis(50));
    let steps = [bash("cargo test"), permit("Read", json!({"file_path": "/a"})), bash("rm *.o")];
    let loose = |new: &mut aegis_domain::NewTask| {
        new.approval_policy = ApprovalPolicy::Allow;
        // Without a network nothing that it does can carry anything away.
        new.executor.as_mut().unwrap().settings["sealed"] = json!(true);
    };
    let id = world.agent(&steps, loose).await;
    assert_eq!(world.did(id).await.len(), 3);
    let proposal = world.call(ProposeRules { task: id.into(), keep: true }).await.unwrap();
    let words: Vec<&str> = proposal.rules.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(words.len(), 2, "{words:?}");
    assert!(words[0].starts_with("allow Bash when command is “cargo test”"), "{words:?}");
    assert!(words[0].ends_with("for #1"), "{words:?}");
    assert_eq!(proposal.unsayable.len(), 1);
    // The same again passes what the rules say, and parks at the first that they do not.
    world
        .call(aegis_protocol::RunTask { task: id.into(), values: Default::default(), origin: None })
        .await
        .unwrap();
    let ask = world.asked(id).await;
    assert_eq!(ask.question, "Bash: rm *.o");
    // Another task has nothing of it.
    let other = world.agent(&[bash("cargo test")], |_| {}).await;
    world.asked(other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_asks_in_words_and_gets_the_words() {
    let world = World::new().await;
    let id = world.agent(&[own("ask_user", json!({"question": "Which colour?"}))], |_| {}).await;
    let ask = world.asked(id).await;
    assert_eq!((ask.kind, ask.question.as_str()), (AskKind::Answer, "Which colour?"));
    world.answer(id, &ask, Answer::Text("blue".to_owned())).await;
    assert_eq!(world.did(id).await, [json!({"success": true, "answer": "blue"})]);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_costs_too_much_parks_and_goes_on_when_it_may() {
    let world = World::new().await;
    let steps = [json!({"cost": "0.50"}), json!({"cost": "1.50"})];
    let id = world.agent(&steps, |new| new.budget = Some("1".to_owned())).await;
    let ask = world.asked(id).await;
    assert!(ask.question.contains("$1.50"), "{}", ask.question);
    let parked = |card: &CardView| matches!(card.state, Some(State::Awaiting { run: None, .. }));
    world.until(id, parked).await;
    world.answer(id, &ask, Answer::Deny).await;
    let view = world.show(id).await;
    let Some(State::Failed { message, .. }) = &view.card.state else { panic!("goes on") };
    assert!(message.contains("said no"), "{message}");
    let spent = world.call(aegis_protocol::ShowSpending::default()).await.unwrap();
    assert_eq!(spent.today.to_string(), "1.50");
}
