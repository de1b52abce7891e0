//! bubblewrap: a view of the machine that has only what a run may see.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aegis_helper::{Network, Profile, Sandbox, Spec};
use rustix::process::{getegid, geteuid};

use super::places::{ETC, Places, SYSTEM, listening, resolver};

/// Where it is looked for. Never in PATH, which a task can set.
const PROGRAMS: [&str; 4] =
    ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap"];

/// The proxy's socket in the sandbox.
pub(super) const PROXY: &str = "/run/aegis/proxy";
/// This program in the sandbox.
const HELPER: &str = "/run/aegis/helper";

/// The program, if there is one that nobody but root can have put there.
pub(super) fn program() -> Result<PathBuf, String> {
    let found = PROGRAMS.iter().filter_map(|path| fs::canonicalize(path).ok());
    let mut untrusted = None;
    for path in found {
        let Ok(file) = fs::metadata(&path) else { continue };
        if file.is_file() && file.uid() == 0 && file.permissions().mode() & 0o022 == 0 {
            return Ok(path);
        }
        untrusted = Some(path);
    }
    Err(match untrusted {
        Some(path) => format!("{} can be changed by others than root", path.display()),
        None => "bubblewrap (bwrap) is not installed".to_owned(),
    })
}

/// The namespaces of every sandbox.
pub(super) fn namespaces(network: bool) -> Vec<OsString> {
    let mut words: Vec<OsString> = [
        "--unshare-user",
        "--unshare-pid",
        "--unshare-ipc",
        "--unshare-uts",
        "--unshare-cgroup-try",
        "--die-with-parent",
        "--new-session",
        "--as-pid-1",
        "--cap-drop",
        "ALL",
    ]
    .map(OsString::from)
    .into();
    if !network {
        words.push("--unshare-net".into());
    }
    for (option, id) in [("--uid", geteuid().as_raw()), ("--gid", getegid().as_raw())] {
        words.extend([option.into(), id.to_string().into()]);
    }
    words
}

/// What is at a path in the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    /// What is at this path outside, to be read.
    Read(PathBuf),
    /// What is at this path outside, to be written.
    Write(PathBuf),
    /// An empty folder.
    Empty,
    /// An empty folder for the run alone, gone with it.
    Own,
    /// An empty file.
    Nothing,
    /// A symbolic link.
    Link(PathBuf),
}

/// What a program sees, folders before what is in them.
struct View(BTreeMap<PathBuf, Shown>);

impl View {
    fn show(&mut self, path: impl Into<PathBuf>, shown: Shown) {
        self.0.insert(path.into(), shown);
    }

    fn read(&mut self, path: impl Into<PathBuf>) {
        let path = path.into();
        self.show(path.clone(), Shown::Read(path));
    }

    /// What the nearest folder above a path is.
    fn above(&self, path: &Path) -> Option<&Shown> {
        path.ancestors().skip(1).find_map(|folder| self.0.get(folder))
    }

    /// Whether what is at this path outside can be seen.
    fn sees(&self, path: &Path) -> bool {
        let shown = self.0.get(path).or_else(|| self.above(path));
        matches!(shown, Some(Shown::Read(_) | Shown::Write(_)))
    }

    /// Covers what can be seen. What is of the run itself stays.
    fn hide(&mut self, path: &Path) {
        if self.0.contains_key(path) || !self.sees(path) {
            return;
        }
        let shown = if path.is_dir() { Shown::Empty } else { Shown::Nothing };
        self.show(path, shown);
    }

    /// What a program of this spec sees; `helper` is this program.
    fn new(spec: &Spec, sandbox: &Sandbox, places: &Places, helper: &Path) -> Self {
        let mut view = Self(BTreeMap::new());
        match sandbox.profile {
            Profile::Workspace => view.everything(),
            Profile::Strict => view.system(spec),
        }
        for path in &places.read_only {
            view.read(path);
        }
        for path in &places.private {
            view.show(path, Shown::Own);
        }
        view.show("/tmp", Shown::Write(places.tmp.0.path.clone()));
        for (held, _) in &places.writable {
            view.show(&held.path, Shown::Write(held.path.clone()));
        }
        for path in &places.git {
            if view.sees(path) {
                view.read(path);
            }
        }
        for hidden in &places.hidden {
            view.hide(hidden);
        }
        for socket in listening() {
            view.hide(&socket);
        }
        for socket in &places.sockets {
            view.read(socket);
        }
        if let Network::Proxy(socket) = &sandbox.network {
            view.show(PROXY, Shown::Read(socket.clone()));
        }
        view.show(HELPER, Shown::Read(helper.to_owned()));
        view
    }

