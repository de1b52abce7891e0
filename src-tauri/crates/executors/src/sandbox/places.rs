//! The folders that a task names for its sandbox.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aegis_domain::Invalid;

use crate::words::quoted;

/// Why a folder cannot be one that a run in a sandbox writes, or reads.
#[derive(Debug, thiserror::Error)]
pub(super) enum PlaceError {
    #[error("“{}” does not say from where it starts.", quoted(.0))]
    Relative(String),
    #[error("{} cannot be used: {error}.", shown(.path))]
    Unusable { path: PathBuf, error: io::Error },
    #[error("{} is not a folder.", shown(.0))]
    NotAFolder(PathBuf),
    #[error("{} lies outside the folders that Aegis may work in.", shown(.0))]
    Outside(PathBuf),
    #[error(
        "{} holds the home directory: a sandbox that may write all of it would keep nothing.",
        shown(.0)
    )]
    Home(PathBuf),
    #[error("{} holds, or lies in, {}, which stays hidden in a sandbox.", shown(.path), shown(.hidden))]
    Hidden { path: PathBuf, hidden: PathBuf },
}

impl From<PlaceError> for Invalid {
    fn from(error: PlaceError) -> Self {
        let hint = match &error {
            PlaceError::Relative(_) => "Begin it with / or with ~/ (your home directory).",
            PlaceError::Unusable { .. } => "Create it, or name another one.",
            PlaceError::NotAFolder(_) => "Name a folder.",
            PlaceError::Outside(_) => "Allow it with: aegis roots add",
            PlaceError::Home(_) => {
                "Let it work in a folder below that: --cwd; and name further ones with --writable"
            }
            PlaceError::Hidden { .. } => "Let it work in another folder.",
        };
        Self::new("sandbox", error.to_string(), hint)
    }
}

/// The folder that a path means now, without symbolic links.
pub(super) fn folder(path: &str, home: &Path) -> Result<PathBuf, PlaceError> {
    let real = real(path, home)?;
    if real.is_dir() { Ok(real) } else { Err(PlaceError::NotAFolder(real)) }
}

/// The file or folder that a path means now, which is to be read.
pub(super) fn anything(path: &str, home: &Path, hidden: &[PathBuf]) -> Result<PathBuf, PlaceError> {
    let real = real(path, home)?;
    match hidden.iter().find(|hidden| real.starts_with(hidden)) {
        Some(hidden) => Err(PlaceError::Hidden { path: real, hidden: hidden.clone() }),
        None => Ok(real),
    }
}

/// Whether a folder can be written by a sandbox that still is one: what starts with the user's
/// session, and what is hidden, stays out of it.
pub(super) fn unobjectionable(
    real: &Path,
    home: &Path,
    hidden: &[PathBuf],
) -> Result<(), PlaceError> {
    let home = fs::canonicalize(home).unwrap_or_else(|_| home.to_owned());
    if home.starts_with(real) {
        return Err(PlaceError::Home(real.to_owned()));
    }
    let clash = hidden.iter().find(|hidden| hidden.starts_with(real) || real.starts_with(hidden));
    match clash {
        Some(hidden) => Err(PlaceError::Hidden { path: real.to_owned(), hidden: hidden.clone() }),
        None => Ok(()),
    }
}

fn real(path: &str, home: &Path) -> Result<PathBuf, PlaceError> {
    let wanted = match path.strip_prefix('~') {
        Some("") => home.to_owned(),
        Some(below) if below.starts_with('/') => home.join(below.trim_start_matches('/')),
        _ if path.starts_with('/') => PathBuf::from(path),
        _ => return Err(PlaceError::Relative(path.to_owned())),
    };
    fs::canonicalize(&wanted).map_err(|error| PlaceError::Unusable { path: wanted, error })
}

fn shown(path: &Path) -> String {
    quoted(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn neither_the_home_directory_nor_what_is_hidden_can_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        let home = root.join("home");
        fs::create_dir_all(home.join("work/deep")).unwrap();
        fs::create_dir_all(home.join(".config/gh")).unwrap();
        symlink(home.join(".config"), home.join("work/link")).unwrap();
        let hidden = [home.join(".config/gh")];
        let judged = |path: &str| {
            let real = folder(path, &home)?;
            unobjectionable(&real, &home, &hidden)
        };
        assert!(judged("~/work").is_ok() && judged("~/work/deep").is_ok());
        for whole in ["~", "~/", "/", "~/work/.."] {
            assert!(matches!(judged(whole), Err(PlaceError::Home(_))), "{whole}");
        }
        for secret in ["~/.config", "~/.config/gh", "~/work/link", "~/work/link/gh"] {
            assert!(matches!(judged(secret), Err(PlaceError::Hidden { .. })), "{secret}");
        }
        assert!(matches!(judged("work"), Err(PlaceError::Relative(_))));
        assert!(matches!(judged("~/none"), Err(PlaceError::Unusable { .. })));
        assert!(anything("~/.config", &home, &hidden).is_ok());
        assert!(anything("~/.config/gh", &home, &hidden).is_err());
    }
}
