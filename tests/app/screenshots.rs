//! Pictures of the real window in every state, for people to look at: `scripts/screenshots <folder>`.

use std::path::PathBuf;

use aegis_peers::messages::{Server, Turn, call, text};
use serde_json::json;
use thirtyfour::Key;

use crate::harness::agent;
use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::session::{SCREEN, Session};
use crate::harness::tasks::{self, RUN};
use crate::harness::window::{REACT, Window, card};

const SMALL: (u32, u32) = (1024, 700);

/// Where the pictures go and what their names begin with.
struct Album {
    folder: PathBuf,
    look: &'static str,
    width: u32,
}

impl Album {
    fn add(&self, home: &Home, session: &Session, name: &str) {
        // A transition is at most 180 ms long; a picture of its middle is of no use.
        std::thread::sleep(std::time::Duration::from_millis(400));
        let file = format!("{}-{}-{name}.png", self.look, self.width);
        session.picture(home, &self.folder.join(file));
    }
}

#[test]
#[ignore = "it takes pictures for people: scripts/screenshots"]
fn every_state_light_and_dark() {
    let folder = std::env::var_os("AEGIS_SCREENSHOTS").expect("AEGIS_SCREENSHOTS names a folder");
    for look in ["light", "dark"] {
        for screen in [SCREEN, SMALL] {
            take(&Album { folder: folder.clone().into(), look, width: screen.0 }, screen);
        }
    }
}

fn take(album: &Album, screen: (u32, u32)) {
    let api = Server::start([]);
    let mut home = agent::user(&api);
    if album.look == "dark" {
        home.set("GTK_THEME", "Adwaita:dark");
    }
    home.folder("src");
    let session = Session::start_with_screen(&home, screen);
    let serve = Serve::start(&home);
    let window = Window::open(&home, &session);
    window.fill_desktop();
    album.add(&home, &session, "empty");
    window.press("3");
    window.scroll_to("rule-new");
    album.add(&home, &session, "rules-empty");
    window.press("1");

    window.type_into("quick-add", "#build p8 run: cargo --version in ~/src");
    window.wait_for_text("quick-add-reading", "cargo --version", REACT);
    album.add(&home, &session, "quick-add");
    clear_line(&window);
    window.type_into("quick-add", "run:");
    window.wait_for_text("quick-add-reading", "command", REACT);
    album.add(&home, &session, "quick-add-problem");
    clear_line(&window);
    let line = "remind me every weekday at 7am to exercise #health p8 @ada ~home";
    window.type_into("quick-add", line);
    window.wait_for("quick-add-starts", REACT);
    album.add(&home, &session, "quick-add-repeating");
    clear_line(&window);

    let (working, asking, repeating) = agents(&home, &api);
    let (running, failed) = fill_board(&home);
    let (planned, waiting) = plan(&home, running);
    window.wait_for_card_in(failed, "failed", RUN);
    window.wait_for_card_in(running, "running", RUN);
    album.add(&home, &session, "board");
    window.press("j");
    album.add(&home, &session, "board-focus");
    for (number, name) in [(planned, "task-planned"), (waiting, "task-waiting")] {
        window.click(&card(number));
        window.wait_for("task-state", REACT);
        album.add(&home, &session, name);
        window.press(Key::Escape);
    }
    // A card shows too little of the longer call to allow it there.
    window.tab_to("ask-look");
    album.add(&home, &session, "asking-card");
    window.press(Key::Enter);
    window.wait_for_text("task-panel ask-call", "cargo clippy", REACT);
    album.add(&home, &session, "asking");
    window.click("task-panel ask-always");
    window.scroll_to("ask-rule");
    album.add(&home, &session, "asking-always");
    window.press("f");
    album.add(&home, &session, "asking-page");
    window.press("f");
    window.press(Key::Escape);
    window.click(&format!("{} ask-always", card(repeating)));
    window.scroll_to("ask-rule");
    album.add(&home, &session, "asking-always-matched");
    window.press(Key::Escape);
    assert_eq!(tasks::show(&home, asking).state(), "awaiting");
    window.click(&card(working));
    window.click("tab-tools");
    window.wait_for("tool-0", REACT);
    album.add(&home, &session, "tools");
    window.press("f");
    album.add(&home, &session, "tools-page");
    window.press("f");
    window.press(Key::Escape);
    window.click(&card(running));
    window.wait_for("task-log", REACT);
    album.add(&home, &session, "task-running");
    window.press("f");
    album.add(&home, &session, "task-page");
    window.press("f");
    window.press(Key::Escape);
    window.click(&card(failed));
    window.wait_for("task-state", REACT);
    album.add(&home, &session, "task-failed");
    window.press(Key::Escape);
    for (key, page) in
        [("2", "activity"), ("3", "settings"), ("1", "board-again"), ("?", "shortcuts")]
    {
        window.press(key);
        album.add(&home, &session, page);
    }
    window.press(Key::Escape);
    window.press("3");
    window.scroll_to("rules");
    album.add(&home, &session, "rules");
    window.click("rule-new");
    window.scroll_to("rule-form");
    album.add(&home, &session, "rule-form");
    window.type_into("rule-tool", "Bash");
    window.type_into("rule-part", "command");
    window.click("rule-look");
    window.wait_for_text("rule-form", "pattern is empty", REACT);
    album.add(&home, &session, "rule-refused");
    window.type_into("rule-pattern", "ls*");
    window.type_into("rule-note", "looking is fine");
    window.click("rule-look");
    window.wait_for("rule-meaning", REACT);
    album.add(&home, &session, "rule-seen");
    window.press("1");
    serve.kill();
    window.wait_for("error", RUN);
    album.add(&home, &session, "engine-away");
}

