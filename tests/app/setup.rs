//! `scripts/setup` on machines that lack something. Its peers (apt-get, sudo, rustup, …) are played
//! by small scripts that write down how they were called; the user is made by a namespace, so that
//! it is the same whoever runs the tests.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What the script itself is written with.
const TOOLS: [&str; 13] = [
    "bash", "cat", "cut", "dirname", "env", "grep", "mkdir", "rm", "sed", "sh", "sleep", "sort",
    "tail",
];

/// A machine with everything, from which a test takes something away.
struct Machine {
    root: TempDir,
}

/// How a set-up ended.
struct Outcome {
    code: i32,
    told: String,
    calls: Vec<String>,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { root: tempfile::tempdir().expect("a folder") };
        for folder in ["bin", "wasm"] {
            fs::create_dir(machine.path(folder)).expect("a folder");
        }
        for tool in TOOLS {
            let found = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(tool));
            let real = found.iter().find(|path| path.exists()).expect("a tool of every Debian");
            symlink(real, machine.path("bin").join(tool)).expect("a link");
        }
        let wasm = machine.path("wasm");
        machine.play("rustc", &format!(
            "case $* in --version) echo 'rustc 1.95.0 (stand-in)';; *target-libdir*) echo '{}';; esac",
            wasm.display()
        ));
        machine.play("node", "echo v20.1.0");
        machine.play("dpkg-query", "shift 3; for p in \"$@\"; do echo \"$p installed\"; done");
        for quiet in ["cargo", "npm", "rustup", "apt-get", "cargo-clippy", "cargo-fmt"] {
            machine.play(quiet, "");
        }
        // As the script marks what it has fetched.
        let fetched = "home/.cache/aegis/claude/@anthropic-ai/claude-code@2.1.197";
        fs::create_dir_all(machine.path(fetched)).expect("a folder");
        machine.play("cargo-nextest", "");
        machine.play("cargo-deny", "");
        machine.play(
            "sudo",
            "[ \"$1\" != --validate ] && [ \"$1\" != --non-interactive ] || exit 0; exec \"$@\"",
        );
        machine
    }

    /// Puts a program on the machine that writes down its call and then does this.
    fn play(&self, name: &str, script: &str) {
        let program = self.path("bin").join(name);
        let calls = self.path("calls");
        let text = format!("#!/bin/sh\necho \"{name} $*\" >> '{}'\n{script}\n", calls.display());
        fs::write(&program, text).expect("a script");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
    }

    fn without(self, program: &str) -> Self {
        fs::remove_file(self.path("bin").join(program)).expect("it was there");
        self
    }

    /// The packages are not there, and installing them is all that a stand-in can do.
    fn without_packages(self, packages: &[&str]) -> Self {
        let missing = packages.join("|");
        self.play("dpkg-query", &format!(
            "shift 3; for p in \"$@\"; do case $p in {missing}) ;; *) echo \"$p installed\";; esac; done; exit 1"
        ));
        self
    }

    fn set_up_as_root(&self, purpose: &str) -> Outcome {
        self.set_up(&["--map-root-user"], purpose, None)
    }

    fn set_up_as_user(&self, purpose: &str) -> Outcome {
        self.set_up(&[], purpose, None)
    }

    /// With a terminal on which the user answers.
    fn set_up_at_terminal(&self, purpose: &str, answer: &str) -> Outcome {
        self.set_up(&[], purpose, Some(answer))
    }

    fn set_up(&self, user: &[&str], purpose: &str, answer: Option<&str>) -> Outcome {
        let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
        let script = Path::new(&own).join("../scripts/setup");
        let mut command = Command::new("/usr/bin/unshare");
        command.arg("--user").args(user).arg("--");
        let call = format!("bash '{}' {purpose}", script.display());
        match answer {
            // `script` gives it a terminal.
            Some(_) => command.args([
                "/usr/bin/script",
                "--quiet",
                "--return",
                "--command",
                &call,
                "/dev/null",
            ]),
            None => command.args(["bash", "-c", &call]),
        };
        command
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("HOME", self.path("home"))
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("unshare runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut stdin, answer.unwrap_or_default().as_bytes())
            .expect("an answer");
        // A terminal is closed only after the script has read from it.
        let output = child.wait_with_output().expect("an end");
        drop(stdin);
        let told = [output.stdout, output.stderr].concat();
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        Outcome {
            code: output.status.code().expect("an exit code"),
            told: String::from_utf8(told).expect("text"),
            calls: calls.lines().map(str::to_owned).collect(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }
}

impl Outcome {
    #[track_caller]
    fn stops_with(&self, words: &[&str]) {
        assert_eq!(self.code, 1, "{}", self.told);
        for word in words {
            assert!(self.told.contains(word), "no {word:?} in: {}", self.told);
        }
        assert!(self.changes().is_empty(), "it changed something: {:?}", self.calls);
    }

    /// The calls that change the machine.
    fn changes(&self) -> Vec<&str> {
        let changing = ["apt-get ", "rustup ", "cargo install"];
        let calls = self.calls.iter().map(String::as_str);
        calls.filter(|call| changing.iter().any(|start| call.starts_with(start))).collect()
    }
}

#[test]
fn changes_nothing_when_nothing_is_missing() {
    for purpose in ["run", "test"] {
        let outcome = Machine::new().set_up_as_user(purpose);
        assert_eq!(outcome.code, 0, "{}", outcome.told);
        assert_eq!(outcome.changes(), Vec::<&str>::new());
        assert_eq!(outcome.told.lines().count(), 1, "one line is enough: {}", outcome.told);
    }
}

#[test]
fn names_npm_when_it_is_missing() {
    Machine::new()
        .without("npm")
        .set_up_as_root("run")
        .stops_with(&["npm is missing", "Node.js 18"]);
}

#[test]
fn names_an_old_node() {
    let machine = Machine::new();
    machine.play("node", "echo v16.20.2");
    machine.set_up_as_root("run").stops_with(&["Node.js 16.20.2 is too old", "18"]);
}

#[test]
fn names_rust_when_it_is_missing() {
    Machine::new()
        .without("cargo")
        .set_up_as_root("run")
        .stops_with(&["Rust is missing", "rustup.rs"]);
}

#[test]
fn names_an_old_rust() {
    let machine = Machine::new();
    machine.play("rustc", "echo 'rustc 1.70.0 (stand-in)'");
    machine.set_up_as_root("run").stops_with(&["Rust 1.70.0 is too old", "rustup update"]);
}

#[test]
fn names_the_wasm_target_when_nothing_can_add_it() {
    let machine = Machine::new().without("rustup");
    fs::remove_dir(machine.path("wasm")).expect("it was there");
    machine.set_up_as_root("run").stops_with(&["wasm32-unknown-unknown is missing", "rustup"]);
}

#[test]
fn adds_the_wasm_target_and_the_tools_that_are_missing() {
    let machine = Machine::new().without("cargo-deny").without("cargo-clippy");
    fs::remove_dir(machine.path("wasm")).expect("it was there");
    let outcome = machine.set_up_as_user("test");
    assert_eq!(outcome.code, 0, "{}", outcome.told);
    let changes = outcome.changes();
    assert_eq!(
        changes[..2],
        ["rustup target add wasm32-unknown-unknown", "rustup component add clippy"]
    );
    assert!(changes[2].starts_with("cargo install cargo-deny@"), "{changes:?}");
    assert_eq!(changes.len(), 3, "{changes:?}");
}

#[test]
fn installs_only_the_missing_packages_as_root() {
    let machine = Machine::new().without_packages(&["xvfb", "dunst"]).without("sudo");
    let outcome = machine.set_up_as_root("test");
    assert_eq!(outcome.code, 0, "{}", outcome.told);
    let install = "apt-get install --yes --no-install-recommends xvfb dunst";
    assert_eq!(outcome.changes(), ["apt-get update", install]);
    // Running Aegis needs neither.
    let machine = Machine::new().without_packages(&["xvfb", "dunst"]);
    assert_eq!(machine.set_up_as_root("run").changes(), Vec::<&str>::new());
}

#[test]
fn asks_before_it_uses_sudo_and_takes_no_for_an_answer() {
    let machine = Machine::new().without_packages(&["libdbus-1-dev"]);
    let command =
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends libdbus-1-dev";
    let refused = machine.set_up_at_terminal("run", "n\n");
    refused.stops_with(&[command, "[y/N]", "nothing was installed"]);
    let silent = machine.set_up_at_terminal("run", "\n");
    silent.stops_with(&["nothing was installed"]);
    let agreed = machine.set_up_at_terminal("run", "y\n");
    assert_eq!(agreed.code, 0, "{}", agreed.told);
    let install = "apt-get install --yes --no-install-recommends libdbus-1-dev";
    assert_eq!(agreed.changes(), ["apt-get update", install]);
}

#[test]
fn names_the_command_when_sudo_would_ask_for_a_password_and_nobody_is_there() {
    let machine = Machine::new().without_packages(&["libdbus-1-dev"]);
    machine.play("sudo", "exit 1");
    let outcome = machine.set_up_as_user("run");
    outcome.stops_with(&["sudo apt-get install --yes --no-install-recommends libdbus-1-dev"]);
}

#[test]
fn names_the_command_when_there_is_no_sudo() {
    let machine = Machine::new().without_packages(&["libdbus-1-dev"]).without("sudo");
    let outcome = machine.set_up_as_user("run");
    outcome.stops_with(&["as root", "apt-get install --yes --no-install-recommends libdbus-1-dev"]);
}

#[test]
fn shows_what_failed_when_an_installation_fails() {
    let machine = Machine::new().without_packages(&["libdbus-1-dev"]);
    machine.play("apt-get", "echo 'E: Could not resolve deb.example.org'; exit 100");
    let outcome = machine.set_up_as_root("run");
    assert_eq!(outcome.code, 1, "{}", outcome.told);
    assert!(outcome.told.contains("E: Could not resolve"), "{}", outcome.told);
    assert!(outcome.told.contains("this failed: apt-get update"), "{}", outcome.told);
}

#[test]
fn names_the_libraries_where_there_is_no_apt() {
    let machine = Machine::new().without("apt-get").without("dpkg-query");
    machine.play("cc", "");
    machine.play("pkg-config", "case $2 in alsa) exit 1;; esac");
    machine.set_up_as_user("run").stops_with(&["these are missing: alsa,"]);
}
