//! What there is to attack: files, secrets, a process, whoever listens; all of it of one user.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{BufRead as _, BufReader, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::{SocketAddr as UnixAddr, UnixDatagram, UnixListener};
use std::path::{Path, PathBuf};
#[allow(
    clippy::disallowed_types,
    reason = "what is attacked, and the control, are started here"
)]
use std::process::Command;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

use aegis_helper::{Mechanism, Network, Profile, Report, Sandbox, Spec, StartFailure};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::geteuid;
use tempfile::TempDir;

use super::attacks::{Attack, With};
use crate::engine::Run;

const SECRET: &str = "hunter2\n";
/// A user that no machine has.
const ORDINARY: u32 = 47_115;

/// Who attacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum User {
    Root,
    Ordinary,
}

impl User {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Ordinary => "an ordinary user",
        }
    }
}

/// What came of an attack, with what was said about it.
#[derive(Debug)]
#[allow(dead_code, reason = "read when a test fails")]
pub(crate) enum Outcome {
    GotOut(String),
    Held(String),
    Refused(String),
}

/// The programs, where every user can start them.
pub(crate) struct Bench {
    dir: TempDir,
    user: User,
    /// Whether root has left a program that makes whoever starts it root.
    door: bool,
}

impl Bench {
    /// `None` when the test may not be that user; another way of running the tests is.
    pub(crate) fn new(user: User) -> Option<Self> {
        let is_root = geteuid().is_root();
        if user == User::Root && !is_root {
            println!("not tried as root: the test is not");
            return None;
        }
        let dir = folder();
        let test = std::env::current_exe().unwrap();
        let built = test.parent().and_then(Path::parent).unwrap();
        let attacker = built.join("examples/attacker");
        fs::copy(&attacker, dir.path().join("attacker"))
            .unwrap_or_else(|error| panic!("{}: {error}", attacker.display()));
        fs::copy(env!("CARGO_BIN_EXE_aegis-helper"), dir.path().join("aegis-helper")).unwrap();
        for name in ["attacker", "aegis-helper"] {
            fs::set_permissions(dir.path().join(name), Permissions::from_mode(0o755)).unwrap();
        }
        let door = is_root && user == User::Ordinary;
        Some(Self { dir, user, door })
    }

    pub(crate) const fn user(&self) -> User {
        self.user
    }

    pub(crate) const fn has_a_door(&self) -> bool {
        self.door
    }

    fn program(&self, name: &str) -> String {
        text(real(self.dir.path()).join(name))
    }

    /// The words before a program that make it that user's.
    fn becoming(&self) -> Vec<String> {
        if self.user == User::Ordinary && geteuid().is_root() {
            let id = ORDINARY.to_string();
            ["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups", "--"]
                .map(str::to_owned)
                .into()
        } else {
            Vec::new()
        }
    }
}

/// A folder outside `/tmp`, which a sandbox has one of its own of.
fn folder() -> TempDir {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    dir
}

