//! What the findings mean.

use super::findings::{Database, Engine, Findings, Folder, Lock};
use super::{Check, Verdict};
use aegis_domain::Timestamp;
use aegis_store::latest_version;
use std::time::Duration;

const MIB: u64 = 1024 * 1024;
/// Less room than this, and the next commit may fail.
const SCARCE: u64 = 50 * MIB;
/// Less room than this is worth a look.
const LITTLE: u64 = 500 * MIB;
/// Under the heaviest load the writer lets a write-ahead log have half of this.
const LARGE_WAL: u64 = 128 * MIB;
/// One is made a day.
const OLD_BACKUP: Duration = Duration::from_secs(3 * 24 * 3600);
/// Ages that are measured this far in the past are worth a look.
const DOUBT: Duration = Duration::from_secs(30 * 24 * 3600);
/// Clocks are put right by as much.
const SLACK: Duration = Duration::from_secs(5 * 60);

/// Who else than the owner may look into the folder.
const OTHERS: u32 = 0o077;

/// Every check, always in this order.
pub(super) fn judge(found: &Findings) -> Vec<Check> {
    vec![
        folder(found),
        lock(found),
        engine(found),
        database(found),
        runs(found),
        logs(found),
        search(found),
        size(found),
        clean_up(found),
        clock(found),
        space(found),
        wal(found),
        backups(found),
        helper(found),
        sandbox(found),
        limits(found),
        settings(found),
        zone(found),
        keychain(found),
    ]
}

fn ok(name: &'static str, message: impl Into<String>) -> Check {
    Check { name, verdict: Verdict::Ok, message: message.into(), hint: None }
}

fn warning(name: &'static str, message: impl Into<String>, hint: &str) -> Check {
    let hint = Some(hint.to_owned());
    Check { name, verdict: Verdict::Warning, message: message.into(), hint }
}

fn problem(name: &'static str, message: impl Into<String>, hint: &str) -> Check {
    Check { verdict: Verdict::Problem, ..warning(name, message, hint) }
}

/// The database, if it is there and whole.
fn whole(found: &Findings) -> Option<&Database> {
    found.database.as_ref()?.as_ref().ok()
}

fn folder(found: &Findings) -> Check {
    const NAME: &str = "data directory";
    let path = &found.folder_name;
    let elsewhere = "Move it away, or set AEGIS_HOME to another folder.";
    match &found.folder {
        Folder::Missing => {
            ok(NAME, format!("“{path}” is not there yet; the first start makes it."))
        }
        Folder::Occupied => problem(NAME, format!("“{path}” is not a folder."), elsewhere),
        Folder::There { own: false, .. } => {
            let whose = "belongs to somebody else, or others may write into it";
            problem(NAME, format!("“{path}” {whose}."), elsewhere)
        }
        Folder::There { mode, .. } if mode & 0o700 != 0o700 => problem(
            NAME,
            format!("You may not read and write “{path}” (mode {:o}).", mode & 0o777),
            "Make it yours: chmod 700 on that folder.",
        ),
        Folder::There { mode, .. } if mode & OTHERS != 0 => warning(
            NAME,
            format!("Others may look into “{path}” (mode {:o}).", mode & 0o777),
            "The next start makes it private; or chmod 700 on that folder.",
        ),
        Folder::There { .. } => ok(NAME, format!("“{path}” is yours alone.")),
        Folder::Unreadable(detail) => problem(
            NAME,
            format!("“{path}” cannot be looked at: {detail}."),
            "Make the folder readable for your user, or set AEGIS_HOME to another one.",
        ),
    }
}

fn lock(found: &Findings) -> Check {
    const NAME: &str = "lock";
    match &found.lock {
        Lock::Free => ok(NAME, "Nobody holds the data directory."),
        Lock::Held => match &found.engine {
            Engine::Answers { pid, .. } => {
                ok(NAME, format!("The engine (process {pid}) holds the data directory."))
            }
            _ => warning(
                NAME,
                "Somebody holds the data directory, and no engine answers.",
                "A command may be at work: try again. If it stays, engine.lock there says who it is.",
            ),
        },
        Lock::Unreadable(detail) => problem(
            NAME,
            format!("The lock cannot be looked at: {detail}."),
            "Make the file engine.lock in the data directory yours.",
        ),
    }
}

fn engine(found: &Findings) -> Check {
    const NAME: &str = "engine";
    match &found.engine {
        Engine::None => ok(NAME, "No engine is running."),
        Engine::Answers { version, .. } if version != env!("CARGO_PKG_VERSION") => warning(
            NAME,
            format!("The engine is Aegis {version}; this program is another version."),
            "Stop it, and start it again: aegis engine stop",
        ),
        Engine::Answers { pid, .. } => ok(NAME, format!("The engine answers (process {pid}).")),
        Engine::Silent(detail) => problem(
            NAME,
            format!("The engine's socket does not answer: {detail}"),
            "End the process that engine.lock names, and start again.",
        ),
    }
}

