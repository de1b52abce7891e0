//! What programs say of their runs, what they leave behind, and how they are held.

use std::fs;

use serde_json::{Value, json};

use crate::harness::home::Home;
use crate::harness::poll;
use crate::harness::program::{Finished, aegis, path};
use crate::harness::serve::Serve;
use crate::harness::tasks::{self, RUN};

/// Makes a task that runs this script in the folder `work`; `$0` is `aegis`.
fn create(home: &Home, options: &[&str], script: &str) -> u64 {
    let (work, program) = (home.folder("work"), path("aegis"));
    let (work, program) = (work.to_str().unwrap(), program.to_str().unwrap());
    let words = [&["--cwd", work], options, &["--", "sh", "-c", script, program]].concat();
    tasks::create(home, &words)
}

fn shown(home: &Home, number: u64) -> Value {
    aegis(home, &["task", "show", &number.to_string(), "--json"]).exits(0).json()
}

/// Waits until a part of what is shown of the task is so.
fn until(home: &Home, number: u64, pointer: &str, value: &Value) -> Value {
    poll::until(&format!("{pointer} to be {value}"), RUN, || {
        let view = shown(home, number);
        (view.pointer(pointer) == Some(value)).then_some(view)
    })
}

fn artifact(home: &Home, number: u64, words: &[&str]) -> Finished {
    let number = number.to_string();
    let (verb, rest) = words.split_first().unwrap();
    aegis(home, &[&["task", "artifact", verb, &number], rest].concat())
}

#[test]
fn what_a_program_reports_is_shown_and_survives_a_crash() {
    let home = Home::new();
    let serve = Serve::start(&home);
    let script = r#"
        cat "${AEGIS_CHECKPOINT:-/dev/null}"
        "$0" report progress 40 copying &&
        "$0" report checkpoint half --data '{"at": 500}' &&
        echo content > a.txt && "$0" report artifact a.txt && "$0" report step writing
        exec sleep 600"#;
    let number = create(&home, &[], script);
    let view = until(&home, number, "/runs/0/progress/step", &json!("writing"));
    assert_eq!(view["runs"][0]["progress"]["percent"], 40);
    assert!(view["runs"][0]["progress"]["done_at"].is_string(), "{}", view["runs"][0]);
    assert_eq!(view["runs"][0]["artifacts"][0]["path"], "a.txt");
    assert_eq!(view["card"]["run"]["progress"]["percent"], 40);
    let text = aegis(&home, &["task", "show", &number.to_string()]).exits(0).text();
    for words in ["40 % · writing", "half", "a.txt · 8 B"] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
    let log = tasks::log(&home, number);
    for words in ["Progress: 40 % · copying", "Checkpoint: half", "Kept what it left behind: a.txt"]
    {
        assert!(log.contains(words), "no {words:?} in {log}");
    }
    serve.kill();

    let _serve = Serve::start(&home);
    let view = until(&home, number, "/runs/0/number", &json!(2));
    assert_eq!(view["runs"][1]["progress"]["percent"], 40, "it is what it was");
    poll::until("the next attempt to find the checkpoint", RUN, || {
        tasks::log(&home, number).starts_with("{\"at\":500}").then_some(())
    });
    aegis(&home, &["task", "cancel", &number.to_string()]).exits(0);
    tasks::wait_for_state(&home, number, "cancelled");
}

