//! Control groups of version 2 (cgroups(7)): all processes of a run as one thing, which can be
//! limited as a whole and killed at once.
//!
//! A group can be had where the system lets its user make some: below the user's session where
//! systemd runs (`Delegate=`), or anywhere for root where nobody else keeps the hierarchy. What can
//! be limited depends on the controllers that the group above hands down.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Access, access};
use rustix::process::geteuid;
use serde::{Deserialize, Serialize};

use crate::Limits;

/// What the groups of runs are called, before the run's id.
const PREFIX: &str = "aegis-";
/// For the kernel to let go of a group whose last process has ended.
const PATIENCE: Duration = Duration::from_secs(1);
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// Processes that hold a sandbox together, and are none of the program's.
const HOLDING: u64 = 2;

/// Where groups of runs can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    dir: PathBuf,
    controls: Controls,
}

/// What a group limits for all of its processes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Controls {
    /// Memory: `memory.max`.
    pub memory: bool,
    /// Processes and threads: `pids.max`.
    pub processes: bool,
}

impl Base {
    /// The best place for groups that this process may use.
    ///
    /// # Errors
    /// A clause that says why there is none.
    pub fn detect() -> Result<Self, String> {
        let read = |path: &str| {
            fs::read_to_string(path).map_err(|error| format!("{path} cannot be read: {error}"))
        };
        let (mounts, own) = (read("/proc/self/mountinfo")?, read("/proc/self/cgroup")?);
        let (mount, own) = Self::own(&mounts, &own)?;
        // A hierarchy that systemd keeps has one writer, whatever root may.
        if geteuid().is_root() && Path::new("/run/systemd/system").exists() {
            return Err("systemd keeps the control groups of root".to_owned());
        }
        Self::beneath(&mount, &own)
    }

    /// Where the hierarchy of version 2 is mounted, and the group of the process whose
    /// `/proc/<pid>/cgroup` this is.
    fn own(mounts: &str, cgroup: &str) -> Result<(PathBuf, PathBuf), String> {
        let mount = mounts.lines().find_map(|line| {
            let (before, after) = line.split_once(" - ")?;
            let fields: Vec<&str> = before.split(' ').collect();
            let is_v2 = after.split(' ').next() == Some("cgroup2");
            is_v2.then_some(((*fields.get(3)?).to_owned(), (*fields.get(4)?).to_owned()))
        });
        let (root, mount) = mount.ok_or("there is no hierarchy of version 2")?;
        let own = cgroup.lines().find_map(|line| line.strip_prefix("0::"));
        let own = own.ok_or("this process is in no group of version 2")?;
        // A container sees a part of the hierarchy, from its own root on.
        let below = own.strip_prefix(root.trim_end_matches('/')).unwrap_or(own);
        let mount = PathBuf::from(mount);
        let own = mount.join(below.trim_start_matches('/'));
        Ok((mount, own))
    }

    /// The nearest group, from `own` up to the mount, in which one may be made that limits memory
    /// and processes; else the nearest in which one may be made at all.
    fn beneath(mount: &Path, own: &Path) -> Result<Self, String> {
        let above = own.ancestors().take_while(|dir| dir.starts_with(mount));
        let mut found = above.filter(|dir| is_ours(dir)).map(|dir| {
            let handed_down =
                fs::read_to_string(dir.join("cgroup.subtree_control")).unwrap_or_default();
            let has = |name: &str| handed_down.split_whitespace().any(|each| each == name);
            let controls = Controls { memory: has("memory"), processes: has("pids") };
            Self { dir: dir.to_owned(), controls }
        });
        let nearest = found.next().ok_or("no group here may be divided by this user")?;
        let whole = Controls { memory: true, processes: true };
        let best = [nearest.clone()].into_iter().chain(found).find(|base| base.controls == whole);
        Ok(best.unwrap_or(nearest))
    }

    /// What a group made here limits.
    #[must_use]
    pub const fn controls(&self) -> Controls {
        self.controls
    }

