//! What a real session wrote is understood; whatever else comes is answered, and not fatal.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::*;
use crate::claude_code::account::{Account, Effect, Stop};

const SESSION: &str = "ab030b5d-1e63-48f6-a54e-ab55e7081bb5";

/// Messages as Claude Code 2.1.197 wrote them, cut to what counts.
fn real() -> Vec<Value> {
    let said = |kind: &str, message: Value| json!({"type": kind, "message": message, "parent_tool_use_id": null, "session_id": SESSION});
    vec![
        json!({"type": "system", "subtype": "init", "cwd": "/x", "session_id": SESSION,
            "tools": ["Bash"], "model": "claude-opus-4-8[1m]", "claude_code_version": "2.1.197"}),
        json!({"type": "system", "subtype": "api_retry", "attempt": 1, "max_retries": 10,
            "retry_delay_ms": 508.345, "error_status": 500, "error": "server_error",
            "session_id": SESSION}),
        said(
            "assistant",
            json!({"id": "msg_1", "model": "claude-opus-4-8", "role": "assistant",
            "content": [{"type": "text", "text": "I will write."}],
            "usage": {"input_tokens": 100, "output_tokens": 1}}),
        ),
        said(
            "assistant",
            json!({"id": "msg_1", "model": "claude-opus-4-8", "role": "assistant",
            "content": [{"type": "tool_use", "id": "toolu_1", "name": "Bash",
                "input": {"command": "echo hi"}}],
            "usage": {"input_tokens": 100, "output_tokens": 1}}),
        ),
        said(
            "user",
            json!({"role": "user", "content": [{"tool_use_id": "toolu_1",
            "type": "tool_result", "content": "hi", "is_error": false}]}),
        ),
        json!({"type": "result", "subtype": "success", "is_error": false, "result": "Done.",
            "stop_reason": "end_turn", "num_turns": 2, "session_id": SESSION,
            "total_cost_usd": 0.0035, "permission_denials": [],
            "modelUsage": {"claude-opus-4-8[1m]": {"inputTokens": 200, "outputTokens": 100}}}),
    ]
}

fn bytes(messages: &[Value]) -> Vec<u8> {
    messages.iter().flat_map(|message| format!("{message}\n").into_bytes()).collect()
}

/// All that follows from bytes that come in these pieces.
fn heard<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Account, Vec<Effect>) {
    let (mut stream, mut account) = (Stream::default(), Account::default());
    let mut effects = Vec::new();
    let second = Duration::from_secs(1);
    for piece in pieces {
        for read in stream.push(piece) {
            effects.extend(account.hear(read, second));
        }
    }
    if let Some(read) = stream.end() {
        effects.extend(account.hear(read, second));
    }
    (account, effects)
}