/// Things to attack.
pub(crate) struct Machine<'a> {
    bench: &'a Bench,
    dir: TempDir,
    victim: Child,
    key: i32,
    ports: [u16; 3],
    /// Open for as long as somebody may write to it.
    _pipe: File,
    _queues: UnixDatagram,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(bench: &'a Bench) -> Self {
        static KEYS: AtomicI32 = AtomicI32::new(0);
        let process = i32::try_from(std::process::id()).unwrap();
        let key = (process << 8) + KEYS.fetch_add(1, Ordering::Relaxed);
        let dir = folder();
        let root = real(dir.path());
        for name in ["work/.git/hooks", "outside/empty", "home/.ssh", "aegis", "tmp", "scratch/tmp"]
        {
            fs::create_dir_all(root.join(name)).unwrap();
        }
        fs::write(root.join("work/.git/config"), "[core]\n").unwrap();
        fs::write(root.join("outside/file"), "original").unwrap();
        for name in ["home/.ssh/id", "home/keyring", "aegis/aegis.db"] {
            fs::write(root.join(name), SECRET).unwrap();
        }
        let pipe = root.join("outside/pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        let open = File::options().read(true).write(true).open(&pipe).unwrap();
        for name in ["outside/socket", "home/.ssh/agent", "aegis/engine.sock"] {
            let listener = UnixListener::bind(root.join(name)).unwrap();
            thread::spawn(move || greet(listener.incoming().map_while(Result::ok)));
        }
        let abstract_name = UnixAddr::from_abstract_name(format!("aegis-attack-{key}")).unwrap();
        let listener = UnixListener::bind_addr(&abstract_name).unwrap();
        thread::spawn(move || greet(listener.incoming().map_while(Result::ok)));
        let queues = UnixDatagram::bind(root.join("outside/datagrams")).unwrap();
        for file in shared(key) {
            fs::write(file, SECRET).unwrap();
        }
        let ports = [tcp4(), tcp6(), udp()];
        if bench.user == User::Ordinary && geteuid().is_root() {
            give(&root);
            shared(key).iter().for_each(|file| give(file));
        }
        if bench.door {
            let door = root.join("root");
            fs::copy(bench.program("attacker"), &door).unwrap();
            fs::set_permissions(&door, Permissions::from_mode(0o4755)).unwrap();
        }
        let victim = victim(bench, &root, key);
        Self { bench, victim, key, ports, dir, _pipe: open, _queues: queues }
    }

    fn root(&self) -> PathBuf {
        real(self.dir.path())
    }

    /// The words of an attack.
    fn words(&self, attack: &Attack) -> Vec<String> {
        let [tcp4, tcp6, udp] = self.ports.map(|port| port.to_string());
        vec![
            attack.name.to_owned(),
            text(self.root()),
            self.victim.id().to_string(),
            tcp4,
            tcp6,
            udp,
            self.key.to_string(),
        ]
    }

    /// Whoever starts the helper, or the attack, leaves a file open as number 9.
    fn leaking(&self) -> Vec<String> {
        let file = text(self.root().join("outside/file"));
        vec!["sh".into(), "-c".into(), format!("exec 9>>'{file}'; exec \"$0\" \"$@\"")]
    }

    /// The attack in a sandbox.
    pub(crate) fn attack_within(
        &self,
        attack: &Attack,
        profile: Profile,
        mechanisms: Vec<Mechanism>,
    ) -> Outcome {
        let root = self.root();
        let mut words = self.leaking();
        words.extend(self.bench.becoming());
        words.push(self.bench.program("aegis-helper"));
        let mut run = Run::ready_as(&words.iter().map(String::as_str).collect::<Vec<_>>());
        run.start(Spec {
            program: self.bench.program("attacker"),
            args: self.words(attack),
            env: vec![
                ("PATH".into(), std::env::var("PATH").unwrap()),
                ("HOME".into(), text(root.join("home"))),
            ],
            cwd: root.join("work"),
            stdin: None,
            timeout_ms: Some(60_000),
            grace_ms: 20,
            pty: false,
            sandbox: Some(Box::new(Sandbox {
                profile,
                writable: vec![root.join("scratch")],
                read_only: vec![real(self.bench.dir.path()), root.join("root")],
                private: Vec::new(),
                hidden: ["home/.ssh", "home/keyring", "aegis"].map(|name| root.join(name)).into(),
                protect_git: attack.with == With::Git,
                network: match attack.with {
                    With::Network => Network::Full,
                    _ => Network::None,
                },
                limits: attack.limits(),
                sockets: Vec::new(),
                tmp: root.join("scratch/tmp"),
                mechanisms,
            })),
        });
        match run.report() {
            Report::StartFailed { kind: StartFailure::SandboxUnavailable, message, .. } => {
                assert!(run.helper_ends().success());
                run.expect_no_process();
                return Outcome::Refused(message);
            }
            Report::Started { .. } => {}
            other => panic!("{}: {other:?}", attack.name),
        }
        let Report::Exited { code, signal, .. } = run.exited().0 else { panic!("not an end") };
        let output = run.output();
        match (code, signal) {
            // It stays as long as it can; that nothing of it is left was looked at.
            (Some(0), _) if attack.name == "outlive" => self.nothing_moves(),
            (Some(0), _) if attack.name == "kill_everybody" => self.victim_lives(),
            (Some(0), _) => Outcome::GotOut(output),
            (Some(1), _) => Outcome::Held(output),
            // SIGXCPU and SIGKILL by the limit, SIGSYS by the filter.
            (None, Some(signal)) => Outcome::Held(format!("ended by signal {signal}: {output}")),
            other => panic!("{}: {other:?}: {output}", attack.name),
        }
    }

    /// Whether a process that was left behind still writes.
    fn nothing_moves(&self) -> Outcome {
        let alive = self.root().join("work/alive");
        let _ = fs::remove_file(&alive);
        thread::sleep(std::time::Duration::from_millis(100));
        if alive.exists() {
            Outcome::GotOut("it lives on".into())
        } else {
            Outcome::Held("it was ended".into())
        }
    }

    /// The attack without a sandbox and without a helper.
    #[allow(clippy::disallowed_types, reason = "the control is no run")]
    pub(crate) fn attack_freely(&self, attack: &Attack) -> Outcome {
        let mut words = self.leaking();
        words.extend(self.bench.becoming());
        words.push(self.bench.program("attacker"));
        words.extend(self.words(attack));
        // What stays behind would hold a pipe open.
        let said = self.root().join("said");
        let status = Command::new(&words[0])
            .args(&words[1..])
            .current_dir(self.root().join("work"))
            .stdin(Stdio::null())
            .stdout(File::create(&said).unwrap())
            .status()
            .unwrap();
        let said = fs::read_to_string(said).unwrap();
        match attack.name {
            "outlive" => self.end_the_daemon(),
            "kill_everybody" => self.victim_lives(),
            _ if status.success() => Outcome::GotOut(said),
            _ => Outcome::Held(said),
        }
    }

    /// A signal takes a moment.
    fn victim_lives(&self) -> Outcome {
        let begun = std::time::Instant::now();
        while begun.elapsed() < std::time::Duration::from_millis(500) {
            if self.has_lost_its_victim() {
                return Outcome::GotOut("the process outside has ended".into());
            }
            thread::sleep(std::time::Duration::from_millis(5));
        }
        Outcome::Held("the process outside lives".into())
    }

    fn has_lost_its_victim(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.victim.id()));
        stat.is_ok_and(|stat| stat.contains(") Z "))
    }

    #[allow(clippy::disallowed_types, reason = "the control is no run")]
    fn end_the_daemon(&self) -> Outcome {
        let outcome = self.nothing_moves();
        let pid = fs::read_to_string(self.root().join("work/daemon")).unwrap();
        Command::new("kill").args(["-KILL", pid.trim()]).status().unwrap();
        outcome
    }

    /// What has changed outside; `None` when nothing has.
    pub(crate) fn harm(&self) -> Option<String> {
        let root = self.root();
        let file = fs::read_to_string(root.join("outside/file")).unwrap_or_default();
        let mut names: Vec<_> = fs::read_dir(root.join("outside"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        if file != "original" {
            return Some(format!("the file outside says “{file}”"));
        }
        if names != ["datagrams", "empty", "file", "pipe", "socket"] {
            return Some(format!("outside there are {names:?}"));
        }
        if self.has_lost_its_victim() {
            return Some("the process outside has ended".into());
        }
        let secrets = ["home/.ssh/id", "home/keyring", "aegis/aegis.db"];
        let whole = |name: &&str| fs::read_to_string(root.join(name)).is_ok_and(|s| s == SECRET);
        (!secrets.iter().all(whole)).then(|| "a secret has changed".into())
    }
}

impl Drop for Machine<'_> {
    fn drop(&mut self) {
        let _ = self.victim.kill();
        let _ = self.victim.wait();
        for file in shared(self.key) {
            let _ = fs::remove_file(file);
        }
        unshare_by_key(self.key);
    }
}

