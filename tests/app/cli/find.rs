//! Finding tasks, asking once, and letting go of what is old.

use std::fs;

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks;

fn titles(home: &Home, words: &[&str]) -> Vec<String> {
    let page = aegis(home, &[&["task", "list", "--json"], words].concat()).exits(0).json();
    let tasks = page["tasks"].as_array().expect("tasks").iter();
    tasks.map(|task| task["title"].as_str().expect("a title").to_owned()).collect()
}

fn found(home: &Home, words: &[&str]) -> Vec<u64> {
    let page = aegis(home, &[&["search", "--json"], words].concat()).exits(0).json();
    assert_eq!(page["complete"], true);
    let hits = page["hits"].as_array().expect("hits").iter();
    hits.map(|hit| hit["card"]["number"].as_u64().expect("a number")).collect()
}

#[test]
fn what_was_made_and_what_it_printed_is_found_with_an_engine_and_without() {
    let home = Home::new();
    let yours = ["--title", "Renew the certificate", "--description", "of the mail server"];
    let yours = tasks::create(&home, &yours);
    assert_eq!(found(&home, &["mail", "certif*"]), [yours], "no engine runs");
    let printed = {
        let _serve = Serve::start(&home);
        let script = "echo the quick; echo brown fox; exit 3";
        let words = ["--title", "Say it", "--retries", "0", "--", "sh", "-c", script];
        let printed = tasks::create(&home, &words);
        tasks::wait_for_state(&home, printed, "failed");
        assert_eq!(found(&home, &["\"brown fox\""]), [printed]);
        assert_eq!(found(&home, &["--status", "failed", "fox"]), [printed]);
        assert!(found(&home, &["--status", "completed", "fox"]).is_empty());
        aegis(&home, &["engine", "stop"]).exits(0);
        printed
    };
    let shown = aegis(&home, &["search", "fox"]).exits(0).text();
    assert!(shown.contains(&format!("#{printed}")) && shown.contains("log of run 1: "), "{shown}");
    assert_eq!(found(&home, &["--", "renew", "-fox"]), [yours]);
    aegis(&home, &["search", "!?"]).refuses(4, &["no word"]);
    // Damaged beyond use, it is made again.
    fs::write(home.data().join("search.db"), "not an index").expect("to write");
    let doctor = aegis(&home, &["doctor"]).text();
    assert!(doctor.contains("search index") && doctor.contains("damaged"), "{doctor}");
    assert_eq!(found(&home, &["fox"]), [printed]);
}

#[test]
fn a_list_comes_in_the_order_and_the_pages_that_are_asked_for() {
    let home = Home::new();
    for (title, priority) in [("beta", "2"), ("Alpha", "8"), ("gamma", "8")] {
        tasks::create(&home, &["--title", title, "--priority", priority, "--tag", "abc"]);
    }
    assert_eq!(titles(&home, &[]), ["gamma", "Alpha", "beta"]);
    assert_eq!(titles(&home, &["--sort", "title"]), ["Alpha", "beta", "gamma"]);
    assert_eq!(titles(&home, &["--sort", "number", "--reverse"]), ["beta", "Alpha", "gamma"]);
    assert_eq!(titles(&home, &["--text", "a", "--tag", "abc", "--status", "pending"]).len(), 3);
    let words = ["task", "list", "--sort", "title", "--limit", "2", "--json"];
    let page = aegis(&home, &words).exits(0).json();
    let next = page["next"].as_str().expect("a place");
    assert_eq!(titles(&home, &["--sort", "title", "--limit", "2", "--after", next]), ["gamma"]);
    aegis(&home, &["task", "list", "--after", next]).refuses(4, &["not a place"]);
    aegis(&home, &["task", "list", "--sort", "colour"]).exits(2);
}

#[test]
fn a_request_with_a_key_makes_one_task_however_often_it_is_said() {
    let home = Home::new();
    let words = ["--key", "deploy-7", "--manual", "--", "echo", "deploy"];
    let first = tasks::create(&home, &words);
    for _ in 0..3 {
        assert_eq!(tasks::create(&home, &words), first);
    }
    let said = aegis(&home, &[&["task", "create"], &words[..]].concat()).exits(0);
    assert!(said.stderr.contains("nothing was made"), "{said:?}");
    let other = ["task", "create", "--key", "deploy-7", "--manual", "--", "echo", "else"];
    aegis(&home, &other).refuses(4, &["deploy-7", "#1"]);
    assert_eq!(tasks::list(&home), [first]);
    // One at a time of a kind, by a name of its own.
    let nightly = ["--unique", "nightly", "--manual", "--", "true"];
    let one = tasks::create(&home, &nightly);
    let refused = [&["task", "create"], &nightly[..]].concat();
    aegis(&home, &refused).refuses(4, &["nightly", &format!("#{one}")]);
    assert_eq!(tasks::create(&home, &[&["--unique-existing"], &nightly[..]].concat()), one);
    let running = [&["--unique-while", "running"], &nightly[..]].concat();
    assert_ne!(tasks::create(&home, &running), one);
}

#[test]
fn a_deleted_task_goes_for_good_with_its_log() {
    let home = Home::new();
    let number = {
        let _serve = Serve::start(&home);
        let number = tasks::create_script(&home, "echo a secret of mine");
        tasks::wait_for_state(&home, number, "completed");
        aegis(&home, &["engine", "stop"]).exits(0);
        number
    };
    let name = number.to_string();
    aegis(&home, &["task", "purge", &name]).refuses(4, &["Delete it first"]);
    aegis(&home, &["task", "delete", &name]).exits(0);
    aegis(&home, &["clean", "--dry-run"]).exits(0);
    aegis(&home, &["task", "purge", &name]).exits(0);
    aegis(&home, &["task", "show", &name]).exits(3);
    let logs = walk(&home.data().join("runs"));
    assert!(logs.is_empty(), "{logs:?}");
    assert_eq!(tasks::create(&home, &["--title", "the next"]), number + 1);
    let said = aegis(&home, &["task", "purge", "--all"]).exits(0).text();
    assert!(said.contains("for good: 0"), "{said}");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let below = |entry: fs::DirEntry| {
        if entry.path().is_dir() { walk(&entry.path()) } else { vec![entry.path()] }
    };
    entries.flat_map(below).collect()
}

#[test]
fn how_long_things_are_kept_can_be_said() {
    let home = Home::new();
    aegis(&home, &["settings", "set", "keep-logs-days", "14"]).exits(0);
    let settings = aegis(&home, &["settings", "show", "--json"]).exits(0).json();
    assert_eq!(settings["keep"]["logs_days"], 14);
    aegis(&home, &["settings", "set", "keep-logs-days", "99999"]).refuses(4, &["36500"]);
    aegis(&home, &["settings", "set", "keep-logs-days", "long"]).exits(2);
    let said = aegis(&home, &["clean", "--dry-run", "--json"]).exits(0).json();
    assert_eq!((&said["dry_run"], &said["logs"]), (&true.into(), &0.into()));
}