    fn everything(&mut self) {
        self.read("/");
        // Doors to what the user has open, and what only looks like files.
        self.show("/run", Shown::Empty);
        if Path::new("/var/run").symlink_metadata().is_ok_and(|found| found.is_dir()) {
            self.show("/var/run", Shown::Empty);
        }
        for kept in ["/run/current-system", "/run/opengl-driver"] {
            if Path::new(kept).exists() {
                self.read(kept);
            }
        }
        if let Some(file) = resolver().filter(|file| file.starts_with("/run")) {
            self.read(file);
        }
    }

    fn system(&mut self, spec: &Spec) {
        self.show("/run", Shown::Empty);
        for folder in SYSTEM {
            match fs::read_link(folder) {
                Ok(target) => self.show(folder, Shown::Link(target)),
                Err(_) if Path::new(folder).is_dir() => self.read(folder),
                Err(_) => {}
            }
        }
        for name in ETC {
            let path = Path::new("/etc").join(name);
            if let Ok(real) = fs::canonicalize(&path) {
                self.show(path, Shown::Read(real));
            }
        }
        if let Some(real) = resolver() {
            self.show("/etc/resolv.conf", Shown::Read(real));
        }
        let home = spec.env.iter().rev().find(|(name, _)| name == "HOME");
        let home = home.map(|(_, home)| PathBuf::from(home));
        let home = home.filter(|home| home.is_absolute() && home.parent().is_some());
        if let Some(home) = home.filter(|home| !self.sees(home)) {
            self.show(home, Shown::Own);
        }
    }

    /// The options of bubblewrap that make it.
    fn options(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = Vec::new();
        let mut sealed = Vec::new();
        if !self.0.contains_key(Path::new("/")) {
            sealed.push(PathBuf::from("/"));
        }
        let mut add = |option: &str, paths: &[&OsStr]| {
            words.push(option.into());
            words.extend(paths.iter().map(|path| (*path).to_owned()));
        };
        if let Some(Shown::Read(root)) = self.0.get(Path::new("/")) {
            add("--ro-bind", &[root.as_os_str(), OsStr::new("/")]);
        }
        add("--dev", &[OsStr::new("/dev")]);
        add("--proc", &[OsStr::new("/proc")]);
        // Root could write here without any right of root's: the files are its own.
        for name in ["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/acpi"] {
            add("--ro-bind-try", &[OsStr::new(name), OsStr::new(name)]);
        }
        for (path, shown) in self.0.iter().filter(|(path, _)| path.parent().is_some()) {
            let at = path.as_os_str();
            match shown {
                Shown::Read(source) => add("--ro-bind", &[source.as_os_str(), at]),
                Shown::Write(source) => add("--bind", &[source.as_os_str(), at]),
                Shown::Own => add("--tmpfs", &[at]),
                Shown::Nothing => add("--ro-bind", &[OsStr::new("/dev/null"), at]),
                Shown::Link(target) => add("--symlink", &[target.as_os_str(), at]),
                Shown::Empty => {
                    add("--tmpfs", &[at]);
                    sealed.push(path.clone());
                }
            }
        }
        // Sealed only once everything in them is in its place.
        for path in &sealed {
            add("--remount-ro", &[path.as_os_str()]);
        }
        words
    }
}

/// Every option of a sandbox, one after the other, each ended by a NUL: bubblewrap reads them from
/// a file, since there can be more than fit on a command line.
pub(super) fn options(spec: &Spec, sandbox: &Sandbox, places: &Places, helper: &Path) -> Vec<u8> {
    let mut words = namespaces(sandbox.network == Network::Full);
    words.extend(View::new(spec, sandbox, places, helper).options());
    let mut bytes = Vec::new();
    for word in words {
        bytes.extend_from_slice(word.as_bytes());
        bytes.push(0);
    }
    bytes
}

