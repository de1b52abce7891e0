//! The working directory of a command.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aegis_domain::{ErrorCategory, Failure, Invalid};
use aegis_ports::AllowedRoots;
use tokio::task::spawn_blocking;

use crate::words::quoted;

/// How many of the allowed folders a sentence lists.
const LISTED: usize = 4;

/// Why a command may not, or cannot, work in a directory. Each sentence ends with a full stop.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CwdError {
    #[error("“{}” does not say from where it starts.", quoted(.0))]
    Relative(String),
    #[error("{} does not exist.", shown_path(.0))]
    Missing(PathBuf),
    #[error("{} is not a folder.", shown_path(.0))]
    NotADirectory(PathBuf),
    #[error("{} may not be entered by this user.", shown_path(.0))]
    Forbidden(PathBuf),
    #[error("{} leads to a name that is not UTF-8.", shown_path(.0))]
    NotUtf8(PathBuf),
    #[error("{} cannot be used: {error}.", shown_path(.path))]
    Unusable { path: PathBuf, error: io::Error },
    #[error(
        "{} outside the folders that Aegis may work in ({}).", leads(.path, .real), listed(.roots)
    )]
    Outside { path: PathBuf, real: PathBuf, roots: Vec<PathBuf> },
}

impl CwdError {
    fn hint(&self) -> String {
        match self {
            Self::Relative(_) => "Begin it with / or with ~/ (your home directory).".to_owned(),
            Self::Missing(_) => "Create it, or choose another folder.".to_owned(),
            Self::Forbidden(_) => "Change its permissions, or choose another folder.".to_owned(),
            Self::NotUtf8(_) => "Rename it, or choose another folder.".to_owned(),
            Self::NotADirectory(_) | Self::Unusable { .. } => "Choose another folder.".to_owned(),
            Self::Outside { real, .. } => {
                format!(
                    "Allow it with: aegis roots add {}",
                    shell_word(&real.display().to_string())
                )
            }
        }
    }

    fn category(&self) -> ErrorCategory {
        match self {
            Self::Missing(_) | Self::NotADirectory(_) => ErrorCategory::FileNotFound,
            Self::Forbidden(_) => ErrorCategory::PermissionDenied,
            Self::Outside { .. } => ErrorCategory::SandboxDenied,
            Self::Relative(_) | Self::NotUtf8(_) | Self::Unusable { .. } => {
                ErrorCategory::SyntaxError
            }
        }
    }
}

impl From<CwdError> for Invalid {
    fn from(error: CwdError) -> Self {
        Self::new("cwd", error.to_string(), error.hint())
    }
}

impl From<CwdError> for Failure {
    fn from(error: CwdError) -> Self {
        Self::new(error.category(), error.to_string()).with_hint(error.hint())
    }
}

/// The directory that `cwd` means now: without symbolic links, and in an allowed folder.
pub(crate) fn resolve(cwd: Option<&str>, roots: &dyn AllowedRoots) -> Result<PathBuf, CwdError> {
    let path = expanded(cwd, &roots.home())?;
    let real = fs::canonicalize(&path).map_err(|error| unusable(&path, error))?;
    if !fs::metadata(&real).map_err(|error| unusable(&path, error))?.is_dir() {
        return Err(CwdError::NotADirectory(path));
    }
    if !roots.allows(&real) {
        return Err(CwdError::Outside { path, real, roots: roots.allowed_roots() });
    }
    if real.to_str().is_none() {
        return Err(CwdError::NotUtf8(path));
    }
    Ok(real)
}

/// The same beside the runtime, with further directories: one on a network that is gone may take its
/// time to say so.
///
/// # Errors
/// The [`Failure`] of a run that cannot work there.
pub(crate) async fn of_run(
    cwd: Option<String>,
    further: Vec<String>,
    roots: Arc<dyn AllowedRoots>,
) -> Result<(PathBuf, Vec<PathBuf>), Failure> {
    let resolved = spawn_blocking(move || {
        let real = resolve(cwd.as_deref(), &*roots)?;
        let further = further.iter().map(|dir| resolve(Some(dir), &*roots));
        Ok::<_, CwdError>((real, further.collect::<Result<_, _>>()?))
    });
    let resolved = resolved.await.map_err(|error| {
        let message = format!("The working directory could not be looked at: {error}.");
        Failure::new(ErrorCategory::Internal, message)
    })?;
    Ok(resolved?)
}

/// Where a task works, in the words of [`aegis_ports::Executor::place`]. Looks at nothing.
pub(crate) fn place(cwd: Option<&str>, roots: &dyn AllowedRoots) -> String {
    quoted(&shown(cwd, &roots.home()))
}

/// Where a task works, as a path for [`aegis_ports::Executor::folder`]; `None` where it cannot.
pub(crate) fn folder(cwd: Option<&str>, roots: &dyn AllowedRoots) -> Option<String> {
    Some(resolve(cwd, roots).ok()?.display().to_string())
}

/// The directory as people write it, with `~` for the home directory. Looks at nothing.
fn shown(cwd: Option<&str>, home: &Path) -> String {
    let Ok(path) = expanded(cwd, home) else { return cwd.unwrap_or_default().to_owned() };
    match path.strip_prefix(home) {
        Ok(below) if below.as_os_str().is_empty() => "~".to_owned(),
        Ok(below) => format!("~/{}", below.display()),
        // Joining its parts drops doubled and trailing slashes.
        Err(_) => path.components().collect::<PathBuf>().display().to_string(),
    }
}

fn expanded(cwd: Option<&str>, home: &Path) -> Result<PathBuf, CwdError> {
    let cwd = cwd.unwrap_or("~");
    match cwd.strip_prefix('~') {
        Some("") => Ok(home.to_owned()),
        // Joining what begins with a slash would replace the home directory.
        Some(below) if below.starts_with('/') => Ok(home.join(below.trim_start_matches('/'))),
        _ if cwd.starts_with('/') => Ok(PathBuf::from(cwd)),
        _ => Err(CwdError::Relative(cwd.to_owned())),
    }
}

fn unusable(path: &Path, error: io::Error) -> CwdError {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::NotFound => CwdError::Missing(path),
        ErrorKind::NotADirectory => CwdError::NotADirectory(path),
        ErrorKind::PermissionDenied => CwdError::Forbidden(path),
        _ => CwdError::Unusable { path, error },
    }
}

fn shown_path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

fn leads(path: &Path, real: &Path) -> String {
    if path == real {
        format!("{} is", shown_path(path))
    } else {
        format!("{} leads to {}, which is", shown_path(path), shown_path(real))
    }
}

fn listed(roots: &[PathBuf]) -> String {
    if roots.is_empty() {
        return "none so far".to_owned();
    }
    let mut shown: Vec<String> = roots.iter().take(LISTED).map(|root| shown_path(root)).collect();
    if roots.len() > LISTED {
        shown.push(format!("and {} more", roots.len() - LISTED));
    }
    shown.join(", ")
}

/// A path as one word of a command line.
fn shell_word(path: &str) -> String {
    if path.chars().all(|c| c.is_alphanumeric() || "/._-+@%:,".contains(c)) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests;
