//! Where everything is.

use aegis_protocol::{ApiError, ErrorKind};
use rustix::fs::Mode;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Who else than the owner may do something with a folder.
const OTHERS: u32 = 0o077;
/// Who else than the owner may change a folder.
const OTHERS_WRITE: u32 = 0o022;

/// The folders and files of one user's Aegis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    data: PathBuf,
    state: PathBuf,
    config_file: PathBuf,
    home: PathBuf,
}

/// Why the folders cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PathsError {
    /// Nobody says where the user's files are.
    #[error("Aegis cannot find your home directory")]
    NoHome,
    /// A folder cannot be made, or looked at.
    #[error("The folder “{path}” cannot be used: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Something else has the name.
    #[error("“{0}” is not a folder")]
    NotAFolder(PathBuf),
    /// Others could read the user's tasks, or put something in their place.
    #[error("The folder “{0}” belongs to somebody else, or others may write into it")]
    Shared(PathBuf),
}

impl From<PathsError> for ApiError {
    fn from(error: PathsError) -> Self {
        let (kind, hint) = match &error {
            PathsError::NoHome => {
                (ErrorKind::Unavailable, "Set HOME, or set AEGIS_HOME to a folder for Aegis.")
            }
            PathsError::Io { source, .. } => return from_io(source, format!("{error}.")),
            PathsError::NotAFolder(_) => {
                (ErrorKind::Invalid, "Move it away, or set AEGIS_HOME to another folder.")
            }
            PathsError::Shared(_) => {
                (ErrorKind::Refused, "Set AEGIS_HOME to a folder that is only yours, or remove it.")
            }
        };
        ApiError::new(kind, format!("{error}.")).with_hint(hint)
    }
}

/// What the system refused, for people.
pub(crate) fn from_io(error: &io::Error, message: String) -> ApiError {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => (
            ErrorKind::ReadOnly,
            "Make the folder writable for your user, or set AEGIS_HOME to one that is.",
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (ErrorKind::DiskFull, "Free some space, then try again. What was saved before is safe.")
        }
        _ => (ErrorKind::Unavailable, "Look at the folder, or set AEGIS_HOME to another one."),
    };
    ApiError::new(kind, message).with_hint(hint)
}

impl Paths {
    /// The paths that the environment names: all in `AEGIS_HOME` when that is set, else where the
    /// XDG Base Directory Specification says.
    ///
    /// # Errors
    /// [`PathsError::NoHome`] when nothing says where the user's files are.
    pub fn from_env() -> Result<Self, PathsError> {
        Self::from_vars(|name| std::env::var_os(name), std::env::home_dir())
    }

    fn from_vars(
        var: impl Fn(&str) -> Option<OsString>,
        home: Option<PathBuf>,
    ) -> Result<Self, PathsError> {
        let home = home.filter(|home| home.is_absolute()).ok_or(PathsError::NoHome)?;
        if let Some(all) = var("AEGIS_HOME").filter(|value| !value.is_empty()) {
            // Children and other programs work elsewhere: the path has to mean the same there.
            let all = std::path::absolute(&all)
                .map_err(|source| PathsError::Io { path: all.into(), source })?;
            return Ok(Self::all_in(&all, &home));
        }
        // The specification: a relative path in one of these is to be ignored.
        let base = |name, default| {
            let named = var(name).map(PathBuf::from).filter(|path| path.is_absolute());
            named.unwrap_or_else(|| home.join(default)).join("aegis")
        };
        Ok(Self {
            data: base("XDG_DATA_HOME", ".local/share"),
            state: base("XDG_STATE_HOME", ".local/state"),
            config_file: base("XDG_CONFIG_HOME", ".config").join("settings.toml"),
            home,
        })
    }

    /// Everything in one folder; the user's home is elsewhere.
    #[must_use]
    pub fn all_in(folder: &Path, home: &Path) -> Self {
        Self {
            data: folder.to_owned(),
            state: folder.join("state"),
            config_file: folder.join("settings.toml"),
            home: home.to_owned(),
        }
    }

    /// The data directory: database, run logs, lock and socket.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Where Aegis' own log is.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// The settings.
    #[must_use]
    pub fn config_file(&self) -> &Path {
        &self.config_file
    }

    /// The user's home directory.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// What the holder of the data directory has locked.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.data.join("engine.lock")
    }

    /// Where a running engine listens.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.data.join("engine.sock")
    }

    /// The runs' logs.
    #[must_use]
    pub fn runs(&self) -> PathBuf {
        self.data.join("runs")
    }

    /// What runs left behind.
    #[must_use]
    pub fn artifacts(&self) -> PathBuf {
        self.data.join("artifacts")
    }

    /// Where runs have folders of their own while they are at work.
    #[must_use]
    pub fn scratch(&self) -> PathBuf {
        self.data.join("scratch")
    }

    /// What is of Aegis itself, and none of a run's business.
    #[must_use]
    pub fn own_folders(&self) -> Vec<PathBuf> {
        vec![self.data.clone(), self.state.clone(), self.config_file.clone()]
    }

    /// Makes the data directory, for the user alone.
    ///
    /// # Errors
    /// [`PathsError`] when it cannot be made, or is not the user's own.
    pub fn prepare(&self) -> Result<(), PathsError> {
        let failed = |source| PathsError::Io { path: self.data.clone(), source };
        make_private(&self.data).map_err(failed)?;
        let found = fs::metadata(&self.data).map_err(failed)?;
        if !found.is_dir() {
            return Err(PathsError::NotAFolder(self.data.clone()));
        }
        if !is_own(&found) {
            return Err(PathsError::Shared(self.data.clone()));
        }
        if found.mode() & OTHERS != 0 {
            let private = fs::Permissions::from_mode(found.mode() & !OTHERS);
            fs::set_permissions(&self.data, private).map_err(failed)?;
        }
        Ok(())
    }
}

