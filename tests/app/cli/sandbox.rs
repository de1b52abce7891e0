//! Sandboxes, as a person asks for them.

use std::fs;

use serde_json::json;

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks;

#[test]
fn a_task_in_a_sandbox_works_where_it_may_and_shows_what_it_is_kept_from() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let work = home.folder("work");
    fs::create_dir_all(home.home().join(".ssh")).unwrap();
    let secret = home.home().join(".ssh/id");
    fs::write(&secret, "hunter2").unwrap();
    let script = format!("cat {} ; echo done > here; echo out > ../out; exit 0", secret.display());
    let words = ["--cwd", work.to_str().unwrap(), "--sandbox", "strict", "--max-memory", "1G"];
    let number = tasks::create(&home, &[&words[..], &["--", "sh", "-c", &script]].concat());
    tasks::wait_for_state(&home, number, "completed");
    let log = tasks::log(&home, number);
    assert!(log.contains("Sandbox: strict, with no network."), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
    assert!(work.join("here").exists() && !home.home().join("out").exists());

    let number = number.to_string();
    let show = || aegis(&home, &["task", "show", &number]).exits(0).text();
    assert!(show().contains("strict, at most 1073741824 bytes of memory"), "{}", show());
    aegis(&home, &["task", "edit", &number, "--sandbox", "workspace", "--protect-git"]).exits(0);
    let view = aegis(&home, &["task", "show", &number, "--json"]).exits(0).json();
    let sandbox = &view["task"]["definition"]["executor"]["settings"]["sandbox"];
    assert_eq!(sandbox["profile"], "workspace", "{view}");
    assert_eq!(sandbox["limits"]["memory_bytes"], json!(1 << 30));
    aegis(&home, &["task", "edit", &number, "--clear", "sandbox"]).exits(0);
    assert!(!show().contains("Sandbox"), "{}", show());
}

#[test]
fn the_floor_holds_every_task_and_a_hole_in_a_sandbox_is_refused() {
    let home = Home::new();
    let _serve = Serve::start(&home);
    let work = home.folder("work");
    let work = work.to_str().unwrap();
    let create = |options: &[&str]| {
        aegis(&home, &[&["task", "create", "--manual"], options, &["--", "true"]].concat())
    };
    create(&["--sandbox", "workspace"]).refuses(4, &["home directory", "--cwd"]);
    create(&["--cwd", work, "--sandbox", "strict", "--writable", "/usr"]).refuses(4, &["outside"]);
    create(&["--cwd", work, "--no-network"]).refuses(4, &["workspace or strict"]);
    create(&["--cwd", work, "--sandbox", "loose"]).refuses(2, &["strict"]);
    aegis(&home, &["settings", "set", "sandbox-floor", "workspace"]).exits(0);
    create(&["--cwd", work, "--sandbox", "none"]).refuses(4, &["sandbox-floor"]);
    create(&["--cwd", work]).exits(0);
    let doctor = aegis(&home, &["doctor"]).text();
    assert!(doctor.contains("sandbox"), "{doctor}");
}