/// Takes away what the victim shared by its key.
#[allow(clippy::disallowed_types, reason = "no crate at hand has these calls")]
fn unshare_by_key(key: i32) {
    let _ = Command::new("ipcrm").arg("-M").arg(key.to_string()).stderr(Stdio::null()).status();
    let name = std::ffi::CString::new(format!("aegis-attack-{key}")).unwrap();
    let _ = nix::mqueue::mq_unlink(name.as_c_str());
}

#[allow(clippy::disallowed_types, reason = "what is attacked is no run")]
fn victim(bench: &Bench, root: &Path, key: i32) -> Child {
    let mut words = bench.becoming();
    words.push(bench.program("attacker"));
    words.extend(["victim".into(), text(root)]);
    words.extend(["0", "0", "0", "0"].map(str::to_owned));
    words.push(key.to_string());
    let mut victim = Command::new(&words[0])
        .args(&words[1..])
        .current_dir(root.join("outside"))
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env("SECRET", SECRET.trim())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(victim.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    victim
}

fn greet<S: Write>(clients: impl Iterator<Item = S>) {
    for mut client in clients {
        let _ = client.write_all(b"here");
    }
}

/// On two addresses of the loopback device.
fn tcp4() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let other = TcpListener::bind(SocketAddr::from(([127, 1, 2, 3], port)));
    for listener in [Ok(listener), other].into_iter().flatten() {
        thread::spawn(move || greet(listener.incoming().map_while(Result::ok)));
    }
    port
}

fn tcp6() -> u16 {
    let Ok(listener) = TcpListener::bind("[::1]:0") else { return 1 };
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || greet(listener.incoming().map_while(Result::ok)));
    port
}

fn udp() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((_, from)) = socket.recv_from(&mut [0; 16]) {
            let _ = socket.send_to(b"here", from);
        }
    });
    port
}

fn shared(key: i32) -> [PathBuf; 2] {
    ["/tmp", "/dev/shm"].map(|folder| Path::new(folder).join(format!("aegis-attack-{key}")))
}

/// Makes everything below a path the ordinary user's.
fn give(path: &Path) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path());
        }
    }
    chown(path, Some(ORDINARY), Some(ORDINARY)).unwrap();
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap()
}

fn text(path: impl AsRef<OsStr>) -> String {
    path.as_ref().to_str().unwrap().to_owned()
}