#[test]
fn what_a_run_leaves_behind_is_kept_listed_and_saved() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let script = "mkdir -p out/b; echo one > out/a.txt; echo two > out/b/c.txt
        ln -sf /etc/hostname out/link.txt; ln -sf / out/root; exit 3";
    let options = ["--artifact", "out/**/*.txt", "--retries", "0"];
    let number = create(&home, &options, script);
    tasks::wait_for_state(&home, number, "failed");
    let list = || {
        let number = number.to_string();
        aegis(&home, &["task", "artifacts", &number, "--json"]).exits(0).json()
    };
    let files = list()["artifacts"].as_array().unwrap().clone();
    let paths: Vec<_> = files.iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["out/a.txt", "out/b/c.txt"], "nothing behind a link that leads out");
    // SHA-256 of "two\n", as sha256sum(1) says.
    let sha = "27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a";
    assert_eq!(files[1]["kept"]["sha256"], sha);
    assert_eq!(artifact(&home, number, &["save", "c.txt", "--to", "-"]).exits(0).text(), "two\n");
    let work = home.folder("work");
    let to = work.to_str().unwrap();
    artifact(&home, number, &["save", "out/b/c.txt", "--to", to]).exits(0);
    assert_eq!(fs::read_to_string(work.join("c.txt")).unwrap(), "two\n");
    artifact(&home, number, &["save", "c.txt", "--to", to]).refuses(4, &["exists", "--force"]);
    artifact(&home, number, &["save", "c.txt", "--to", to, "--force"]).exits(0);
    artifact(&home, number, &["save", "d.txt", "--to", "-"]).refuses(3, &["d.txt"]);
    let copy = artifact(&home, number, &["path", "a.txt"]).exits(0).text();
    assert_eq!(fs::read_to_string(copy.trim_end()).unwrap(), "one\n");

    // With less room, the rest is listed and said to be left out.
    aegis(&home, &["settings", "set", "artifact-files", "1"]).exits(0);
    aegis(&home, &["task", "run", &number.to_string()]).exits(0);
    until(&home, number, "/runs/0/artifacts/1/kept/why", &json!("too_many"));
    assert!(tasks::log(&home, number).contains("out/b/c.txt (too many files)"));
    let text = aegis(&home, &["task", "artifacts", &number.to_string()]).exits(0).text();
    assert!(text.contains("left out: too many files"), "{text}");
    // A copy that is gone is said to be gone.
    fs::remove_file(copy.trim_end()).unwrap();
    artifact(&home, number, &["path", "a.txt"]).refuses(3, &["gone"]);
}

#[test]
fn a_program_that_makes_checkpoints_is_held_at_one() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let script = r#"
        if [ "$AEGIS_CHECKPOINT" ]; then echo "from $AEGIS_CHECKPOINT_LABEL"; exit 0; fi
        trap '"$0" report checkpoint end; exit 1' INT
        "$0" report checkpoint begin; echo up; while :; do sleep 0.05; done"#;
    let number = create(&home, &["--pause", "checkpoint"], script);
    let name = number.to_string();
    until(&home, number, "/runs/0/checkpoints/0/label", &json!("begin"));
    aegis(&home, &["task", "pause", &name]).exits(0);
    // Its run ends, and with it every process; its slot is free.
    until(
        &home,
        number,
        "/card/state",
        &json!({"name": "paused", "pause": "checkpoint", "run": null}),
    );
    home.wait_for_processes_in("work", |count| count == 0);
    let status = aegis(&home, &["engine", "status", "--json"]).exits(0).json();
    assert_eq!(status["slots_used"], 0);
    aegis(&home, &["task", "resume", &name]).exits(0);
    let task = tasks::wait_for_state(&home, number, "completed");
    assert_eq!((task.runs(), task.last_reason()), (2, "resume"));
    assert!(tasks::log(&home, number).starts_with("from end\n"));
}

#[test]
fn nonsense_is_noted_and_harms_nobody() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let script = r#"
        printf '\033[2J{\377\n{"progress": 900}\n' > "$AEGIS_REPORT"
        head -c 600000 /dev/zero | tr '\0' x > "$AEGIS_REPORT"
        "$0" report artifact /etc/hostname
        "$0" report progress 70"#;
    let number = create(&home, &[], script);
    let task = tasks::wait_for_state(&home, number, "completed");
    assert_eq!(task.exit_code(), Some(0));
    let log = tasks::log(&home, number);
    assert!(log.contains("was not used") && log.contains("outside the folder"), "{log}");
    assert_eq!(shown(&home, number)["runs"][0]["progress"]["percent"], 70);

    let report = |words: &[&str]| aegis(&home, &[&["report"], words].concat());
    report(&["progress", "40"]).refuses(3, &["does not belong to a run"]);
    assert_eq!(report(&["progress", "101"]).status.code(), Some(2));
    report(&["artifact", "/nowhere"]).refuses(4, &["/nowhere"]);
    let create = ["task", "create", "--artifact", "../x", "--", "true"];
    aegis(&home, &create).refuses(4, &["../x", "leads out"]);
    let create = ["task", "create", "--artifact", "x", "--in", "10m", "--title", "Stretch"];
    aegis(&home, &create).refuses(4, &["reminder", "no folder"]);
}
