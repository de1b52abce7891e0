//! A command sees the allow-list, its own settings and whose it is: nothing else.

use std::collections::BTreeMap;

use aegis_domain::ShellSettings;
use aegis_executors::allow_listed;
use aegis_ports::LogStream;

use crate::engine::{Handle, Live, command};
use crate::workspace::{Machine, shell_job};

#[tokio::test]
async fn the_environment_is_exactly_the_allow_list_and_the_tasks_own() {
    let machine = Machine::new();
    let path = std::env::var("PATH").unwrap();
    let base = allow_listed([
        ("PATH", path.as_str()),
        ("HOME", "/home/me"),
        ("LANG", "C.UTF-8"),
        ("ANTHROPIC_API_KEY", "planted-secret"),
        ("SSH_AUTH_SOCK", "/tmp/agent"),
        ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/tmp/bus"),
    ]);
    let own = [("LANG", "de_DE.UTF-8"), ("MY_OWN", "two\nlines")];
    let env = BTreeMap::from(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let job = shell_job(ShellSettings { env, ..command(&["env", "-0"]) }.into_spec());
    let id = job.run.to_string();
    let (due, scratch) = (job.due.to_rfc3339(), job.scratch.clone());
    let mut run = Live::start(machine.executor_with(base), job, Handle::new());
    assert_eq!(run.ended().await.exit_code, Some(0));
    assert!(!scratch.exists(), "the run's own folder goes with it");

    let printed = run.handle.log().text(LogStream::Stdout);
    let mut seen: Vec<&str> = printed.split_terminator('\0').collect();
    seen.sort_unstable();
    let expected = [
        &format!("AEGIS_DUE={due}"),
        &format!("AEGIS_REPORT={}", scratch.join("report").display()),
        &format!("AEGIS_RESULT={}", scratch.join("result.json").display()),
        &format!("AEGIS_RUN={id}"),
        "AEGIS_TASK=42",
        "HOME=/home/me",
        "LANG=de_DE.UTF-8",
        "MY_OWN=two\nlines",
        &format!("PATH={path}"),
        "TERM=dumb",
    ];
    assert_eq!(seen, expected);
}

/// The program is looked for where the task says, not where Aegis was started.
#[tokio::test]
async fn the_tasks_own_path_counts() {
    let machine = Machine::new();
    let env = BTreeMap::from([("PATH".to_owned(), "/nowhere".to_owned())]);
    let mut run = machine.start(ShellSettings { env, ..command(&["env"]) });
    let hint = crate::engine::failure(run.ended().await).hint.unwrap();
    assert!(hint.ends_with("It was looked for in /nowhere."), "{hint}");
}
