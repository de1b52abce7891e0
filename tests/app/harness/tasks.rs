//! Tasks as the command line shows them to programs.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::home::Home;
use super::{poll, program};

/// For something small to run from start to end on a busy machine.
pub(crate) const RUN: Duration = Duration::from_secs(20);

/// A task, as it was when it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Task(Value);

impl Task {
    /// `#42`, without the `#`.
    pub(crate) fn number(&self) -> u64 {
        self.field("/card/number").as_u64().expect("a number")
    }

    /// The name of its state, such as `completed`; empty when it never ran.
    pub(crate) fn state(&self) -> &str {
        self.field("/card/state/name").as_str().unwrap_or_default()
    }

    /// Whether its schedule is at work, such as `paused`.
    pub(crate) fn status(&self) -> &str {
        self.field("/task/status").as_str().expect("a status")
    }

    /// Its column on the board.
    pub(crate) fn column(&self) -> &str {
        self.field("/card/column").as_str().expect("a column")
    }

    /// Its title.
    pub(crate) fn title(&self) -> &str {
        self.field("/card/title").as_str().expect("a title")
    }

    /// The exit code of its last run.
    pub(crate) fn exit_code(&self) -> Option<i64> {
        self.field("/card/run/exit_code").as_i64()
    }

    /// How many runs there were.
    pub(crate) fn runs(&self) -> usize {
        self.field("/runs").as_array().expect("runs").len()
    }

    /// Why the last run was started, such as `first`.
    pub(crate) fn last_reason(&self) -> &str {
        self.field("/runs/0/reason").as_str().expect("a reason")
    }

    /// How many occurrences there were.
    pub(crate) fn occurrences(&self) -> usize {
        self.field("/occurrences").as_array().expect("occurrences").len()
    }

    /// What went wrong, for people, and its category.
    pub(crate) fn failure(&self) -> (String, String) {
        let text = |name: &str| {
            self.field(&format!("/card/state/{name}")).as_str().unwrap_or_default().to_owned()
        };
        (text("category"), text("message"))
    }

    fn field(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }
}

/// Asks for a task and gives its number. The words are those after `task create`.
#[track_caller]
pub(crate) fn create(home: &Home, words: &[&str]) -> u64 {
    let words = [&["task", "create", "--json"], words].concat();
    Task(program::aegis(home, &words).exits(0).json()).number()
}

/// Asks for a shell task that runs this script in the user's folder `work`.
#[track_caller]
pub(crate) fn create_script(home: &Home, script: &str) -> u64 {
    let work = home.folder("work");
    let work = work.to_str().expect("text");
    create(home, &["--executor", "shell", "--cwd", work, "--", "sh", "-c", script])
}

/// The task as it is now.
#[track_caller]
pub(crate) fn show(home: &Home, number: u64) -> Task {
    Task(program::aegis(home, &["task", "show", &number.to_string(), "--json"]).exits(0).json())
}

/// Waits until the task is so.
#[track_caller]
pub(crate) fn wait_until(
    home: &Home,
    number: u64,
    what: &str,
    limit: Duration,
    is_so: impl Fn(&Task) -> bool,
) -> Task {
    let started = Instant::now();
    loop {
        let task = show(home, number);
        if is_so(&task) {
            return task;
        }
        assert!(
            started.elapsed() < limit,
            "after {limit:?} task {number} is not {what}: {}",
            task.0
        );
        std::thread::sleep(poll::PAUSE);
    }
}

/// Waits until the task's state has this name.
#[track_caller]
pub(crate) fn wait_for_state(home: &Home, number: u64, state: &str) -> Task {
    wait_until(home, number, state, RUN, |task| task.state() == state)
}

/// What its last run printed: first to standard output, then the rest, with what Aegis says of it.
#[track_caller]
pub(crate) fn log(home: &Home, number: u64) -> String {
    let log = program::aegis(home, &["task", "logs", &number.to_string()]).exits(0);
    format!("{}{}", log.text(), log.stderr)
}

/// The numbers of all tasks, in the order of the list.
#[track_caller]
pub(crate) fn list(home: &Home) -> Vec<u64> {
    let page = program::aegis(home, &["task", "list", "--json"]).exits(0).json();
    let tasks = page["tasks"].as_array().expect("tasks").iter();
    tasks.map(|task| task["number"].as_u64().expect("a number")).collect()
}
