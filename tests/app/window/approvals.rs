//! What an agent asks, answered in the window.

use aegis_peers::messages::{Server, Turn, call, text};
use serde_json::json;
use thirtyfour::Key;

use crate::harness::agent;
use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::session::Session;
use crate::harness::tasks::{self, RUN};
use crate::harness::window::{REACT, Window, card};

fn writes(command: &str) -> Turn {
    let input = json!({"command": command, "description": "Write it down"});
    Turn::of([call("Bash", input)])
}

#[test]
fn a_call_is_looked_at_allowed_for_good_and_seen_afterwards() {
    let api = Server::start([
        writes("echo bread > list.txt #\u{200b}\u{202e}"),
        Turn::of([text("The list is there.")]),
    ]);
    let home = agent::user(&api);
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    let number = tasks::create(&home, &["--claude", "Write a shopping list."]);
    // The rail leads to it from every page.
    window.press(Key::Escape);
    window.wait_for("needs-you", RUN);
    window.click("needs-you");
    let asked = window.wait_for_text("ask-call", "Bash wants to be called", REACT);
    assert!(asked.contains("<U+200B><U+202E>"), "everything is seen: {asked}");
    window.wait_for_text("task-panel", "Running a program needs your word", REACT);
    window.click("ask-always");
    let rule = window.wait_for_text("ask-rule", "allow Bash when command is", REACT);
    assert!(rule.contains("Save the rule and allow"), "{rule}");
    window.click("ask-save");
    window.wait_for_card_in(number, "done", RUN);
    assert_eq!(std::fs::read_to_string(home.home().join("list.txt")).expect("a list"), "bread\n");
    // What it did is listed, with how it was let through.
    window.click("tab-tools");
    window.wait_for_text("tool-0", "you allowed it", REACT);
    window.wait_for_text("run-facts", "tokens read", REACT);
    window.press(Key::Escape);
    window.press("3");
    window.wait_for_text("rules", "allow Bash when command is", REACT);
    let rules = aegis(&home, &["rules", "list", "--json"]).exits(0).json();
    assert_eq!(rules.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_refusal_with_words_reaches_the_agent_and_the_keyboard_is_enough() {
    let api = Server::start([
        writes("rm -rf everything"),
        writes("echo kept > kept.txt"),
        Turn::of([text("Done without it.")]),
    ]);
    let home = agent::user(&api);
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    let number = tasks::create(&home, &["--claude", "Tidy up."]);
    window.wait_for_text(&card(number), "rm -rf everything", RUN);
    window.click("needs-you");
    window.wait_for("ask-reason", REACT);
    window.tab_to("ask-reason");
    window.press("Keep it.");
    window.press(Key::Enter);
    window.wait_for_text("ask-call", "echo kept", RUN);
    assert!(api.last_said().contains("Keep it."), "{}", api.last_said());
    window.tab_to("ask-call");
    window.press(Key::Enter);
    window.wait_for_card_in(number, "done", RUN);
    assert!(home.home().join("kept.txt").exists());
}

#[test]
fn a_rule_for_a_folder_is_seen_with_what_it_means_before_it_is_made() {
    let home = Home::new();
    let src = home.folder("src");
    let session = Session::start(&home);
    let window = Window::open(&home, &session);
    let rules = || aegis(&home, &["rules", "list", "--json"]).exits(0).json();
    window.press(Key::Escape);
    window.press("3");
    window.click("rule-new");
    window.type_into("rule-tool", "Bash");
    // A pattern that belongs to no part would mean every call.
    window.type_into("rule-pattern", "cargo test*");
    window.click("rule-look");
    window.wait_for_text("rule-form", "which part of the input", REACT);
    window.type_into("rule-part", "command");
    window.type_into("rule-folder", "~/src");
    window.click("rule-look");
    window.wait_for_text("rule-form", "whole path", REACT);
    window.paste_into("rule-folder", src.to_str().expect("a path in UTF-8"));
    window.press(Key::Enter);
    let meaning = window.wait_for_text("rule-meaning", "allow Bash when command looks like", REACT);
    assert!(meaning.contains("No call has been made yet"), "{meaning}");
    assert_eq!(rules().as_array().map(Vec::len), Some(0), "nothing is made before it is seen");
    window.click("rule-make");
    window.wait_for_text("rules", "cargo test*", REACT);
    let rule = &rules()[0]["rule"];
    assert_eq!((&rule["effect"], &rule["tool"]), (&json!("allow"), &json!("Bash")));
    assert_eq!(rule["workspace"], json!(src));
    assert_eq!(rule["input"], json!([{"at": "/command", "is": "cargo test*"}]));
}