    /// A group for a run, with those of its limits that can be held here.
    ///
    /// # Errors
    /// What the kernel says; nothing is left then.
    pub fn make(&self, run: &str, limits: &Limits) -> io::Result<Group> {
        let dir = self.place(run)?;
        fs::create_dir(&dir)?;
        let group = Group { dir, limits: Controls::default() };
        group.limited(self.controls, limits)
    }

    /// Kills what is left in the group of a run, and removes it. One that is not there is gone.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn clear(&self, run: &str) -> io::Result<()> {
        let dir = self.place(run)?;
        if dir.is_dir() {
            Group { dir, limits: Controls::default() }.remove()?;
        }
        Ok(())
    }

    /// Where the group of a run is, if it has one.
    ///
    /// # Errors
    /// What is no name of a run.
    pub fn place(&self, run: &str) -> io::Result<PathBuf> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if run.is_empty() || run.len() > 64 || !run.bytes().all(plain) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no name of a run"));
        }
        Ok(self.dir.join(format!("{PREFIX}{run}")))
    }
}

/// Whether this user may make groups in one and move processes into them.
fn is_ours(dir: &Path) -> bool {
    let writable = |path: &Path| access(path, Access::WRITE_OK).is_ok();
    dir.is_dir() && writable(dir) && writable(&dir.join("cgroup.procs"))
}

/// The group of a run. Dropping it kills what is in it and removes it.
#[derive(Debug)]
pub struct Group {
    dir: PathBuf,
    limits: Controls,
}

impl Group {
    fn limited(mut self, controls: Controls, limits: &Limits) -> io::Result<Self> {
        if let Some(bytes) = limits.memory_bytes.filter(|_| controls.memory) {
            self.write("memory.max", &bytes.to_string())?;
            // Where swap is not counted there is no such file, and nothing to keep to.
            let _ = self.write("memory.swap.max", "0");
            let _ = self.write("memory.oom.group", "1");
            self.limits.memory = true;
        }
        if let Some(most) = limits.processes.filter(|_| controls.processes) {
            self.write("pids.max", &most.saturating_add(HOLDING).to_string())?;
            self.limits.processes = true;
        }
        Ok(self)
    }

    /// What it limits.
    #[must_use]
    pub const fn limits(&self) -> Controls {
        self.limits
    }

    /// The way in for a process that is about to start.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn entrance(&self) -> io::Result<Entrance> {
        let file = OpenOptions::new().write(true).open(self.dir.join("cgroup.procs"))?;
        Ok(Entrance(file.into()))
    }

    /// Whether a process is in it.
    #[must_use]
    pub fn holds(&self, pid: i32) -> bool {
        let all = fs::read_to_string(self.dir.join("cgroup.procs")).unwrap_or_default();
        all.lines().any(|line| line.parse() == Ok(pid))
    }

    /// Kills everything in it, also what is just being started (Linux 5.14).
    ///
    /// # Errors
    /// What the kernel says; `NotFound` where it is too old.
    pub fn kill(&self) -> io::Result<()> {
        self.write("cgroup.kill", "1")
    }

    /// Whether there is a process in it that has not ended.
    #[must_use]
    pub fn is_populated(&self) -> bool {
        let events = fs::read_to_string(self.dir.join("cgroup.events")).unwrap_or_default();
        events.lines().any(|line| line == "populated 1")
    }

    /// Kills what is in it and removes it; waits a second at most for the kernel.
    fn remove(&self) -> io::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        if self.is_populated() {
            self.kill()?;
        }
        loop {
            match fs::remove_dir(&self.dir) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                    if Instant::now() >= deadline {
                        return Err(error);
                    }
                    thread::sleep(LOOK_AGAIN);
                }
                other => return other,
            }
        }
    }

    fn write(&self, name: &str, value: &str) -> io::Result<()> {
        // Never made: a file that the kernel does not offer is one that it cannot keep to.
        OpenOptions::new().write(true).open(self.dir.join(name))?.write_all(value.as_bytes())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // What stays is an empty folder, which the engine clears when it looks for the run.
        let _ = self.remove();
    }
}

/// The way into a group, for the process that goes through it.
#[derive(Debug)]
pub struct Entrance(OwnedFd);

