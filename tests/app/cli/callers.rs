//! Who calls: the user, a program of a run, or a client of `aegis mcp`.

use std::fs;

use aegis_peers::messages::{Server, Turn, call, text};
use serde_json::{Value, json};

use crate::harness::agent;
use crate::harness::home::Home;
use crate::harness::program::{aegis, path, program_within, sh};
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};

/// Runs a script in which `aegis` is this user's Aegis, as a task; gives what it wrote to `out`.
fn as_a_task(home: &Home, script: &str) -> String {
    let program = path("aegis");
    let whole = format!(
        "export AEGIS_HOME='{}' PATH='{}':\"$PATH\"; cd \"$HOME\"; rm -f out
         {{ {script}\n}} > out 2>&1; true",
        home.data().display(),
        program.parent().expect("its folder").display(),
    );
    let number = tasks::create_script(home, &whole);
    tasks::wait_for_state(home, number, "completed");
    fs::read_to_string(home.home().join("out")).expect("what it wrote")
}

fn rules(home: &Home) -> Value {
    aegis(home, &["rules", "list", "--json"]).exits(0).json()
}

/// What only the user does, and a word of the sentence that refuses it.
const HELD: [&str; 5] = [
    "aegis rules allow Bash",
    "aegis settings set slots 7",
    "aegis roots add /usr",
    "printf secret-value-of-a-key | aegis key set sneaky",
    "aegis task create --json-file loose.json",
];

#[test]
fn a_program_of_a_run_makes_tasks_and_gives_itself_no_rights() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let loose = json!({
        "title": "loose", "schedule": {"kind": "manual"}, "approval_policy": "allow",
    });
    fs::write(home.home().join("loose.json"), loose.to_string()).expect("a file");
    for held in HELD {
        let ways = [
            format!("{held}; echo code $?"),
            // Without the variable that names its run, and with its parents gone.
            format!(
                "unset AEGIS_RUN; sh -c \"(sleep 0.1; {held}; echo code \\$?) &\"
                 until grep -q code out; do sleep 0.05; done"
            ),
        ];
        for way in ways {
            let told = as_a_task(&home, &way);
            assert!(told.contains("that is for you alone"), "{way}: {told}");
            assert!(told.contains("Do it yourself"), "{way}: {told}");
            assert!(!told.contains("code 0"), "{way}: {told}");
        }
    }
    assert_eq!(rules(&home), json!([]));
    // The control: the same from outside.
    aegis(&home, &["rules", "allow", "Bash"]).exits(0);
    aegis(&home, &["settings", "set", "slots", "7"]).exits(0);
    let file = home.home().join("loose.json");
    aegis(&home, &["task", "create", "--json-file", file.to_str().expect("a path")]).exits(0);
    assert_eq!(rules(&home).as_array().map(Vec::len), Some(1));
}

#[test]
fn what_a_run_makes_is_recorded_as_its_agents() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let create = "task create --manual --title made --executor shell -- true";
    as_a_task(&home, &format!("unset AEGIS_RUN; aegis {create}"));
    let made = aegis(&home, &["task", "list", "--json"]).exits(0).json();
    let made = made["tasks"].as_array().expect("tasks");
    let made = made.iter().find(|task| task["title"] == "made").expect("the task");
    let number = made["number"].as_u64().expect("its number").to_string();
    let shown = aegis(&home, &["task", "show", &number, "--json"]).exits(0).json();
    assert_eq!(shown["task"]["requester"], json!({"kind": "agent", "id": "shell"}), "{shown}");
    assert!(shown["task"]["origin"].is_object(), "its run counts what it makes: {shown}");
    let own = tasks::create(&home, &["--manual", "--executor", "shell", "--", "true"]);
    let shown = aegis(&home, &["task", "show", &own.to_string(), "--json"]).exits(0).json();
    assert_eq!(shown["task"]["requester"], json!({"kind": "human", "id": "cli"}));
}

#[test]
fn a_run_does_not_answer_what_another_one_asks() {
    let home = Home::new();
    let serve = Serve::start(&home);
    let script = ["--on-interrupt", "ask", "--executor", "shell", "--", "sleep", "600"];
    let asks = tasks::create(&home, &script);
    tasks::wait_for_state(&home, asks, "executing");
    serve.kill();
    let _serve = Serve::start(&home);
    tasks::wait_for_state(&home, asks, "awaiting");
    let told = as_a_task(&home, &format!("aegis approvals allow {asks}; echo code $?"));
    assert!(told.contains("for you alone") && !told.contains("code 0"), "{told}");
    assert_eq!(tasks::show(&home, asks).state(), "awaiting");
    aegis(&home, &["approvals", "allow", &asks.to_string()]).exits(0);
    tasks::wait_for_state(&home, asks, "executing");
}

/// The history names the client by the name that it gives itself, and says that it is one.
#[test]
fn what_a_client_of_the_board_makes_is_recorded_as_its() {
    let api = Server::start([
        Turn::of([call("mcp__board__create_background_task", json!({"title": "greet"}))]),
        Turn::of([text("Made.")]),
    ]);
    let mut home = agent::user(&api);
    home.set("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    home.set("DISABLE_AUTOUPDATER", "1");
    let _serve = Serve::start(&home);
    let server = json!({ "mcpServers": { "board": {
        "type": "stdio", "command": path("aegis"), "args": ["mcp"],
    }}});
    let words = [
        "-p",
        "Make a task.",
        "--strict-mcp-config",
        &format!("--mcp-config={server}"),
        "--allowed-tools=mcp__board",
    ];
    program_within(&home, &aegis_peers::claude::program(), &words, RUN);
    let shown = aegis(&home, &["task", "show", "1", "--json"]).exits(0).json();
    assert_eq!(
        shown["task"]["requester"],
        json!({"kind": "agent", "id": "mcp: claude-code"}),
        "{shown}"
    );
    let told = aegis(&home, &["task", "show", "1"]).exits(0).text();
    assert!(told.contains("mcp: claude-code"), "{told}");
    let uses = aegis(&home, &["task", "tools", "--json"]).exits(0).json();
    assert_eq!(uses["uses"][0]["client"], "claude-code", "{uses}");
}

/// One that says it over the socket itself is held just the same, and cannot take it back.
#[test]
fn whoever_says_that_it_is_an_agent_stays_one() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let script = r#"
import json, socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile("rw")
def say(frame): f.write(json.dumps(frame) + "\n"); f.flush()
def ask(method, params):
    say({"type": "request", "id": 1, "method": method, "params": params}); return f.readline()
say({"type": "introduce", "agent": "odd\u202e one"})
print(ask("engine.stop", {}))
say({"type": "introduce", "agent": "you"})
print(ask("engine.stop", {}))
"#;
    let socket = home.data().join("engine.sock");
    let file = home.home().join("say.py");
    fs::write(&file, script).expect("the script");
    let said = sh(&home, r#"python3 "$0" "$1""#, &[file.as_os_str(), socket.as_os_str()]);
    let said = said.exits(0).text();
    assert_eq!(said.matches("is not for agents").count(), 2, "{said}");
}