pub(crate) fn is_own(folder: &Metadata) -> bool {
    folder.uid() == rustix::process::geteuid().as_raw() && folder.mode() & OTHERS_WRITE == 0
}

/// Makes a folder, and those above it that are missing, for the user alone. One that is there stays
/// as it is.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    let mode = Mode::RWXU.as_raw_mode();
    match DirBuilder::new().recursive(true).mode(mode).create(folder) {
        // Something that is no folder; the caller says so better.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(vars: &[(&str, &str)]) -> Paths {
        let var = |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        Paths::from_vars(var, Some("/home/ada".into())).unwrap()
    }

    #[test]
    fn everything_is_where_xdg_says() {
        let paths = paths(&[]);
        assert_eq!(paths.data(), Path::new("/home/ada/.local/share/aegis"));
        assert_eq!(paths.state(), Path::new("/home/ada/.local/state/aegis"));
        assert_eq!(paths.config_file(), Path::new("/home/ada/.config/aegis/settings.toml"));
        assert_eq!(paths.socket(), Path::new("/home/ada/.local/share/aegis/engine.sock"));
        assert_eq!(paths.lock(), Path::new("/home/ada/.local/share/aegis/engine.lock"));
    }

    #[test]
    fn xdg_paths_count_when_they_are_absolute() {
        let paths = paths(&[("XDG_DATA_HOME", "/data"), ("XDG_STATE_HOME", "state")]);
        assert_eq!(paths.data(), Path::new("/data/aegis"));
        assert_eq!(paths.state(), Path::new("/home/ada/.local/state/aegis"));
    }

    #[test]
    fn aegis_home_holds_everything() {
        let here = paths(&[("AEGIS_HOME", "/mnt/aegis"), ("XDG_DATA_HOME", "/data")]);
        assert_eq!(here.data(), Path::new("/mnt/aegis"));
        assert_eq!(here.state(), Path::new("/mnt/aegis/state"));
        assert_eq!(here.config_file(), Path::new("/mnt/aegis/settings.toml"));
        assert!(paths(&[("AEGIS_HOME", "relative")]).data().is_absolute());
        assert_eq!(paths(&[("AEGIS_HOME", "")]), paths(&[]));
    }

    #[test]
    fn without_a_home_it_says_so() {
        let error = Paths::from_vars(|_| None, None).unwrap_err();
        assert!(matches!(error, PathsError::NoHome));
        assert!(ApiError::from(error).hint.unwrap().contains("AEGIS_HOME"));
    }

    fn in_folder(folder: &Path) -> Paths {
        paths(&[("AEGIS_HOME", folder.to_str().unwrap())])
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn the_data_directory_is_the_users_alone() {
        let root = tempfile::tempdir().unwrap();
        let paths = in_folder(&root.path().join("not/there/yet"));
        paths.prepare().unwrap();
        assert_eq!(mode(paths.data()), 0o700);
        fs::set_permissions(paths.data(), fs::Permissions::from_mode(0o755)).unwrap();
        paths.prepare().unwrap();
        assert_eq!(mode(paths.data()), 0o700);
    }

    #[test]
    fn a_folder_that_others_write_into_is_refused_and_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let error = in_folder(root.path()).prepare().unwrap_err();
        assert!(matches!(error, PathsError::Shared(_)));
        assert_eq!(ApiError::from(error).kind, ErrorKind::Refused);
        assert_eq!(mode(root.path()), 0o777);
    }

    #[test]
    fn a_file_in_its_place_is_named() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("aegis");
        fs::write(&file, "").unwrap();
        let error = in_folder(&file).prepare().unwrap_err();
        assert_eq!(error.to_string(), format!("“{}” is not a folder", file.display()));
        let below = in_folder(&file.join("below")).prepare().unwrap_err();
        assert!(matches!(below, PathsError::Io { .. }));
    }

    #[test]
    fn what_the_system_refuses_has_a_kind() {
        let kind = |source: io::ErrorKind| from_io(&source.into(), String::new()).kind;
        assert_eq!(kind(io::ErrorKind::ReadOnlyFilesystem), ErrorKind::ReadOnly);
        assert_eq!(kind(io::ErrorKind::PermissionDenied), ErrorKind::ReadOnly);
        assert_eq!(kind(io::ErrorKind::StorageFull), ErrorKind::DiskFull);
        assert_eq!(kind(io::ErrorKind::Interrupted), ErrorKind::Unavailable);
    }
}
