//! What is the user's own: backups, restore, export, import, and whether everything is well.

use std::fs;
use std::os::unix::fs::MetadataExt;

use crate::harness::home::Home;
use crate::harness::mounts::Mounts;
use crate::harness::program::{aegis, sh};
use crate::harness::serve::Serve;
use crate::harness::tasks;

const BY_HAND: [&str; 4] = ["--executor", "shell", "--manual", "--title"];

fn create(home: &Home, title: &str) -> u64 {
    tasks::create(home, &[&BY_HAND[..], &[title, "--", "true"]].concat())
}

fn back_up(home: &Home) -> String {
    let made = aegis(home, &["backup", "create", "--json"]).exits(0);
    made.json()["name"].as_str().unwrap().to_owned()
}

fn restore(home: &Home, backup: &str) {
    aegis(home, &["backup", "restore", backup]).exits(0);
}

#[test]
fn a_backup_of_a_running_engine_brings_everything_back() {
    let home = Home::new();
    let backup = {
        let _serve = Serve::start(&home);
        let ran = tasks::create_script(&home, "echo it ran");
        tasks::wait_for_state(&home, ran, "completed");
        let backup = back_up(&home);
        create(&home, "made after it");
        aegis(&home, &["backup", "verify", &backup]).exits(0);
        // Over a running engine nothing is put back.
        aegis(&home, &["backup", "restore", &backup]).refuses(5, &["engine stop"]);
        aegis(&home, &["engine", "stop"]).exits(0);
        backup
    };
    let both = tasks::list(&home);
    assert_eq!(both.len(), 2);
    restore(&home, &backup);
    let [ran] = tasks::list(&home)[..] else { panic!("one task") };
    assert!(tasks::log(&home, ran).contains("it ran"), "logs stay as they are");
    // What was replaced is kept, and can be put back as well.
    let kept = aegis(&home, &["backup", "list", "--json"]).json();
    let kept = kept.as_array().unwrap().iter().find(|b| b["reason"] == "replaced").unwrap();
    restore(&home, kept["name"].as_str().unwrap());
    assert_eq!(tasks::list(&home), both);
}

#[test]
fn what_is_no_backup_changes_nothing() {
    let home = Home::new();
    let number = create(&home, "mine");
    let letter = home.home().join("letter");
    fs::write(&letter, "dear aunt, ".repeat(1000)).unwrap();
    let database = home.data().join("aegis.db");
    let before = fs::metadata(&database).unwrap().ino();
    aegis(&home, &["backup", "restore", letter.to_str().unwrap()]).refuses(5, &["letter"]);
    aegis(&home, &["backup", "restore", "aegis.db"]).refuses(3, &["aegis.db"]);
    aegis(&home, &["backup", "verify", "/nowhere/at-all.db"]).refuses(3, &["at-all.db"]);
    assert_eq!(fs::metadata(&database).unwrap().ino(), before);
    assert_eq!(tasks::list(&home), [number]);
}

#[test]
fn a_disk_that_gets_full_leaves_no_half_backup() {
    let mut home = Home::new();
    let _disk = Mounts::small_disk(&mut home, 8);
    let description = "x".repeat(60_000);
    let words = [&BY_HAND[..], &["large", "--description", &description, "--", "true"]].concat();
    for _ in 0..20 {
        tasks::create(&home, &words);
    }
    let filler = home.data().join("filler");
    sh(&home, "dd if=/dev/zero of=\"$0\" bs=4k 2>/dev/null || true", &[filler.as_os_str()])
        .exits(0);
    sh(&home, "truncate -s -256K \"$0\"", &[filler.as_os_str()]).exits(0);
    aegis(&home, &["backup", "create"]).refuses(5, &["room"]);
    let folder = home.data().join("backups");
    sh(&home, "test -z \"$(ls -A \"$0\")\"", &[folder.as_os_str()]).exits(0);
    sh(&home, "rm \"$0\"", &[filler.as_os_str()]).exits(0);
    let backup = back_up(&home);
    aegis(&home, &["backup", "verify", &backup]).exits(0);
}

#[test]
fn everything_goes_out_and_in_and_out_again_as_it_was() {
    let home = Home::new();
    {
        let _serve = Serve::start(&home);
        let ran = tasks::create_script(&home, "echo it ran");
        tasks::wait_for_state(&home, ran, "completed");
        let failed =
            tasks::create(&home, &["--executor", "shell", "--retries", "0", "--", "false"]);
        tasks::wait_for_state(&home, failed, "failed");
        create(&home, "by hand – „später“");
        aegis(&home, &["fact", "set", "mood", "4"]).exits(0);
        aegis(&home, &["resource", "set", "gpu", "2"]).exits(0);
    }
    let export = aegis(&home, &["export"]).exits(0);
    let file = home.home().join("all.jsonl");
    let name = file.to_str().unwrap();
    aegis(&home, &["export", name]).exits(0);
    assert_eq!(fs::read(&file).unwrap(), export.stdout);
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
    aegis(&home, &["export", name]).refuses(4, &["all.jsonl"]);

    let other = Home::new();
    aegis(&other, &["import", name]).exits(0);
    assert_eq!(aegis(&other, &["export"]).stdout, export.stdout);
    assert_eq!(tasks::list(&other), tasks::list(&home));
    // Once is enough; beside what is there nothing changes.
    aegis(&other, &["import", name]).refuses(4, &["--merge"]);
    aegis(&other, &["import", "--merge", name]).exits(0);
    assert_eq!(aegis(&other, &["export"]).stdout, export.stdout);
    let _serve = Serve::start(&other);
    aegis(&other, &["import", "--merge", name]).refuses(5, &["engine stop"]);
}

#[test]
fn an_export_that_was_cut_or_changed_is_refused_whole() {
    let home = Home::new();
    create(&home, "water the plants");
    let whole = aegis(&home, &["export"]).text();
    let other = Home::new();
    let file = other.home().join("all.jsonl");
    let name = file.to_str().unwrap();
    let refused = |text: &str, words: &[&str]| {
        fs::write(&file, text).unwrap();
        aegis(&other, &["import", name]).refuses(4, words);
    };
    refused(&whole[..whole.len() / 2], &["ends after line"]);
    refused(&whole.replace("plants", "plough"), &["changed"]);
    refused(&whole.replacen("\"priority\":", "\"priority\":9", 1), &["Line 2"]);
    refused("dear aunt\n", &["not an export"]);
    refused("", &["not an export"]);
    assert_eq!(tasks::list(&other), [0; 0]);
}

#[test]
fn the_doctor_says_what_is_wrong_and_changes_nothing() {
    let home = Home::new();
    aegis(&home, &["doctor"]).exits(0);
    assert!(!home.data().exists());
    {
        let _serve = Serve::start(&home);
        create(&home, "task");
        let well = aegis(&home, &["doctor", "--json"]).exits(0);
        let checks = well.json()["checks"].clone();
        let of = |name: &str| {
            checks.as_array().unwrap().iter().find(|c| c["name"] == name).unwrap().clone()
        };
        assert_eq!(of("engine")["verdict"], "ok");
        assert_eq!(of("database")["verdict"], "ok");
        assert_eq!(of("backups")["verdict"], "warning");
    }
    fs::write(home.data().join("aegis.db"), "dear aunt, ".repeat(1000)).unwrap();
    let ill = aegis(&home, &["doctor"]).exits(1);
    assert!(ill.text().contains("problem"), "{ill:?}");
    assert!(ill.text().contains("backup restore"), "{ill:?}");
}
