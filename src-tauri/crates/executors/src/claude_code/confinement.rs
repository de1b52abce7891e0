//! The sandbox of a session: what a task or the settings ask for, and what Claude Code cannot do
//! without.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use aegis_domain::{ClaudeCodeSettings, Host, SandboxNetwork, SandboxProfile, SandboxSettings};

use crate::sandbox::Ground;

/// Where the Messages API usually is.
const API: &str = "api.anthropic.com:443";

/// What Claude Code keeps about sessions, below its own folder. It is written by a session in a
/// sandbox; nothing in it is started by a later one.
const KEPT: [&str; 7] =
    ["todos", "tasks", "plans", "file-history", "session-env", "shell-snapshots", "debug"];
/// The login, below its own folder. It is renewed in place.
const LOGIN: &str = ".credentials.json";
/// What the user has told Claude Code, below its own folder. It is only read in a sandbox: a hook or
/// a command that a session leaves there would run outside of it the next time.
const TOLD: [&str; 10] = [
    "settings.json",
    "CLAUDE.md",
    "agents",
    "commands",
    "hooks",
    "output-styles",
    "plugins",
    "rules",
    "skills",
    "local",
];
/// The longest name of a folder that Claude Code makes of a path as it is (version 2.1.197).
const MAX_SLUG: usize = 200;

/// The sandbox that a session asks for, where its profile is `profile`, whoever has decided it. One
/// that is to reach nobody reaches the service that it talks to, and nobody else.
pub(super) fn settings(
    settings: &ClaudeCodeSettings,
    profile: SandboxProfile,
    base_url: Option<&str>,
) -> Option<SandboxSettings> {
    if profile == SandboxProfile::None {
        return settings.sandbox.clone();
    }
    // It is named, so that what follows from it is of the same moment.
    let asked = settings.sandbox.clone().unwrap_or_default();
    let mut sandbox = SandboxSettings { profile: Some(profile), ..asked };
    let service = base_url.map_or_else(|| Some(API.to_owned()), host_of);
    let service = service.and_then(|service| service.parse::<Host>().ok());
    let nobody = reaches_nobody(sandbox.network.as_ref(), profile);
    match (&mut sandbox.network, service) {
        (network, Some(service)) if nobody => *network = Some(SandboxNetwork::Allow(vec![service])),
        (Some(SandboxNetwork::Allow(hosts)), Some(service)) if !hosts.contains(&service) => {
            hosts.push(service);
        }
        _ => {}
    }
    Some(sandbox)
}

/// Whether nothing that a session starts can reach anybody but the service that it talks to.
pub(super) fn is_sealed(settings: &ClaudeCodeSettings, profile: SandboxProfile) -> bool {
    let network = settings.sandbox.as_ref().and_then(|sandbox| sandbox.network.as_ref());
    profile != SandboxProfile::None && reaches_nobody(network, profile)
}

fn reaches_nobody(network: Option<&SandboxNetwork>, profile: SandboxProfile) -> bool {
    match network {
        Some(SandboxNetwork::None) => true,
        None => profile == SandboxProfile::Strict,
        Some(SandboxNetwork::Allow(_) | SandboxNetwork::Full) => false,
    }
}

/// What a session is started with.
pub(super) struct Needs<'a> {
    /// Where it works, without symbolic links.
    pub(super) cwd: &'a Path,
    /// The folder of its run.
    pub(super) scratch: &'a Path,
    /// The home directory.
    pub(super) home: &'a Path,
    /// Claude Code.
    pub(super) program: &'a Path,
    /// The helper, by which hooks and servers of tools reach the engine.
    pub(super) helper: &'a Path,
    /// The sockets of the run.
    pub(super) sockets: Vec<PathBuf>,
}

