//! Everything that can go wrong between Claude Code and the service, and what users read of it.

use std::time::Duration;

use aegis_domain::{ClaudeCodeSettings, ErrorCategory, Failure};
use aegis_peers::messages::{Delivery, Fault, Turn, call, text};
use aegis_ports::Clock as _;
use serde_json::json;

use super::{Desk, parts, printed, prompt};
use crate::engine::{Handle, Live, failure};
use crate::workspace::shell_job;
use aegis_doubles::WallClock;

async fn failure_of(turns: impl IntoIterator<Item = Turn>) -> Failure {
    let desk = Desk::new(turns);
    let mut run = desk.start(prompt("Do it."));
    let ended = run.ended().await;
    let failure = failure(ended);
    assert!(failure.hint.is_some(), "{failure:?}");
    assert!(failure.message.ends_with('.') && failure.message.len() < 400, "{failure:?}");
    failure
}

/// The category, and words of the sentence.
async fn expect(turn: Turn, category: ErrorCategory, words: &[&str]) {
    let failure = failure_of([turn]).await;
    assert_eq!(failure.category, category, "{failure:?}");
    for word in words {
        assert!(failure.message.contains(word), "no {word:?} in {failure:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_ends_it_at_once() {
    let desk = Desk::new([Turn::status(401, "authentication_error", "invalid x-api-key")]);
    let mut run = desk.start(prompt("Do it."));
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Auth);
    assert_eq!(failure.message, "Claude Code has no login, or its key was refused.");
    assert!(failure.hint.unwrap().contains("aegis key set anthropic"));
    assert!(desk.api.requests().len() <= 2, "it went on trying");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_login_says_how_to_log_in() {
    let desk = Desk::new([]);
    let parts = aegis_executors::ClaudeCodeParts { key: None, ..parts(Some(desk.api.url())) };
    let executor = desk.executor_with(desk.env(), parts);
    let mut run = Live::start(executor, shell_job(prompt("Do it.").into_spec()), Handle::new());
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Auth, "{failure:?}");
    assert!(failure.hint.unwrap().contains("claude"), "no way to log in");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_credit_is_a_matter_of_the_budget() {
    let said = "Your credit balance is too low to access the Anthropic API.";
    let turn = Turn::status(400, "invalid_request_error", said);
    expect(turn, ErrorCategory::Budget, &["no credit left"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_not_is_a_matter_of_the_login() {
    let turn = Turn::status(403, "permission_error", "Your API key does not have permission.");
    expect(turn, ErrorCategory::Auth, &["refused", "does not have permission"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_not_there_is_named() {
    let turn = Turn::status(404, "not_found_error", "model: claude-nope-9");
    expect(turn, ErrorCategory::SyntaxError, &["no such model"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_to_read_is_not_tried_again() {
    let said = "prompt is too long: 210000 tokens > 200000 maximum";
    let turn = Turn::status(400, "invalid_request_error", said);
    expect(turn, ErrorCategory::SyntaxError, &["more to read", "too long"]).await;
    let turn = Turn::status(413, "request_too_large", "Request exceeds the maximum size");
    expect(turn, ErrorCategory::SyntaxError, &["more to read", "too large"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_is_asked_for_is_waited_for_outside() {
    let before = WallClock.now();
    let failure = failure_of([Turn::rate_limit(45, "2027-01-01T00:00:00Z")]).await;
    assert_eq!(failure.category, ErrorCategory::RateLimited, "{failure:?}");
    let wait = failure.retry_at.expect("a moment") - before;
    assert!((44..75).contains(&wait.num_seconds()), "{wait}");
    // Claude Code gives up at once on a pause that is longer, and does not say how long it is.
    let failure = failure_of([Turn::rate_limit(900, "2027-01-01T00:00:00Z")]).await;
    assert_eq!(failure.category, ErrorCategory::RateLimited, "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_pause_is_sat_out() {
    let pause = Turn::rate_limit(1, "2027-01-01T00:00:00Z");
    let desk = Desk::new([pause, Turn::of([text("Here I am.")])]);
    let mut run = desk.start(prompt("Do it."));
    assert_eq!(run.ended().await.result, json!("Here I am."));
    let notes = run.handle.log().notes();
    assert!(notes.contains("The service asked for a pause; it tries again in 1 second"), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_fails_is_a_matter_of_the_network() {
    let turn = Turn::status(500, "api_error", "Internal server error");
    expect(turn, ErrorCategory::Network, &["The service failed"]).await;
    let turn = Turn::status(529, "overloaded_error", "Overloaded");
    expect(turn, ErrorCategory::Network, &["The service"]).await;
    let fault = Fault::InTheMiddle { kind: "overloaded_error", message: "Overloaded".into() };
    let turn = Turn::of([text("I begin.")]).then(fault);
    expect(turn, ErrorCategory::Network, &["The service"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_is_a_matter_of_the_network() {
    for delivery in [Delivery::CutAfter(700), Delivery::CutInACharacter] {
        let turn = Turn::of([text("Größe und Länge")]).delivered(delivery);
        expect(turn, ErrorCategory::Network, &["The service"]).await;
    }
    expect(Turn::fault(Fault::Silence), ErrorCategory::Network, &["The service"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_not_there_is_a_matter_of_the_network() {
    let desk = Desk::new([]);
    let executor = desk.executor_with(desk.env(), parts(Some("http://127.0.0.1:9".into())));
    let mut run = Live::start(executor, shell_job(prompt("Do it.").into_spec()), Handle::new());
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Network, "{failure:?}");
}

/// Whatever Claude Code makes of it, the run does not succeed.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_api_is_no_answer() {
    let failure = failure_of([Turn::fault(Fault::NotTheApi)]).await;
    assert_ne!(failure.category, ErrorCategory::Internal, "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_answer_is_no_work() {
    let failure = failure_of([Turn::of([])]).await;
    assert!(
        matches!(failure.category, ErrorCategory::InvalidOutput | ErrorCategory::CommandFailed),
        "{failure:?}"
    );
}

/// It says that it wants a tool, and names none.
#[tokio::test(flavor = "multi_thread")]
async fn a_lie_about_tools_is_no_success_without_an_answer() {
    let desk = Desk::new([Turn::of([text("   ")]).stopping("tool_use")]);
    let mut run = desk.start(prompt("Do it."));
    let failure = failure(run.ended().await);
    assert_ne!(failure.category, ErrorCategory::Internal, "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_that_all_fail_are_no_work() {
    let desk = Desk::new([
        Turn::of([call("Bash", json!({"command": "cat no-such-file"}))]),
        Turn::of([text("All done, everything is fine!")]),
    ]);
    let mut run = desk.start(prompt("Do it."));
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::InvalidOutput, "{failure:?}");
    assert_eq!(failure.message, "None of what it tried succeeded: 1 tool call.");
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_and_money_have_an_end() {
    let turns =
        || [Turn::of([call("Bash", json!({"command": "echo hi"}))]), Turn::of([text("Done.")])];
    let desk = Desk::new(turns());
    let mut run = desk.start(ClaudeCodeSettings { max_turns: Some(1), ..prompt("Do it.") });
    let ended = failure(run.ended().await);
    assert_eq!(ended.category, ErrorCategory::Budget, "{ended:?}");
    assert!(ended.message.contains("turns"), "{ended:?}");

    let desk = Desk::new(turns());
    let mut job = shell_job(prompt("Do it.").into_spec());
    job.budget = Some("0.001".parse().unwrap());
    let mut run = desk.start_job(job);
    let ended = failure(run.ended().await);
    assert_eq!(ended.category, ErrorCategory::Budget, "{ended:?}");
    assert!(ended.message.contains("budget"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_input_and_a_huge_result_are_not_kept() {
    let desk = Desk::new([]);
    let huge = "x".repeat(2 * 1024 * 1024);
    let file = desk.home().join("huge");
    desk.api.then([
        Turn::of([call("Write", json!({"file_path": file, "content": huge}))]),
        Turn::of([call("Bash", json!({"command": "head -c 50000000 /dev/zero | tr '\\0' y"}))]),
        Turn::of([text("Done.")]),
    ]);
    let mut run = desk.start(prompt("Do it."));
    let ended = run.ended().await;
    assert_eq!(ended.exit_code, Some(0), "{ended:?}");
    assert_eq!(std::fs::metadata(file).unwrap().len(), 2 * 1024 * 1024);
    assert!(printed(&run).len() < 20_000, "{} bytes", printed(&run).len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_falls_silent_is_ended_by_the_time_limit() {
    let desk = Desk::new([Turn::of([text("I think")]).delivered(Delivery::StallAfter(600))]);
    let mut job = shell_job(prompt("Do it.").into_spec());
    job.timeout = Duration::from_secs(4);
    let mut run = desk.start_job(job);
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::Timeout, "{failure:?}");
    assert_eq!(failure.message, "It was ended because it ran longer than its limit of 4 seconds.");
}