/// Where this program is in the sandbox.
pub(super) fn helper() -> &'static Path {
    Path::new(HELPER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_helper::{Limits, Mechanism};

    struct Machine {
        dir: tempfile::TempDir,
    }

    impl Machine {
        fn new() -> Self {
            let dir = tempfile::tempdir_in("/var/tmp").unwrap();
            for folder in ["work/.git/hooks", "tmp", "secret/below", "other"] {
                fs::create_dir_all(dir.path().join(folder)).unwrap();
            }
            fs::write(dir.path().join("token"), "x").unwrap();
            Self { dir }
        }

        fn at(&self, name: &str) -> PathBuf {
            fs::canonicalize(self.dir.path()).unwrap().join(name)
        }

        fn view(&self, change: impl FnOnce(&mut Sandbox)) -> View {
            let spec = Spec {
                program: "true".into(),
                args: Vec::new(),
                env: vec![("HOME".into(), "/home/nobody".into())],
                cwd: self.at("work"),
                stdin: None,
                timeout_ms: None,
                grace_ms: 1,
                sandbox: None,
                pty: false,
            };
            let mut sandbox = Sandbox {
                profile: Profile::Workspace,
                writable: Vec::new(),
                read_only: Vec::new(),
                private: Vec::new(),
                hidden: vec![self.at("secret"), self.at("token"), self.at("missing")],
                protect_git: false,
                network: Network::None,
                limits: Limits::default(),
                sockets: Vec::new(),
                tmp: self.at("tmp"),
                mechanisms: Mechanism::all(),
            };
            change(&mut sandbox);
            let places = Places::look(&spec, &sandbox).unwrap();
            View::new(&spec, &sandbox, &places, Path::new("/proc/self/exe"))
        }
    }

    #[test]
    fn secrets_are_covered_where_they_could_be_seen_and_nowhere_else() {
        let machine = Machine::new();
        let view = machine.view(|_| {});
        assert_eq!(view.0.get(&machine.at("secret")), Some(&Shown::Empty));
        assert_eq!(view.0.get(&machine.at("token")), Some(&Shown::Nothing));
        assert_eq!(view.0.get(&machine.at("missing")), None);
        let view = machine.view(|sandbox| sandbox.profile = Profile::Strict);
        assert_eq!(view.0.get(&machine.at("secret")), None);
        assert!(!view.sees(&machine.at("secret")) && !view.sees(&machine.at("other")));
        assert!(!view.sees(Path::new("/etc/shadow")) && !view.sees(Path::new("/root")));
        assert!(view.sees(Path::new("/etc/passwd")) && view.sees(Path::new("/usr/bin/env")));
    }

    #[test]
    fn what_can_be_written_lies_over_what_can_be_read_and_below_what_is_protected() {
        let machine = Machine::new();
        let view = machine.view(|sandbox| sandbox.protect_git = true);
        let work = machine.at("work");
        assert_eq!(view.0.get(&work), Some(&Shown::Write(work.clone())));
        let git = work.join(".git");
        assert_eq!(view.0.get(&git), Some(&Shown::Read(git.clone())));
        let words = view.options();
        let place = |path: &Path| words.iter().rposition(|word| word == path.as_os_str()).unwrap();
        assert!(place(&work) < place(&git));
        assert!(place(Path::new("/")) < place(&work));
    }

    #[test]
    fn a_private_folder_covers_what_is_there_but_not_what_is_named_in_it() {
        let machine = Machine::new();
        let hooks = machine.at("work/.git/hooks");
        let view = machine.view(|sandbox| {
            sandbox.private = vec![machine.at("work/.git")];
            sandbox.read_only = vec![hooks.clone()];
        });
        let git = machine.at("work/.git");
        assert_eq!(view.0.get(&git), Some(&Shown::Own));
        assert_eq!(view.0.get(&hooks), Some(&Shown::Read(hooks.clone())));
        assert!(!view.sees(&git) && view.sees(&hooks));
    }

    #[test]
    fn a_hidden_folder_within_a_writable_one_is_refused() {
        let machine = Machine::new();
        let spec_cwd = machine.at("secret");
        let spec = Spec {
            program: "true".into(),
            args: Vec::new(),
            env: Vec::new(),
            cwd: spec_cwd,
            stdin: None,
            timeout_ms: None,
            grace_ms: 1,
            sandbox: None,
            pty: false,
        };
        let sandbox = Sandbox {
            profile: Profile::Workspace,
            writable: Vec::new(),
            read_only: Vec::new(),
            private: Vec::new(),
            hidden: vec![machine.at("secret/below")],
            protect_git: false,
            network: Network::None,
            limits: Limits::default(),
            sockets: Vec::new(),
            tmp: machine.at("tmp"),
            mechanisms: Mechanism::all(),
        };
        let refused = Places::look(&spec, &sandbox).unwrap_err();
        assert!(refused.contains("stay hidden"), "{refused}");
    }
}