/// A task that repeats, and one that waits for another one. Gives their numbers.
fn plan(home: &Home, running: u64) -> (u64, u64) {
    let planned = ["--executor", "shell", "--title", "Back up the photographs", "--icon", "◆"];
    let words = ["--color", "blue", "--assignee", "ada", "--workspace", "photos", "--tag", "home"];
    let schedule = ["--weekly", "mon,thu", "--time", "18:30", "--zone", "Europe/Berlin", "--"];
    let planned =
        tasks::create(home, &[&planned[..], &words[..], &schedule[..], &["true"]].concat());
    let after = running.to_string();
    let waiting = ["--executor", "shell", "--title", "Upload the film", "--after", &after, "--"];
    let waiting = tasks::create(home, &[&waiting[..], &["true"]].concat());
    (planned, waiting)
}

/// One that an agent has done, one about which it asks, and one that asks for what it did before.
/// Gives their numbers.
fn agents(home: &Home, api: &Server) -> (u64, u64, u64) {
    let bash = |command: &str, why: &str| {
        Turn::of([call(
            "Bash",
            json!({"command": command, "description": why, "timeout": 120_000}),
        )])
    };
    let long = format!("ls -la {}", "/a/folder/that/lies/very/deep/below/the/others".repeat(4));
    rules(home, &["ls -la ~", "ls /nowhere", "uname -a", &long]);
    api.then([
        bash("ls -la ~", "See what is there"),
        bash("ls /nowhere", "Look further"),
        bash(&long, "Look as far as one can"),
        bash("uname -a", "See the system"),
        bash("uname -a", "See it once more"),
        Turn::of([call("Glob", json!({"pattern": "**/*.rs"}))]),
        Turn::of([call("WebFetch", json!({"url": "https://example.org/", "prompt": "Read it"}))]),
        Turn::of([text("The modules are listed above.")]),
    ]);
    let working = tasks::create(home, &["--claude", "List the modules of the workspace"]);
    tasks::wait_for_state(home, working, "completed");
    forget(home, "uname -a");
    let script = "cargo test --workspace\ncargo clippy --workspace -- -D warnings\ngit push origin main \u{202e}#";
    api.then([bash(script, "Test, check, and publish what was made")]);
    let asking = tasks::create(home, &["--claude", "Publish the release, once everything passes"]);
    tasks::wait_for_state(home, asking, "awaiting");
    api.then([bash("uname -a", "See the system")]);
    let repeating = tasks::create(home, &["--claude", "Say what system this is"]);
    tasks::wait_for_state(home, repeating, "awaiting");
    (working, asking, repeating)
}