#[test]
fn a_real_session_is_understood() {
    let (account, effects) = heard([&bytes(&real())[..]]);
    assert_eq!(account.session(), Some(SESSION));
    assert_eq!((account.used(), account.text()), ((1, 0), "I will write."));
    let end = account.end().unwrap();
    assert_eq!((end.failed, end.text.as_str(), end.turns), (false, "Done.", 2));
    assert_eq!(end.cost.unwrap().to_string(), "0.0035");
    assert_eq!((end.tokens.input, end.tokens.output), (200, 100));
    let printed: String = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Print(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(printed, "I will write.\n● Bash(echo hi)\n  ⎿ hi\n");
    // Before the end, an estimate: 100 tokens read at 5 dollars a million, one written at 25.
    let first = effects.iter().find_map(|effect| match effect {
        Effect::Usage(usage) => Some(usage.cost.to_string()),
        _ => None,
    });
    assert_eq!(first.as_deref(), Some("0.000525"));
}

#[test]
fn however_it_is_cut_it_says_the_same() {
    let mut messages = real();
    messages[2]["message"]["content"][0]["text"] = "größe 👍".into();
    let bytes = bytes(&messages);
    let (_, whole) = heard([&bytes[..]]);
    for at in 0..bytes.len() {
        let (_, cut) = heard([&bytes[..at], &bytes[at..]]);
        assert_eq!(cut, whole, "cut at {at}");
    }
    let (_, single) = heard(bytes.chunks(1));
    assert_eq!(single, whole);
}

#[test]
fn what_is_no_message_is_noted_and_what_is_unknown_ignored() {
    let lines = b"Loading...\n{\"type\": 4}\n[1]\n\n{\"type\":\"attachment\",\"x\":1}\n{\"type\":";
    let (account, effects) = heard([&lines[..]]);
    assert_eq!(effects.len(), 4, "{effects:?}");
    assert_eq!(account.noise(), Some("{\"type\":"));
    let many = "noise\n".repeat(100_000);
    let (_, effects) = heard([many.as_bytes()]);
    assert_eq!(effects.len(), 11, "the first ten, and that there are more");
}

#[test]
fn lies_do_not_count() {
    let said = |message: Value| json!({"type": "user", "message": message});
    let result = |id: &str| {
        said(json!({"content": [{"type": "tool_result", "tool_use_id": id, "content": "done"}]}))
    };
    let mut messages = real();
    // Results of calls that were never made, or that had a result already.
    messages.extend([result("toolu_1"), result("toolu_9")]);
    // Figures that cannot be.
    messages.push(json!({"type": "result", "subtype": "success", "is_error": "no",
        "total_cost_usd": -1, "num_turns": "many", "usage": [], "result": 4,
        "session_id": "another"}));
    let (account, _) = heard([&bytes(&messages)[..]]);
    assert_eq!(account.used(), (1, 0));
    assert_eq!(account.foreign(), Some("another"));
    let end = account.end().unwrap();
    assert!(end.failed, "an end that does not say that it went well did not");
    assert_eq!((end.cost, end.turns), (None, 0));
}

#[test]
fn a_result_of_fifty_megabytes_is_not_kept_and_counts() {
    let mut messages = real();
    messages[4]["message"]["content"][0]["content"] = "x".repeat(50 * 1024 * 1024).into();
    // The id stands before the content, as in the real thing.
    let long = format!(
        "{{\"type\":\"user\",\"message\":{{\"role\":\"user\",\"content\":[{{\"tool_use_id\":\
         \"toolu_1\",\"type\":\"tool_result\",\"content\":\"{}\"}}]}}}}\n",
        "x".repeat(50 * 1024 * 1024)
    );
    let before = bytes(&messages[..4]);
    let after = bytes(&messages[5..]);
    let (account, effects) = heard([&before[..], long.as_bytes(), &after[..]]);
    assert_eq!(account.used(), (1, 0));
    let note =
        |effect: &Effect| matches!(effect, Effect::Note(note) if note.contains("was not kept"));
    assert!(effects.iter().any(note), "it is noted");
}

fn used(effects: &[Effect]) -> Vec<&crate::claude_code::account::Used> {
    let used = effects.iter().filter_map(|effect| match effect {
        Effect::Used(used) => Some(used),
        _ => None,
    });
    used.collect()
}

fn call(message: &str, id: &str, tokens: (u64, u64)) -> Value {
    json!({"type": "assistant", "session_id": SESSION, "message": {
        "id": message, "model": "claude-opus-4-8", "role": "assistant",
        "content": [{"type": "tool_use", "id": id, "name": "Bash", "input": {"command": id}}],
        "usage": {"input_tokens": tokens.0, "cache_read_input_tokens": 900, "output_tokens": tokens.1},
    }})
}

fn answer(id: &str) -> Value {
    json!({"type": "user", "session_id": SESSION, "message": {"role": "user", "content": [
        {"type": "tool_result", "tool_use_id": id, "content": "hi"},
    ]}})
}

#[test]
fn the_calls_of_a_message_share_its_tokens_and_take_no_more() {
    let alone = [call("m1", "a", (80, 20)), answer("a")];
    let (_, effects) = heard([&bytes(&alone)[..]]);
    assert_eq!(used(&effects)[0].tokens, Some(1_000));
    let several = [
        call("m1", "a", (80, 1)),
        call("m1", "b", (80, 11)),
        call("m1", "c", (80, 21)),
        answer("c"),
        answer("a"),
        call("m2", "d", (0, 0)),
        answer("b"),
        answer("d"),
    ];
    let (_, effects) = heard([&bytes(&several)[..]]);
    let tokens: Vec<_> = used(&effects).iter().map(|used| used.tokens.unwrap()).collect();
    assert_eq!(tokens, [333, 334, 334, 900]);
    assert_eq!(tokens[..3].iter().sum::<u64>(), 1_001, "all of the first message, once");
}

#[test]
fn of_a_message_that_is_long_ago_no_tokens_are_made_up() {
    let mut messages = vec![call("m0", "a", (1, 1))];
    messages.extend((1..20).map(|n| call(&format!("m{n}"), &format!("x{n}"), (1, 1))));
    messages.push(answer("a"));
    let (_, effects) = heard([&bytes(&messages)[..]]);
    assert_eq!(used(&effects)[0].tokens, None);
}

/// Each is remembered with what it was called with, and with its own result.
#[test]
fn a_thousand_calls_at_once_are_told_apart() {
    let calls = (0..1_000).map(|n| call("m1", &format!("toolu_{n}"), (1_000, 100)));
    let answers = (0..1_000).rev().map(|n| answer(&format!("toolu_{n}")));
    let messages: Vec<Value> = calls.chain(answers).collect();
    let (account, effects) = heard([&bytes(&messages)[..]]);
    assert_eq!(account.used(), (1_000, 0));
    let used = used(&effects);
    assert_eq!(used.len(), 1_000);
    assert!(used.iter().all(|used| used.input["command"] == used.call.as_str()));
    assert_eq!(used.iter().map(|used| used.tokens.unwrap()).sum::<u64>(), 2_000);
}

#[test]
fn a_picture_that_a_tool_gives_back_is_found() {
    let mut messages = real();
    messages[4]["message"]["content"][0]["content"] = json!([
        {"type": "text", "text": "Here."},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png",
            "data": "iVBORw0KGgo="}},
    ]);
    let (_, effects) = heard([&bytes(&messages)[..]]);
    let picture = used(&effects)[0].picture.as_ref().unwrap();
    assert_eq!((picture.ending, picture.bytes.len()), ("png", 8));
}

