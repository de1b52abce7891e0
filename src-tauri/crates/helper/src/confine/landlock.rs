//! Landlock: which files a program may open, and whom it may signal.

use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access as _, AccessFs, BitFlags, CompatLevel, Compatible as _, PathBeneath, PathFd,
    Ruleset, RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _, RulesetError, Scope,
};

use super::places::{ETC, Places, SYSTEM, resolver};

/// Without a namespace of its own, less than this leaves signals and abstract sockets open
/// (Linux 6.12).
const ALONE: ABI = ABI::V6;
/// What is asked for where it can be had.
const NEWEST: ABI = ABI::V9;

/// Most rules: more folders than that beside hidden ones are not read.
const MAX_RULES: usize = 50_000;

/// Devices that hold nothing of anybody's.
const DEVICES: [&str; 6] =
    ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];

/// What is never read without a view of the files of one's own: other programs' sockets and
/// temporary files, and devices.
const NEVER: [&str; 5] = ["/run", "/tmp", "/var/tmp", "/dev", "/lost+found"];

/// What of `/proc` says nothing of any process.
const PROC: [&str; 8] = [
    "/proc/cpuinfo",
    "/proc/filesystems",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys",
    "/proc/uptime",
    "/proc/version",
];

/// Whether this kernel can keep a program apart by Landlock alone; a clause when not.
pub(super) fn available() -> Result<(), String> {
    let created = strict().and_then(Ruleset::create);
    created.map(drop).map_err(|_| {
        "this kernel has no Landlock, or one that leaves signals open (Linux 6.12 has what it \
         takes, where the boot option lsm= names landlock)"
            .to_owned()
    })
}

/// Whether this kernel can keep a program from abstract sockets of others.
pub(super) fn closes_abstract_sockets() -> bool {
    let scope = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .scope(Scope::AbstractUnixSocket);
    scope.and_then(Ruleset::create).is_ok()
}

fn strict() -> Result<Ruleset, RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ALONE))?
        .scope(Scope::from_all(ALONE))
}

/// The rules of a program that nothing but Landlock keeps apart.
///
/// What there is to hide is inside folders that can be read, and Landlock only knows how to allow:
/// what lies beside it is allowed, name by name. So a folder that holds something hidden cannot be
/// listed itself, and what comes into it later cannot be read.
pub(super) fn alone(places: &Places, strict_reading: bool) -> Result<RulesetCreated, String> {
    let failed = |error: &dyn std::error::Error| format!("Landlock refused its rules: {error}");
    let mut rules = strict()
        .and_then(Ruleset::create)
        .map_err(|error| failed(&error))?
        // A file has fewer rights than a folder: what does not apply is left out.
        .set_compatibility(CompatLevel::BestEffort);
    let read = AccessFs::from_read(ALONE);
    let all = AccessFs::from_all(ALONE) & !(AccessFs::MakeBlock | AccessFs::MakeChar);
    let readable = if strict_reading {
        strictly(places)
    } else {
        let mut hidden = places.hidden.clone();
        hidden.extend(NEVER.map(PathBuf::from));
        let mut found = beside(Path::new("/"), &hidden);
        found.extend(places.read_only.clone());
        found.extend(resolver());
        found
    };
    for path in readable {
        // What went away meanwhile, or may not be entered, is not read.
        let Ok(fd) = PathFd::new(&path) else { continue };
        let rights = if path.is_dir() { read } else { read & AccessFs::from_file(ALONE) };
        rules = rules.add_rule(PathBeneath::new(fd, rights)).map_err(|error| failed(&error))?;
    }
    for device in DEVICES {
        let Ok(fd) = PathFd::new(device) else { continue };
        let rights = AccessFs::from_file(ALONE) & !AccessFs::Execute;
        rules = rules.add_rule(PathBeneath::new(fd, rights)).map_err(|error| failed(&error))?;
    }
    for (_, fd) in places.writable.iter().chain([&places.tmp]) {
        rules = rules.add_rule(PathBeneath::new(fd, all)).map_err(|error| failed(&error))?;
    }
    Ok(rules)
}

/// The rules of a program that has a view of the files of its own, as a second lock: a pipe with a
/// name can be written though its folder can only be read, and an abstract socket is no file.
/// What this kernel does not know is left out.
pub(super) fn within(
    writable: &[PathBuf],
    sockets: &[PathBuf],
    scope: bool,
) -> Result<RulesetCreated, RulesetError> {
    let write = AccessFs::from_write(NEWEST);
    let mut ruleset = Ruleset::default().handle_access(write)?;
    if scope {
        ruleset = ruleset.scope(Scope::from_all(ALONE))?;
    }
    let mut rules = ruleset.create()?;
    for path in writable {
        let Ok(fd) = PathFd::new(path) else { continue };
        let rights: BitFlags<AccessFs> =
            if path.is_dir() { write } else { write & AccessFs::from_file(NEWEST) };
        rules = rules.add_rule(PathBeneath::new(fd, rights))?;
    }
    for path in sockets {
        let Ok(fd) = PathFd::new(path) else { continue };
        rules = rules.add_rule(PathBeneath::new(fd, AccessFs::ResolveUnix))?;
    }
    Ok(rules)
}

fn strictly(places: &Places) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = SYSTEM.iter().chain(&PROC).map(PathBuf::from).collect();
    found.extend(ETC.map(|name| Path::new("/etc").join(name)));
    found.extend(resolver());
    found.extend(places.read_only.clone());
    // What is hidden stays so, also within what was named.
    let mut open = Vec::new();
    for path in found {
        let path = fs::canonicalize(&path).unwrap_or(path);
        if places.hidden.iter().any(|hidden| path.starts_with(hidden)) {
            continue;
        }
        if places.hidden.iter().any(|hidden| hidden.starts_with(&path)) {
            open.extend(beside(&path, &places.hidden));
        } else {
            open.push(path);
        }
    }
    open
}

/// Everything below `folder` but what is hidden and what leads to it.
fn beside(folder: &Path, hidden: &[PathBuf]) -> Vec<PathBuf> {
    let mut open = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            // A link is followed to what it leads to, which has to be allowed itself.
            if kind.is_symlink() || kind.is_socket() || hidden.contains(&path) {
                continue;
            }
            if hidden.iter().any(|hidden| hidden.starts_with(&path)) {
                folders.push(path);
            } else if open.len() < MAX_RULES {
                open.push(path);
            }
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_beside_what_is_hidden_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for folder in ["a/b/secret", "a/c", "d", "tree"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        fs::write(at("a/b/file"), "").unwrap();
        std::os::unix::fs::symlink(at("a/b/secret"), at("link")).unwrap();
        let mut open = beside(dir.path(), &[at("a/b/secret"), at("tree")]);
        open.sort_unstable();
        assert_eq!(open, [at("a/b/file"), at("a/c"), at("d")]);
    }
}
