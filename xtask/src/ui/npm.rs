//! The npm packages: fonts, colours and icons.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use super::{Change, Paths};

/// Runs `npm ci` when `ui/node_modules` is missing or older than the lock file.
pub(super) fn install(paths: &Paths) -> Result<Change> {
    // npm writes this file last, so a broken installation is not taken for a whole one.
    let installed = modified(&paths.ui.join("node_modules/.package-lock.json"));
    let locked = modified(&paths.ui.join("package-lock.json"));
    if installed.is_some() && installed >= locked {
        return Ok(Change::None);
    }
    let status = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
        .current_dir(&paths.ui)
        .status();
    match status {
        Ok(status) if status.success() => Ok(Change::Made),
        Ok(status) => bail!("`npm ci` in ui/ ended with {status}; its own message is above"),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("npm is not installed: install Node.js 18 or later, then run this again")
        }
        Err(error) => Err(error).context("cannot start npm"),
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