/// Where a session works in a sandbox. Of Claude Code's own folder it sees what the user has told
/// it, and writes what it keeps about the sessions of this working directory; folders for that are
/// made. The rest of that folder is empty, and its own.
///
/// # Errors
/// When a folder cannot be made.
pub(super) fn ground(needs: Needs<'_>) -> io::Result<Ground> {
    let own = needs.home.join(".claude");
    let below = |name: &&str| own.join(name);
    let mut folders: Vec<PathBuf> = KEPT.iter().map(&below).collect();
    folders.push(own.join("projects").join(slug(needs.cwd)));
    for folder in &folders {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    folders.push(own.join(LOGIN));
    let mut readable: Vec<PathBuf> = TOLD.iter().map(below).collect();
    readable.extend([needs.home.join(".claude.json"), needs.helper.to_owned()]);
    readable.extend(program(needs.program));
    Ok(Ground {
        cwd: needs.cwd.to_owned(),
        scratch: needs.scratch.to_owned(),
        writable: folders,
        readable,
        private: vec![own],
        sockets: needs.sockets,
    })
}

/// The folder, below `projects`, in which Claude Code keeps the sessions of a working directory:
/// its path with everything but letters and digits as a dash. A longer one is cut by a rule of its
/// own, so the folder of all of them is meant.
fn slug(cwd: &Path) -> String {
    let path = cwd.to_string_lossy();
    if path.len() > MAX_SLUG {
        return String::new();
    }
    path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// The file of the program; and the folder of its package, when it is a script that needs that.
fn program(path: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(path).ok()?;
    let mut head = [0; 2];
    let read =
        fs::File::open(&real).and_then(|mut file| io::Read::read_exact(&mut file, &mut head));
    let is_script = read.is_ok() && head == *b"#!";
    let package = real.parent().filter(|folder| folder.join("package.json").is_file());
    match package {
        Some(folder) if is_script => Some(folder.to_owned()),
        _ => Some(real),
    }
}

/// The host and the port of an address.
fn host_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Some(match (has_port, scheme) {
        (true, _) => host.to_owned(),
        (false, "http") => format!("{host}:80"),
        (false, _) => format!("{host}:443"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use SandboxProfile::{None as Nothing, Strict, Workspace};

    fn reaching(network: Option<SandboxNetwork>) -> ClaudeCodeSettings {
        let sandbox = SandboxSettings { network, ..Default::default() };
        ClaudeCodeSettings { sandbox: Some(sandbox), ..ClaudeCodeSettings::default() }
    }

    fn hosts(
        of: &ClaudeCodeSettings,
        profile: SandboxProfile,
        base_url: Option<&str>,
    ) -> Vec<String> {
        match settings(of, profile, base_url).and_then(|sandbox| sandbox.network) {
            Some(SandboxNetwork::Allow(hosts)) => {
                hosts.iter().map(|host| format!("{}:{}", host.name(), host.port())).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn one_that_reaches_nobody_reaches_its_service_alone() {
        let strict = reaching(None);
        assert_eq!(hosts(&strict, Strict, None), ["api.anthropic.com:443"]);
        let sealed = reaching(Some(SandboxNetwork::None));
        assert_eq!(hosts(&sealed, Workspace, Some("http://127.0.0.1:8431/v1")), ["127.0.0.1:8431"]);
        assert!(is_sealed(&strict, Strict) && is_sealed(&sealed, Workspace));
    }

    /// Who has decided the profile makes no difference: here it was not the task.
    #[test]
    fn one_that_its_task_says_nothing_of_reaches_its_service_too() {
        let silent = ClaudeCodeSettings::default();
        assert_eq!(hosts(&silent, Strict, None), ["api.anthropic.com:443"]);
        let asked = settings(&silent, Strict, None).unwrap();
        assert_eq!(asked.profile, Some(Strict));
        assert!(is_sealed(&silent, Strict));
        assert!(!is_sealed(&silent, Workspace) && !is_sealed(&silent, Nothing));
        assert_eq!(settings(&silent, Nothing, None), None);
    }

    #[test]
    fn what_a_task_lets_through_stays_let_through() {
        let docs: Host = "docs.rs:443".parse().unwrap();
        let some = reaching(Some(SandboxNetwork::Allow(vec![docs])));
        assert_eq!(hosts(&some, Strict, None), ["docs.rs:443", "api.anthropic.com:443"]);
        let all = reaching(None);
        assert_eq!(settings(&all, Workspace, None).and_then(|sandbox| sandbox.network), None);
        assert!(!is_sealed(&some, Strict) && !is_sealed(&all, Workspace));
    }

    #[test]
    fn what_starts_by_itself_outside_is_only_read() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("pkg")).unwrap();
        fs::write(at("pkg/cli.js"), "#!/usr/bin/env node\n").unwrap();
        fs::write(at("pkg/package.json"), "{}").unwrap();
        std::os::unix::fs::symlink("pkg/cli.js", at("claude")).unwrap();
        let needs = Needs {
            cwd: Path::new("/work/my app"),
            scratch: Path::new("/run/1"),
            home: dir.path(),
            program: &at("claude"),
            helper: Path::new("/h"),
            sockets: Vec::new(),
        };
        let ground = ground(needs).unwrap();
        let real = fs::canonicalize(dir.path()).unwrap();
        assert!(ground.readable.contains(&real.join("pkg")), "{:?}", ground.readable);
        assert!(at(".claude/projects/-work-my-app").is_dir());
        for told in [".claude/settings.json", ".claude/local", ".claude.json"] {
            let told = at(told);
            assert!(ground.readable.contains(&told), "{}", told.display());
            let opens = |folder: &PathBuf| told.starts_with(folder);
            assert!(!ground.writable.iter().any(opens), "{}", told.display());
        }
        let long = PathBuf::from(format!("/{}", "a".repeat(300)));
        assert_eq!(slug(&long), "");
    }
}
