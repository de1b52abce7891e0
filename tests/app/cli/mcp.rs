//! The board as an MCP server: for the real Claude Code, and for whoever does not speak MCP.

use aegis_peers::claude;
use aegis_peers::messages::{Server, Turn, call, text};
use serde_json::{Value, json};

use crate::harness::agent;
use crate::harness::home::Home;
use crate::harness::program::{Finished, aegis, path, program_within, sh};
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};

/// A session of Claude Code that somebody starts by hand, with the board among its tools.
fn session(home: &Home, prompt: &str) -> Finished {
    let server = json!({ "mcpServers": { "board": {
        "type": "stdio", "command": path("aegis"), "args": ["mcp", "--name", "claude"],
    }}});
    let words = [
        "-p",
        prompt,
        "--output-format=stream-json",
        "--verbose",
        "--strict-mcp-config",
        &format!("--mcp-config={server}"),
        "--allowed-tools=mcp__board",
    ];
    program_within(home, &claude::program(), &words, RUN)
}

/// A user who has Claude Code; it asks the service for nothing but what it is told to do.
fn user(api: &Server) -> Home {
    let mut home = agent::user(api);
    home.set("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    home.set("DISABLE_AUTOUPDATER", "1");
    home
}

fn messages(session: &Finished) -> Vec<Value> {
    let text = session.text();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[test]
fn the_real_claude_code_lists_the_tools_makes_a_task_and_follows_it_to_its_end() {
    let status = || Turn::of([call("mcp__board__get_task_status", json!({"task_id": 1}))]);
    let create = json!({
        "title": "greet", "task_type": "oneshot", "command": ["sh", "-c", "echo hello; exit 0"],
    });
    let mut turns = vec![Turn::of([call("mcp__board__create_background_task", create)])];
    turns.extend((0..40).map(|_| status()));
    turns.push(Turn::of([text("It is done.")]));
    let api = Server::start(turns);
    let home = user(&api);
    let _serve = Serve::start(&home);
    // A program that runs later runs all the same: it needs a word, and a rule is one.
    aegis(&home, &["rules", "allow", "create_background_task"]).exits(0);
    let session = session(&home, "Greet me in the background, and tell me when that is done.");
    let said = messages(&session);
    let init = said.iter().find(|message| message["subtype"] == "init").expect("a beginning");
    let tools: Vec<&str> =
        init["tools"].as_array().expect("tools").iter().filter_map(Value::as_str).collect();
    for tool in ["create_background_task", "get_task_status", "list_all_tasks", "cancel_task"] {
        let name = format!("mcp__board__{tool}");
        assert!(tools.contains(&name.as_str()), "no {name} in {tools:?}");
    }
    tasks::wait_for_state(&home, 1, "completed");
    let last = api.last_said();
    assert!(last.contains("completed"), "{last}");
    let shown = aegis(&home, &["task", "show", "1", "--json"]).exits(0).json();
    assert_eq!(shown["task"]["definition"]["title"], "greet");
    assert_eq!(shown["runs"][0]["end"]["exit_code"], 0, "{shown}");
    let uses = aegis(&home, &["task", "tools", "--json"]).exits(0).text();
    assert!(uses.contains("create_background_task"), "{uses}");
}

#[test]
fn what_needs_a_word_is_refused_to_whoever_came_by_themselves() {
    let api = Server::start([
        Turn::of([call("mcp__board__run_command", json!({"command": ["touch", "made"]}))]),
        Turn::of([text("I may not.")]),
    ]);
    let home = user(&api);
    let _serve = Serve::start(&home);
    session(&home, "Run something.");
    assert!(api.last_said().contains("aegis rules allow"), "{}", api.last_said());
    assert!(!home.home().join("made").exists());
    assert_eq!(aegis(&home, &["task", "list", "--json"]).exits(0).json()["tasks"], json!([]));
}

#[test]
fn without_an_engine_a_task_is_kept_for_the_next_one() {
    let api = Server::start([
        Turn::of([call("mcp__board__create_background_task", json!({"title": "later"}))]),
        Turn::of([text("Handed over.")]),
    ]);
    let home = user(&api);
    session(&home, "Do it later.");
    let shown = aegis(&home, &["task", "show", "1", "--json"]).exits(0).json();
    assert_eq!(shown["task"]["definition"]["title"], "later");
    assert_eq!(shown["card"]["state"]["name"], "queued", "{shown}");
}

#[test]
fn nonsense_is_answered_and_the_end_of_input_is_the_end() {
    let home = Home::new();
    let mcp = path("aegis");
    let ended = sh(&home, r#"printf 'not json\n{}\n' | "$0" mcp"#, &[mcp.as_os_str()]);
    assert!(matches!(ended.status.code(), Some(0 | 4)), "{ended:?}");
    assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    aegis(&home, &["mcp", "--workspace", "/no/such/folder"]).refuses(4, &["cannot be used"]);
}
