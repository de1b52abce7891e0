//! A disk that is read-only or full.

use std::path::Path;

use crate::harness::home::Home;
use crate::harness::mounts::Mounts;
use crate::harness::program::{aegis, sh};
use crate::harness::serve::Serve;
use crate::harness::tasks;

/// Takes all the room that is left beside the database, or gives it back.
fn fill(home: &Home) {
    let filler = home.data().join("filler");
    let script = "dd if=/dev/zero of=\"$0\" bs=4k 2>/dev/null || true";
    sh(home, script, &[filler.as_os_str()]).exits(0);
}

fn make_room(home: &Home) {
    let filler = home.data().join("filler");
    sh(home, "rm \"$0\"", &[filler.as_os_str()]).exits(0);
}

/// More than fits into what the database has set aside.
fn create_until_refused(home: &Home) -> (Vec<u64>, crate::harness::program::Finished) {
    let description = "x".repeat(60_000);
    let words = ["task", "create", "--executor", "shell", "--manual", "--json", "--description"];
    let mut made = Vec::new();
    for _ in 0..200 {
        let answer = aegis(home, &[&words[..], &[&description, "--", "true"]].concat());
        if !answer.status.success() {
            return (made, answer);
        }
        made.push(answer.json()["card"]["number"].as_u64().unwrap());
    }
    panic!("the disk never was full");
}

#[test]
fn a_full_disk_is_told_and_what_was_acknowledged_is_kept() {
    let mut home = Home::new();
    let _disk = Mounts::small_disk(&mut home, 8);
    let first = tasks::create(&home, &["--executor", "shell", "--manual", "--", "true"]);
    fill(&home);
    let (mut made, refused) = create_until_refused(&home);
    refused.refuses(5, &["full"]);
    // Newest first, as they are listed.
    made.insert(0, first);
    made.reverse();
    make_room(&home);
    assert_eq!(tasks::list(&home), made);
    let last = tasks::create(&home, &["--executor", "shell", "--manual", "--", "true"]);
    made.insert(0, last);
    assert_eq!(tasks::list(&home), made);
}

#[test]
fn an_engine_outlives_a_full_disk() {
    let mut home = Home::new();
    let _disk = Mounts::small_disk(&mut home, 8);
    let _serve = Serve::start(&home);
    let before = tasks::create_script(&home, "true");
    tasks::wait_for_state(&home, before, "completed");
    fill(&home);
    let (made, refused) = create_until_refused(&home);
    refused.refuses(5, &["full"]);
    assert_eq!(tasks::list(&home).len(), made.len() + 1, "what is there can be read");
    make_room(&home);
    let after = tasks::create_script(&home, "echo room again");
    tasks::wait_for_state(&home, after, "completed");
    assert!(tasks::log(&home, after).contains("room again"));
}

#[test]
fn a_log_that_fills_the_disk_does_not_hold_up_its_program() {
    let mut home = Home::new();
    let _disk = Mounts::small_disk(&mut home, 8);
    let _serve = Serve::start(&home);
    let filler = home.data().join("filler");
    sh(&home, "head -c 2M /dev/zero > \"$0\"", &[filler.as_os_str()]).exits(0);
    let number = tasks::create_script(&home, "yes | head -c 20M; echo the end >&2");
    home.wait_for_processes_in("work", |count| count > 0);
    home.wait_for_processes_in("work", |count| count == 0);
    // How it ended can be written down when there is room again.
    make_room(&home);
    let ended = |task: &tasks::Task| matches!(task.column(), "done" | "failed");
    tasks::wait_until(&home, number, "ended", tasks::RUN, ended);
    assert!(tasks::log(&home, number).starts_with("y\n"), "its beginning can be read");
    let after = tasks::create_script(&home, "true");
    tasks::wait_for_state(&home, after, "completed");
}

#[test]
fn a_read_only_directory_is_told() {
    let mut home = Home::new();
    let number = tasks::create(&home, &["--executor", "shell", "--manual", "--", "true"]);
    {
        let _mount = Mounts::read_only(&mut home);
        let folder = home.data().to_str().unwrap().to_owned();
        aegis(&home, &["serve"]).refuses(5, &["read-only", &folder]);
        aegis(&home, &["task", "create", "--executor", "shell", "--", "true"])
            .refuses(5, &["read-only", &folder]);
    }
    home.wrap(Vec::new());
    assert_eq!(tasks::list(&home), [number]);
}

#[test]
fn a_directory_that_cannot_be_made_is_told() {
    let mut home = Home::new().with_data_in("parent/data");
    let parent = home.data().parent().unwrap().to_owned();
    let _mount = Mounts::read_only_at(&mut home, &parent);
    let folder = home.data().to_str().unwrap().to_owned();
    aegis(&home, &["task", "list"]).refuses(5, &[&folder]);
    assert!(!Path::new(&folder).exists());
}
