//! Which program it is.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use aegis_domain::{ErrorCategory, Failure};
use aegis_executors::ClaudeCodeParts;
use aegis_peers::messages::{Turn, text};

use super::{Desk, parts, prompt};
use crate::engine::{Handle, Live, failure};
use crate::workspace::shell_job;

/// A script that is taken for Claude Code.
fn script(desk: &Desk, lines: &str) -> PathBuf {
    let file = desk.machine.path("claude");
    fs::write(&file, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

async fn refused(desk: &Desk, program: PathBuf) -> Failure {
    let path: Arc<dyn Fn() -> Option<PathBuf> + Send + Sync> =
        Arc::new(move || Some(program.clone()));
    let executor = desk.executor_with(desk.env(), ClaudeCodeParts { path, ..parts(None) });
    let mut run = Live::start(executor, shell_job(prompt("Do it.").into_spec()), Handle::new());
    failure(run.ended().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_missing_too_old_or_another_is_refused_with_what_to_do() {
    let desk = Desk::new([]);
    let missing = refused(&desk, desk.machine.path("nothing")).await;
    assert_eq!(missing.category, ErrorCategory::FileNotFound);
    assert!(missing.hint.unwrap().contains("claude-path"));

    let old = refused(&desk, script(&desk, "echo '2.1.88 (Claude Code)'")).await;
    assert_eq!(old.message, "Claude Code 2.1.88 is too old: Aegis needs 2.1.89 or newer.");
    assert!(old.hint.unwrap().contains("claude update"));

    fs::remove_file(desk.machine.path("claude")).unwrap();
    let other = refused(&desk, script(&desk, "echo 'grep (GNU grep) 3.8'")).await;
    assert!(other.message.contains("is not Claude Code"), "{other:?}");

    fs::remove_file(desk.machine.path("claude")).unwrap();
    let broken = refused(&desk, script(&desk, "echo 'no such library' >&2; exit 127")).await;
    assert!(
        broken.message.contains("exited with code 127 and said “no such library"),
        "{broken:?}"
    );

    let file = desk.machine.path("claude");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let forbidden = refused(&desk, file).await;
    assert_eq!(forbidden.category, ErrorCategory::PermissionDenied);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_version_is_asked_once() {
    let desk = Desk::new([Turn::of([text("Fine.")])]);
    let asked = desk.machine.path("asked");
    let real = aegis_peers::claude::program();
    let wrapped = script(
        &desk,
        &format!(
            "[ \"$1\" = --version ] && echo asked >> '{}'\nexec '{}' \"$@\"",
            asked.display(),
            real.display()
        ),
    );
    let path: Arc<dyn Fn() -> Option<PathBuf> + Send + Sync> =
        Arc::new(move || Some(wrapped.clone()));
    let parts = ClaudeCodeParts { path, ..parts(Some(desk.api.url())) };
    let executor = desk.executor_with(desk.env(), parts);
    for _ in 0..2 {
        let job = shell_job(prompt("Do it.").into_spec());
        let mut run = Live::start(Arc::clone(&executor), job, Handle::new());
        let ended = run.ended().await;
        assert_eq!(ended.exit_code, Some(0), "{ended:?}");
    }
    assert_eq!(fs::read_to_string(asked).unwrap(), "asked\n");
}