fn database(found: &Findings) -> Check {
    const NAME: &str = "database";
    match &found.database {
        None => ok(NAME, "There is no database yet; the first start makes it."),
        Some(Err(detail)) => problem(
            NAME,
            detail.clone(),
            "Put a backup in its place: aegis backup list, then aegis backup restore NAME. What is \
             there now is kept.",
        ),
        Some(Ok(Database { form, tasks, .. })) if *form < latest_version() => warning(
            NAME,
            format!("The database is whole (tasks: {tasks}), and of an older form."),
            "The next start makes a backup and brings it up.",
        ),
        Some(Ok(Database { tasks, .. })) => {
            ok(NAME, format!("The database is whole (tasks: {tasks})."))
        }
    }
}

fn runs(found: &Findings) -> Check {
    const NAME: &str = "runs";
    let unended = whole(found).map_or(0, |database| database.unended);
    match (&found.lock, unended) {
        (_, 0) => ok(NAME, "No run is without an end."),
        (Lock::Held, count) => ok(NAME, format!("{count} under way.")),
        (_, count) => warning(
            NAME,
            format!("{count} were cut off: they have no end, and no engine runs."),
            "The next start puts them right: open the window, or aegis serve.",
        ),
    }
}

fn logs(found: &Findings) -> Check {
    const NAME: &str = "logs";
    let (stray, short) = whole(found).map_or((0, 0), |d| (d.stray_logs, d.short_logs));
    match (stray, short) {
        (0, 0) => ok(NAME, "Every log belongs to a run and has its length."),
        (stray, 0) => warning(
            NAME,
            format!("Logs without a run: {stray}."),
            "A restored backup or an import leaves such logs. They can be removed from the folder \
             runs of the data directory.",
        ),
        (_, short) => warning(
            NAME,
            format!("Runs whose log is missing or shorter than it was: {short}."),
            "What those runs printed last is lost, by a power cut or a hand; nothing else is.",
        ),
    }
}

fn search(found: &Findings) -> Check {
    const NAME: &str = "search index";
    match &found.search {
        None => ok(NAME, "There is none yet; the first start makes it."),
        Some(Ok(index)) if index.behind == 0 => {
            ok(NAME, format!("Everything is in it: {} tasks and runs.", index.docs))
        }
        Some(Ok(index)) => ok(
            NAME,
            format!("{} events are still to be taken in; a search does so first.", index.behind),
        ),
        Some(Err(detail)) => warning(
            NAME,
            format!("It is damaged: {}.", detail.trim_end_matches('.')),
            "Stop the engine and remove search.db from the data directory: the next start makes it \
             again.",
        ),
    }
}

/// How much there is; the settings say how much of it stays.
fn size(found: &Findings) -> Check {
    const NAME: &str = "size";
    let Some(database) = whole(found) else { return ok(NAME, "There is nothing yet.") };
    let index = found.search.as_ref().and_then(|index| index.as_ref().ok());
    let mib = |bytes: u64| bytes.div_ceil(MIB);
    ok(
        NAME,
        format!(
            "Database {} MiB, logs {} MiB, search index {} MiB.",
            mib(database.bytes),
            mib(database.log_bytes),
            mib(index.map_or(0, |index| index.bytes))
        ),
    )
}

/// Whether what is old goes.
fn clean_up(found: &Findings) -> Check {
    const NAME: &str = "clean-up";
    let Some(last) = whole(found).and_then(|database| database.last_sweep) else {
        return ok(NAME, "What is old was not removed yet; a running engine does so every day.");
    };
    let of = |at: Timestamp| at.format("%Y-%m-%d %H:%M UTC");
    if last.as_of + DOUBT < last.at {
        return warning(
            NAME,
            format!(
                "Ages are measured as of {}: the clock jumped, or Aegis did not run for long.",
                of(last.as_of)
            ),
            "Look whether the computer's clock is right. If it is, this catches up by a week a day.",
        );
    }
    ok(NAME, format!("What is old was last removed at {}.", of(last.at)))
}

fn clock(found: &Findings) -> Check {
    const NAME: &str = "clock";
    let newest = whole(found).and_then(|database| database.newest_event);
    match newest {
        Some(newest) if newest > found.now + SLACK => warning(
            NAME,
            format!("The newest event is of the future: {}.", newest.format("%Y-%m-%d %H:%M UTC")),
            "Look whether the computer's clock is right. Schedules go on from what it says.",
        ),
        _ => ok(NAME, "The clock agrees with what happened so far."),
    }
}