#[test]
fn what_is_not_worth_waiting_for_stops_it() {
    let retry = |error: &str, delay: u64| {
        json!({"type": "system", "subtype": "api_retry", "attempt": 1, "error": error,
            "error_status": 400, "retry_delay_ms": delay})
    };
    let stop = |message: Value| {
        let (_, effects) = heard([&bytes(&[message])[..]]);
        effects.into_iter().find_map(|effect| match effect {
            Effect::Stop(stop) => Some(stop),
            _ => None,
        })
    };
    assert_eq!(stop(retry("authentication_failed", 500)), Some(Stop::Trouble(Trouble::Auth)));
    assert_eq!(stop(retry("billing_error", 500)), Some(Stop::Trouble(Trouble::Billing)));
    assert_eq!(stop(retry("rate_limit", 500)), None);
    let long = Duration::from_secs(30);
    assert_eq!(stop(retry("rate_limit", 30_000)), Some(Stop::Limited(long)));
    assert_eq!(stop(retry("overloaded", 30_000)), None);
    let limit = |status: &str| {
        json!({"type": "rate_limit_event",
            "rate_limit_info": {"status": status, "resetsAt": 1_800_000_000}})
    };
    assert_eq!(stop(limit("allowed_warning")), None);
    assert_eq!(stop(limit("rejected")), Some(Stop::PlanLimit(Some(1_800_000_000))));
}

/// A value of any form.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::from(SESSION)),
        Just(Value::from("toolu_1")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((NAMES, inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Names of fields that mean something, and others.
const NAMES: &str =
    "type|subtype|message|content|id|name|input|tool_use_id|is_error|usage|text|[a-z]{1,3}";

/// A line: a real one, one with a field changed, any value, or any bytes.
fn any_line() -> impl Strategy<Value = Vec<u8>> {
    let of = |message: Value| message.to_string().into_bytes();
    let real_one = prop::sample::select(real());
    let changed = (prop::sample::select(real()), any_json(), any::<prop::sample::Index>())
        .prop_map(move |(mut message, value, at)| {
            let fields = message.as_object_mut().unwrap();
            let name = at.get(&fields.keys().cloned().collect::<Vec<_>>()).clone();
            fields.insert(name, value);
            of(message)
        });
    prop_oneof![
        4 => real_one.prop_map(of),
        6 => changed,
        1 => any_json().prop_map(of),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

/// P18: a sample of 2,000; a hundred thousand with `AEGIS_PROMISES=full`.
#[test]
fn a_hundred_thousand_streams_are_answered() {
    let full = std::env::var("AEGIS_PROMISES").as_deref() == Ok("full");
    let cases = if full { 100_000 } else { 2_000 };
    let mut runner =
        TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let streams = (prop::collection::vec(any_line(), 0..12), 1_usize..400);
    let understood = std::cell::Cell::new(0_u64);
    runner
        .run(&streams, |(lines, size)| {
            let bytes = lines.join(&b'\n');
            let (account, effects) = heard(bytes.chunks(size));
            let (whole, again) = heard([&bytes[..]]);
            prop_assert_eq!(&effects, &again);
            prop_assert_eq!(account.used(), whole.used());
            understood.set(understood.get() + u64::from(account.end().is_some()));
            Ok(())
        })
        .unwrap();
    println!("promise P18 {cases} streams answered, {} of them with an end", understood.get());
}