impl Entrance {
    /// Goes in. It is one write, so that it may be done between fork and exec.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn enter(&self) -> io::Result<()> {
        rustix::io::write(&self.0, b"0")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
        24 30 0:22 / /proc rw - proc proc rw\n\
        34 24 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
        35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
    const OWN: &str = "1:name=systemd:/x\n0::/user.slice/user@1000.service/app.slice/a.scope\n";

    #[test]
    fn the_hierarchy_is_found_among_all_mounts() {
        let (mount, own) = Base::own(MOUNTS, OWN).unwrap();
        assert_eq!(mount, Path::new("/sys/fs/cgroup"));
        let group = "/sys/fs/cgroup/user.slice/user@1000.service/app.slice/a.scope";
        assert_eq!(own, Path::new(group));
        let contained = MOUNTS.replace("0:30 / /sys", "0:30 /user.slice /sys");
        let (_, own) = Base::own(&contained, OWN).unwrap();
        assert_eq!(own, Path::new("/sys/fs/cgroup/user@1000.service/app.slice/a.scope"));
        let why = Base::own("24 30 0:22 / /proc rw - proc proc rw\n", OWN).unwrap_err();
        assert!(why.contains("no hierarchy"), "{why}");
        assert!(Base::own(MOUNTS, "3:cpu:/\n").is_err());
    }

    /// A hierarchy as a session of systemd has it, made of plain files.
    fn made_up(groups: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (group, handed_down) in groups {
            let group = dir.path().join(group);
            fs::create_dir_all(&group).unwrap();
            fs::write(group.join("cgroup.procs"), "").unwrap();
            fs::write(group.join("cgroup.subtree_control"), handed_down).unwrap();
        }
        dir
    }

    #[test]
    fn a_group_that_hands_its_controllers_down_is_taken_before_a_nearer_one() {
        let dir = made_up(&[("u", "cpu memory pids"), ("u/app", "memory pids"), ("u/app/a", "")]);
        let base = Base::beneath(dir.path(), &dir.path().join("u/app/a")).unwrap();
        assert_eq!(base.dir, dir.path().join("u/app"));
        assert_eq!(base.controls(), Controls { memory: true, processes: true });
        let dir = made_up(&[("u", "memory"), ("u/a", "")]);
        let base = Base::beneath(dir.path(), &dir.path().join("u/a")).unwrap();
        assert_eq!(base.dir, dir.path().join("u/a"));
        assert_eq!(base.controls(), Controls::default(), "it can be killed, and not limited");
    }

    #[test]
    fn what_may_not_be_divided_is_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("u/a")).unwrap();
        let why = Base::beneath(dir.path(), &dir.path().join("u/a")).unwrap_err();
        assert!(why.contains("may be divided"), "{why}");
    }

    #[test]
    fn limits_are_written_where_there_is_a_controller_and_nowhere_else() {
        let dir = made_up(&[("a", "memory pids")]);
        let controls = Controls { memory: true, processes: true };
        let base = Base { dir: dir.path().join("a"), controls };
        let limits =
            Limits { memory_bytes: Some(1 << 20), processes: Some(7), ..Limits::default() };
        // The kernel would have made these files.
        let place = base.place("r").unwrap();
        fs::create_dir(&place).unwrap();
        for name in ["memory.max", "pids.max"] {
            fs::write(place.join(name), "max").unwrap();
        }
        let group = Group { dir: place.clone(), limits: Controls::default() };
        let group = group.limited(controls, &limits).unwrap();
        assert_eq!(fs::read_to_string(place.join("memory.max")).unwrap(), "1048576");
        assert!(fs::read_to_string(place.join("pids.max")).unwrap().starts_with('9'));
        assert_eq!(group.limits(), controls);
        let group = Group { dir: place, limits: Controls::default() };
        let group = group.limited(Controls::default(), &limits).unwrap();
        assert_eq!(group.limits(), Controls::default());
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        let base = Base { dir: "/x".into(), controls: Controls::default() };
        for name in ["", "../a", "a/b", "."] {
            assert!(base.place(name).is_err(), "{name}");
        }
    }
}
