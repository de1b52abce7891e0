//! A real keychain on a private bus: gnome-keyring, with which nothing of the developer's is
//! reached.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::home::Home;
use super::poll;
use super::process::Process;
use super::session::start_bus;

/// For each part to come up.
const START: Duration = Duration::from_secs(10);
/// What unlocks it.
const PASSWORD: &str = "testpw";

/// How the daemon is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opened {
    /// With its password, so that it is unlocked.
    Unlocked,
    /// With another one.
    WithAWrongPassword,
}

/// The daemon, and the bus on which it is found. Both end with this.
#[derive(Debug)]
pub(crate) struct Keychain {
    daemon: Option<Process>,
    _bus: Process,
}

impl Keychain {
    /// A keychain that is unlocked, for every program of the user from now on.
    pub(crate) fn start(home: &mut Home) -> Self {
        let (bus, address) = start_bus(home);
        home.set("DBUS_SESSION_BUS_ADDRESS", address);
        let mut keychain = Self { daemon: None, _bus: bus };
        keychain.open(home, Opened::Unlocked);
        keychain
    }

    /// Ends the daemon, if it runs, and starts it so.
    pub(crate) fn open(&mut self, home: &Home, opened: Opened) {
        self.close(home);
        let password = match opened {
            Opened::Unlocked => PASSWORD,
            Opened::WithAWrongPassword => "wrong",
        };
        let typed = home.output("password");
        fs::write(&typed, password).expect("a file");
        let mut daemon = home.command(Path::new("sh"));
        let script =
            "exec gnome-keyring-daemon --foreground --unlock --components=secrets < \"$0\"";
        daemon.args(["-c", script]).arg(typed);
        self.daemon = Some(Process::start(daemon, &home.output("keyring")));
        poll::until("the keychain on the bus", START, || owner(home).then_some(()));
        if opened == Opened::Unlocked {
            poll::until("an unlocked keychain", START, || is_unlocked(home).then_some(()));
        }
    }

    /// Ends the daemon, as when it crashes.
    pub(crate) fn close(&mut self, home: &Home) {
        if let Some(daemon) = self.daemon.take() {
            daemon.kill();
            poll::until("no keychain on the bus", START, || (!owner(home)).then_some(()));
        }
    }
}

fn owner(home: &Home) -> bool {
    let mut ask = send(home, "org.freedesktop.DBus", "/");
    ask.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
    said(ask).contains("boolean true")
}

fn is_unlocked(home: &Home) -> bool {
    let path = "/org/freedesktop/secrets/aliases/default";
    let mut ask = send(home, "org.freedesktop.secrets", path);
    ask.args(["org.freedesktop.DBus.Properties.Get"]);
    ask.args(["string:org.freedesktop.Secret.Collection", "string:Locked"]);
    said(ask).contains("boolean false")
}

fn send(home: &Home, name: &str, path: &str) -> Command {
    let mut ask = home.command(Path::new("dbus-send"));
    ask.args(["--session", "--print-reply", &format!("--dest={name}"), path]);
    ask
}

fn said(mut ask: Command) -> String {
    String::from_utf8_lossy(&ask.output().expect("dbus-send runs").stdout).into_owned()
}
