//! Looking, without changing anything.

use super::findings::{Database, Engine, Findings, Folder, Lock};
use crate::connection::attach;
use crate::lock;
use crate::paths::is_own;
use crate::{Keychain, Paths, Settings, SystemClock, zone};
use aegis_domain::{RunId, Timestamp};
use aegis_executors::{Available, HelperPath, available_sandboxes};
use aegis_ports::{Clock, Secrets};
use aegis_protocol::{ApiError, GetEngineStatus};
use aegis_store::search::inspect_index;
use aegis_store::{backup, inspect};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;
use tokio::time::timeout;

/// For an engine to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks at everything. Blocks on the disk.
pub(super) async fn gather(paths: &Paths) -> Findings {
    let folder = folder(paths.data());
    let data = paths.data();
    let available = sandboxes().await;
    Findings {
        now: SystemClock.now(),
        folder_name: data.display().to_string(),
        lock: lock_of(paths),
        engine: engine(paths).await,
        database: database(paths),
        search: inspect_index(data),
        free: free(data),
        wal: fs::metadata(data.join("aegis.db-wal")).map_or(0, |file| file.len()),
        newest_backup: newest_backup(data),
        helper: HelperPath::beside_current_exe()
            .map(|helper| helper.as_path().display().to_string())
            .map_err(|missing| missing.to_string()),
        sandboxes: available.clone().map(|available| {
            let kinds = available.mechanisms.into_iter();
            kinds.map(|(kind, why)| (kind.name(), why)).collect()
        }),
        control_group: available.and_then(|available| match available.control_group {
            Ok(controls) if controls.memory && controls.processes => Ok(()),
            Ok(_) => Err("the group above hands no controllers down".to_owned()),
            Err(why) => Err(why),
        }),
        settings: Settings::open(paths).map(drop).map_err(|e| sentence(ApiError::from(e))),
        zone: zone::known().map(|zone| zone.name().to_owned()),
        keychain: Keychain::of_session().probe().await,
        folder,
    }
}

/// The helper tries them out.
async fn sandboxes() -> Result<Available, String> {
    let helper = HelperPath::beside_current_exe().map_err(|missing| missing.to_string())?;
    available_sandboxes(&helper).await
}

fn sentence(error: ApiError) -> String {
    error.message
}

fn folder(path: &Path) -> Folder {
    match fs::metadata(path) {
        Ok(found) if !found.is_dir() => Folder::Occupied,
        Ok(found) => Folder::There { own: is_own(&found), mode: found.mode() },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Folder::Missing,
        Err(error) => Folder::Unreadable(error.to_string()),
    }
}

fn lock_of(paths: &Paths) -> Lock {
    match lock::is_held(&paths.lock()) {
        Ok(true) => Lock::Held,
        Ok(false) => Lock::Free,
        Err(error) => Lock::Unreadable(error.to_string()),
    }
}

async fn engine(paths: &Paths) -> Engine {
    let asked = async {
        let Some(client) = attach(paths).await? else { return Ok(None) };
        aegis_api::call(&client, GetEngineStatus {}).await.map(Some)
    };
    match timeout(PATIENCE, asked).await {
        Ok(Ok(None)) => Engine::None,
        Ok(Ok(Some(status))) => Engine::Answers { pid: status.pid, version: status.version },
        Ok(Err(error)) => Engine::Silent(sentence(error)),
        Err(_) => Engine::Silent(format!("it took more than {} seconds.", PATIENCE.as_secs())),
    }
}

/// The logs first: a run is on record before it has a log, so that none seems to be without.
fn database(paths: &Paths) -> Option<Result<Database, String>> {
    let mut logs = HashMap::new();
    for entry in walkdir::WalkDir::new(paths.runs()).into_iter().flatten() {
        let name = entry.file_name().to_string_lossy();
        let run = name.strip_suffix(".log").and_then(|name| name.parse::<RunId>().ok());
        if let (Some(run), Ok(found)) = (run, entry.metadata()) {
            logs.insert(run, found.len());
        }
    }
    let inspection = match inspect(paths.data()) {
        Ok(inspection) => inspection,
        Err(backup::BackupError::NotFound(_)) => return None,
        Err(error) => return Some(Err(format!("{error}."))),
    };
    let runs = &inspection.runs;
    let is_short = |(run, len): (&RunId, &Option<u64>)| {
        len.is_some_and(|len| logs.get(run).copied().unwrap_or(0) < len)
    };
    Some(Ok(Database {
        form: inspection.contents.form,
        tasks: inspection.contents.tasks,
        unended: runs.values().filter(|len| len.is_none()).count(),
        stray_logs: logs.keys().filter(|run| !runs.contains_key(run)).count(),
        short_logs: runs.iter().filter(|run| is_short(*run)).count(),
        bytes: fs::metadata(paths.data().join("aegis.db")).map_or(0, |file| file.len()),
        log_bytes: logs.values().sum(),
        newest_event: inspection.newest_event,
        last_sweep: inspection.last_sweep,
    }))
}

/// Of the folder, or of what is above it while it is not there.
fn free(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|folder| folder.is_dir())?;
    let room = rustix::fs::statvfs(there).ok()?;
    Some(room.f_bavail.saturating_mul(room.f_frsize))
}

fn newest_backup(data: &Path) -> Result<Option<Timestamp>, String> {
    let backups = backup::list(data).map_err(|error| error.to_string())?;
    Ok(backups.first().map(|backup| backup.at))
}
