//! What a program sees of our environment.
//!
//! An allow-list: a program gets what it needs to find programs, its user's files and its user's
//! language, and nothing else. What stays out stays out for a reason:
//! - keys, tokens and passwords, whatever their names are (`ANTHROPIC_API_KEY`, `GH_TOKEN`, proxies
//!   with a login in their address): a task that needs one names it in its own settings;
//! - doors to what the user has open: the session bus (`DBUS_SESSION_BUS_ADDRESS`, and
//!   `XDG_RUNTIME_DIR`, which leads to it), the SSH and GPG agents, and the screen (`DISPLAY`,
//!   `WAYLAND_DISPLAY`, `XAUTHORITY`), on which a program could read every key. A task that opens
//!   a window names the screen in its settings;
//! - what changes how programs are loaded or found (`LD_PRELOAD`, `PYTHONPATH`, `RUSTFLAGS`):
//!   it belongs to whatever started Aegis, not to the task.
//!
//! This keeps things from being passed on by accident. It is no sandbox.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// What Aegis says itself: no task can say it otherwise.
pub(super) fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 8] = [
        "AEGIS_TASK",
        "AEGIS_DUE",
        "AEGIS_PREVIOUS",
        "AEGIS_UPSTREAM",
        super::answer::VARIABLE,
        super::answer::CHECKPOINT,
        super::answer::CHECKPOINT_LABEL,
        super::report::VARIABLE,
    ];
    RESERVED.contains(&name) || name.starts_with("AEGIS_PARAM_")
}

/// What is passed on by its full name.
const NAMES: [&str; 28] = [
    // Who the user is, and where their programs and files are.
    "HOME",
    "LOGNAME",
    "PATH",
    "SHELL",
    "TMPDIR",
    "USER",
    // Which Aegis is meant when a task's program calls `aegis`.
    "AEGIS_HOME",
    // Their language and zone; `LC_*` too.
    "LANG",
    "LANGUAGE",
    "TZ",
    // Where programs keep their files (XDG Base Directory Specification), the runtime directory
    // excepted.
    "XDG_CACHE_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_CONFIG_HOME",
    "XDG_DATA_DIRS",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    // Where toolchains live when they are not where they would be looked for. Without RUSTUP_HOME,
    // say, a cargo that PATH finds does not find its compiler.
    "CARGO_HOME",
    "DOTNET_ROOT",
    "GOPATH",
    "GOROOT",
    "JAVA_HOME",
    "NVM_DIR",
    "PNPM_HOME",
    "PYENV_ROOT",
    "RBENV_ROOT",
    "RUSTUP_HOME",
    "SDKMAN_DIR",
    "VOLTA_HOME",
];

/// The part of an environment that every program may see. Only [`allow_listed`] makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseEnv(BTreeMap<String, String>);

/// What of `vars` a program may see: give it [`std::env::vars_os`]. Values that are not UTF-8 are
/// left out, because a task could not hold them either. `TERM` is `dumb`: output goes into a log.
pub fn allow_listed<N, V>(vars: impl IntoIterator<Item = (N, V)>) -> BaseEnv
where
    N: Into<OsString>,
    V: Into<OsString>,
{
    let mut allowed = BTreeMap::new();
    for (name, value) in vars {
        let (Ok(name), Ok(value)) = (name.into().into_string(), value.into().into_string()) else {
            continue;
        };
        if NAMES.contains(&name.as_str()) || name.starts_with("LC_") {
            allowed.insert(name, value);
        }
    }
    allowed.insert("TERM".to_owned(), "dumb".to_owned());
    BaseEnv(allowed)
}

impl BaseEnv {
    /// A variable of it.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// This one as the user's shell changes it. Which Aegis is meant, it does not change.
    pub(super) fn after(mut self, shell: Self) -> Self {
        let kept = ["AEGIS_HOME", "TERM"];
        let changed = shell.0.into_iter().filter(|(name, _)| !kept.contains(&name.as_str()));
        self.0.extend(changed);
        self
    }

    /// The whole environment of a task's program, apart from the run's id: this one, changed by the
    /// task's own variables, and what is said `about` the task.
    pub(crate) fn with(
        &self,
        own: BTreeMap<String, String>,
        about: Vec<(String, String)>,
    ) -> Vec<(String, String)> {
        let mut all = self.0.clone();
        all.extend(own);
        all.extend(about);
        all.into_iter().collect()
    }
}

/// Shows the names but not the values.
impl std::fmt::Debug for BaseEnv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("BaseEnv").field(&self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt as _;

    #[test]
    fn only_what_is_on_the_list_is_passed_on() {
        let base = allow_listed([
            ("PATH", "/bin"),
            ("LC_TIME", "de_DE.UTF-8"),
            ("XDG_CACHE_HOME", "/home/me/.cache"),
            ("TERM", "xterm-256color"),
            ("ANTHROPIC_API_KEY", "secret"),
            ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus"),
            ("XDG_RUNTIME_DIR", "/run/user/1000"),
            ("SSH_AUTH_SOCK", "/tmp/agent"),
            ("DISPLAY", ":0"),
            ("LD_PRELOAD", "/tmp/evil.so"),
            ("AEGIS_LOG", "debug"),
            ("path", "/tmp"),
        ]);
        let expected = [
            ("AEGIS_TASK", "42"),
            ("LC_TIME", "de_DE.UTF-8"),
            ("PATH", "/bin"),
            ("TERM", "dumb"),
            ("XDG_CACHE_HOME", "/home/me/.cache"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            base.with(BTreeMap::new(), vec![("AEGIS_TASK".to_owned(), "42".to_owned())]),
            expected
        );
        assert!(!format!("{base:?}").contains("/bin"));
    }

    #[test]
    fn a_task_may_change_what_it_sees_but_not_whose_it_is() {
        let own = [("PATH", "/opt/bin"), ("DISPLAY", ":1"), ("AEGIS_TASK", "7")];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let all = allow_listed([("PATH", "/bin")])
            .with(BTreeMap::from(own), vec![("AEGIS_TASK".to_owned(), "42".to_owned())]);
        let value = |wanted: &str| all.iter().find(|(name, _)| name == wanted).unwrap().1.clone();
        assert_eq!(value("PATH"), "/opt/bin");
        assert_eq!(value("DISPLAY"), ":1");
        assert_eq!(value("AEGIS_TASK"), "42");
    }

    #[test]
    fn a_value_that_is_not_utf8_is_left_out() {
        let value = OsString::from_vec(vec![b'/', 0xff]);
        let base = allow_listed([("HOME".into(), value), (OsString::from("USER"), "me".into())]);
        let names: Vec<_> = base.with(BTreeMap::new(), Vec::new());
        assert!(names.iter().all(|(name, _)| name != "HOME"), "{names:?}");
        assert!(names.iter().any(|(name, _)| name == "USER"), "{names:?}");
    }
}
