//! A command sees the allow-list, its own settings and whose it is: nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use aegis_domain::ShellSettings;
use aegis_executors::{ShellExecutor, allow_listed};
use aegis_ports::LogStream;
use tokio::sync::watch;

use crate::engine::{Handle, LIMIT, Live, command, helper, text};
use crate::workspace::{HomeOnly, Machine, shell_job};
use aegis_doubles::WallClock;

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

/// An executor of a user whose shell is bash, with these start-up files.
fn of_login(machine: &Machine, profile: &str) -> Arc<ShellExecutor> {
    fs::write(machine.home().join(".bash_profile"), profile).unwrap();
    let path = std::env::var("PATH").unwrap();
    let home = text(machine.home());
    let base = allow_listed([("PATH", path.as_str()), ("HOME", &home), ("SHELL", "/bin/bash")]);
    let (roots, clock) = (Arc::new(HomeOnly(machine.home())), Arc::new(WallClock));
    let (sandboxes, limit) = (machine.sandboxes(), watch::channel(LIMIT).1);
    let executor = ShellExecutor::new(helper(), base, roots, sandboxes, clock, limit);
    Arc::new(executor.with_login_environment())
}

#[tokio::test]
async fn a_program_is_found_where_the_login_shell_finds_it() {
    let machine = Machine::new();
    let tools = machine.home().join("tools");
    fs::create_dir(&tools).unwrap();
    fs::copy("/bin/echo", tools.join("my-own-echo")).unwrap();
    let profile = format!(
        "echo welcome; export PATH={}:$PATH GOPATH=~/go GH_TOKEN=hidden AEGIS_HOME=/tmp TERM=x\n",
        tools.display()
    );
    let executor = of_login(&machine, &profile);
    let job = shell_job(command(&["my-own-echo", "found"]).into_spec());
    let mut run = Live::start(executor.clone(), job, Handle::new());
    assert_eq!(run.ended().await.exit_code, Some(0), "{}", run.handle.log().notes());
    assert_eq!(run.handle.log().text(LogStream::Stdout), "found\n");
    let job = shell_job(command(&["env"]).into_spec());
    let mut run = Live::start(executor, job, Handle::new());
    assert_eq!(run.ended().await.exit_code, Some(0));
    let seen = run.handle.log().text(LogStream::Stdout);
    assert!(seen.contains(&format!("GOPATH={}/go\n", machine.home().display())), "{seen}");
    assert!(seen.contains("TERM=dumb\n"), "{seen}");
    assert!(!seen.contains("hidden") && !seen.contains("AEGIS_HOME"), "{seen}");

    // The control: without it the program is not found.
    let mut run = machine.start(command(&["my-own-echo", "found"]));
    assert_eq!(run.ended().await.exit_code, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn start_up_files_that_hang_or_fail_hold_nothing_up_and_leave_nothing() {
    for (profile, why) in
        [("sleep 987654 & exec sleep 987654", "more than 5 seconds"), ("exit 1", "bash")]
    {
        let machine = Machine::new();
        let executor = of_login(&machine, profile);
        let job = shell_job(command(&["echo", "here"]).into_spec());
        let mut run = Live::start(executor, job, Handle::new());
        assert_eq!(run.ended().await.exit_code, Some(0));
        assert_eq!(run.handle.log().text(LogStream::Stdout), "here\n");
        let notes = run.handle.log().notes();
        assert!(notes.contains("could not be had") && notes.contains(why), "{notes}");
        let left = fs::read_dir("/proc").unwrap().flatten().filter(|entry| {
            fs::read(entry.path().join("cmdline")).is_ok_and(|line| line == b"sleep\x00987654\0")
        });
        assert_eq!(left.count(), 0);
    }
}