fn space(found: &Findings) -> Check {
    const NAME: &str = "disk space";
    const HINT: &str = "Free some space on the disk of the data directory.";
    match found.free {
        None => warning(NAME, "The system does not say how much room there is.", HINT),
        Some(free) if free < SCARCE => {
            problem(NAME, format!("Only {} MiB are left.", free / MIB), HINT)
        }
        Some(free) if free < LITTLE => {
            warning(NAME, format!("Only {} MiB are left.", free / MIB), HINT)
        }
        Some(free) => ok(NAME, format!("{} MiB are left.", free / MIB)),
    }
}

fn wal(found: &Findings) -> Check {
    const NAME: &str = "write-ahead log";
    let size = found.wal / MIB;
    if found.wal > LARGE_WAL {
        let hint = "It is folded back at the next start: stop the engine and start it again.";
        warning(NAME, format!("It has {size} MiB, more than it should."), hint)
    } else {
        ok(NAME, format!("It has {size} MiB."))
    }
}

fn backups(found: &Findings) -> Check {
    const NAME: &str = "backups";
    const HINT: &str = "Make one now: aegis backup create. A running engine makes one a day.";
    match &found.newest_backup {
        Err(detail) => warning(NAME, format!("{detail}."), "Look at the folder backups."),
        Ok(None) if found.database.is_none() => ok(NAME, "There is nothing to back up yet."),
        Ok(None) => warning(NAME, "There is no backup.", HINT),
        Ok(Some(newest)) => {
            let days = (found.now - newest).num_days();
            if *newest + OLD_BACKUP < found.now {
                warning(NAME, format!("The newest backup is {days} days old."), HINT)
            } else {
                ok(NAME, format!("The newest is of {}.", newest.format("%Y-%m-%d %H:%M UTC")))
            }
        }
    }
}

fn helper(found: &Findings) -> Check {
    const NAME: &str = "helper";
    match &found.helper {
        Ok(path) => ok(NAME, format!("“{path}” can be run.")),
        Err(detail) => problem(NAME, format!("{detail}."), "Install Aegis again."),
    }
}

/// A task that asks for none needs none.
fn sandbox(found: &Findings) -> Check {
    const NAME: &str = "sandbox";
    const INSTALL: &str = "Install bubblewrap (Debian: apt install bubblewrap), and let users make \
                           user namespaces.";
    let kinds = match &found.sandboxes {
        Ok(kinds) => kinds,
        Err(why) => {
            return warning(NAME, format!("What can be had is not known: {why}."), INSTALL);
        }
    };
    let had = |wanted: bool| kinds.iter().filter(move |(_, why)| why.is_none() == wanted);
    let names: Vec<&str> = had(true).map(|(name, _)| *name).collect();
    let reasons: Vec<&str> = had(false).filter_map(|(_, why)| why.as_deref()).collect();
    match (names.as_slice(), reasons.is_empty()) {
        ([], _) => warning(
            NAME,
            format!("A task that asks for one is refused: {}.", reasons.join("; ")),
            INSTALL,
        ),
        (names, true) => ok(NAME, format!("Runs can be kept apart by {}.", names.join(" and "))),
        // The best comes first: with it, every sandbox can be had.
        (names, false) if kinds.first().is_some_and(|(_, why)| why.is_none()) => {
            ok(NAME, format!("Runs can be kept apart by {}.", names.join(" and ")))
        }
        (names, false) => warning(
            NAME,
            format!(
                "Some sandboxes are refused, with only {}: {}.",
                names.join(" and "),
                reasons.join("; ")
            ),
            INSTALL,
        ),
    }
}

/// Where there is none, each process is held, which is nothing to repair.
fn limits(found: &Findings) -> Check {
    const NAME: &str = "limits";
    match &found.control_group {
        Ok(()) => ok(
            NAME,
            "The limits of a run on memory and processes hold for all of it together, by a control \
             group.",
        ),
        Err(why) => ok(
            NAME,
            format!("The limit of a run on memory counts for each of its processes: {why}."),
        ),
    }
}

fn settings(found: &Findings) -> Check {
    const NAME: &str = "settings";
    match &found.settings {
        Ok(()) => ok(NAME, "The settings can be read."),
        Err(detail) => problem(NAME, detail.clone(), "Correct the file, or move it away."),
    }
}

fn zone(found: &Findings) -> Check {
    const NAME: &str = "time zone";
    match &found.zone {
        Some(zone) => ok(NAME, format!("It is {zone}.")),
        None => warning(
            NAME,
            "The system does not say which time zone this is: times are in UTC.",
            "Set it with timedatectl, or set TZ to a name such as Europe/Berlin.",
        ),
    }
}

fn keychain(found: &Findings) -> Check {
    const NAME: &str = "keychain";
    match &found.keychain {
        Ok(()) => ok(NAME, "Keys can be kept in the keychain."),
        Err(error) => warning(NAME, error.to_string(), &error.hint()),
    }
}