/// Rules of every kind: for these commands, for a folder, with and without a note, and a long one.
fn rules(home: &Home, commands: &[&str]) {
    let rule = |words: &[&str]| aegis(home, &[&["rules"], words].concat()).exits(0);
    for command in commands {
        let input = format!("command={command}");
        rule(&["allow", "Bash", "--input", &input, "--note", "looking is fine"]);
    }
    let src = home.folder("src");
    let src = src.to_str().expect("a path in UTF-8");
    rule(&["allow", "Bash", "--input", "command=git *", "--in", src]);
    rule(&["allow", "Edit", "--in", src, "--note", "the folder is under version control"]);
    rule(&["allow", "mcp__github__*"]);
    rule(&["deny", "Bash", "--input", "command=*rm -rf*", "--note", "never"]);
    rule(&["deny", "WebFetch", "--note", "nothing from outside"]);
    rule(&["ask", "Bash", "--input", "command=git push*"]);
}

/// Takes away the rule for this command.
fn forget(home: &Home, command: &str) {
    let rules = aegis(home, &["rules", "list", "--json"]).exits(0).json();
    let rules = rules.as_array().expect("a list");
    let rule = rules.iter().find(|rule| rule["rule"]["input"][0]["is"] == command);
    let id = rule.and_then(|rule| rule["rule"]["id"].as_str()).expect("a rule");
    aegis(home, &["rules", "remove", id]).exits(0);
}

fn clear_line(window: &Window) {
    window.type_into("quick-add", Key::Control + "a");
    window.type_into("quick-add", Key::Delete);
    window.press(Key::Escape);
}

/// Cards in every column, with ordinary, long and foreign titles. Gives a running and a failed one.
fn fill_board(home: &Home) -> (u64, u64) {
    let shell = |title: &str, script: &str| {
        let words =
            ["--executor", "shell", "--title", title, "--retries", "0", "--", "sh", "-c", script];
        tasks::create(home, &words)
    };
    let manual = |title: &str, priority: &str| {
        let words = ["--executor", "shell", "--manual", "--title", title, "--priority", priority];
        tasks::create(home, &[&words[..], &["--", "true"]].concat())
    };
    manual("Sort the photographs of the summer", "2");
    manual("شراء الحليب 2% من المتجر في الطريق", "5");
    manual(&"A title that is much longer than any card is wide ".repeat(6), "10");
    for (when, title) in
        [("25m", "Stretch"), ("3h", "Call the dentist"), ("40h", "Water the plants")]
    {
        let words = ["task", "create", "--executor", "reminder", "--in", when, "--title", title];
        aegis(home, &words).exits(0);
    }
    for title in ["Check the disk", "Update the index of the library", "List what changed"] {
        let number = shell(title, "echo all is well; uname -a");
        tasks::wait_for_state(home, number, "completed");
    }
    let failed =
        shell("Build the site", "echo building; echo 'error: page 7 has no title' >&2; exit 3");
    tasks::wait_for_state(home, failed, "failed");
    shell("Watch the log of the server", "echo listening on port 8080; sleep 600");
    let script = "for i in $(seq 1 400); do echo \"frame $i of 400 rendered\"; done; sleep 600";
    let running = shell("Render the film", script);
    tasks::wait_for_state(home, running, "executing");
    (running, failed)
}
