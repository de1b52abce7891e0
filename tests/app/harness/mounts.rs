//! A mount namespace of a test's own: where a disk is full or read-only, also for root, whom
//! permissions do not bind. It needs user namespaces; where they are switched off the test fails
//! and says so, because a skipped test would look like a kept promise.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::home::Home;
use super::process::Process;

/// Long enough to make a namespace and mount in it.
const LIMIT: Duration = Duration::from_secs(10);

/// The namespace. It ends with this value.
#[derive(Debug)]
pub(crate) struct Mounts {
    _holder: Process,
}

impl Mounts {
    /// Runs these mount commands in a new namespace and moves every program of the user into it.
    /// `$1` is the folder that the commands are about.
    fn new(home: &mut Home, commands: &str, folder: &Path) -> Self {
        let script = format!("{commands} && echo mounted && exec sleep infinity");
        let mut command = Command::new("unshare");
        command
            .args(["--user", "--map-root-user", "--mount", "sh", "-ec", &script, "sh"])
            .arg(folder);
        let what = "a private mount namespace (does this system allow user namespaces?)";
        let errors = home.output("mounts");
        let (holder, _) = Process::start_with_first_line(what, command, &errors, LIMIT);
        let mut enter: Vec<OsString> =
            ["nsenter", "--user", "--mount", "--preserve-credentials", "--target"]
                .map(Into::into)
                .into();
        enter.push(holder.pid().as_raw_nonzero().to_string().into());
        enter.push("--".into());
        home.wrap(enter);
        Self { _holder: holder }
    }

    /// Puts the user's data on a disk of so many MiB.
    pub(crate) fn small_disk(home: &mut Home, mebibytes: u32) -> Self {
        let data = home.data().to_owned();
        std::fs::create_dir_all(&data).expect("a folder");
        Self::new(
            home,
            &format!("mount -t tmpfs -o size={mebibytes}m,mode=700 tmpfs \"$1\""),
            &data,
        )
    }

    /// Makes the user's data read-only.
    pub(crate) fn read_only(home: &mut Home) -> Self {
        let data = home.data().to_owned();
        Self::read_only_at(home, &data)
    }

    /// Makes a folder read-only.
    pub(crate) fn read_only_at(home: &mut Home, folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        let commands = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"";
        Self::new(home, commands, folder)
    }
}
