//! Where `aegis-helper` is.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::{env, io};

/// The program that supervises a run's processes, seen to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelperPath(PathBuf);

/// Why there is no such program.
#[derive(Debug, thiserror::Error)]
pub enum HelperMissing {
    /// It is installed beside the programs of Aegis, and is not there.
    #[error(
        "aegis-helper is missing next to {}: build it with “cargo build -p aegis-helper”, or \
         install Aegis again", program.display()
    )]
    Beside {
        /// The program that runs now.
        program: PathBuf,
    },
    /// The given file is none, or may not be executed.
    #[error(
        "{} is not aegis-helper: it must be a file that may be executed. Build it with \
         “cargo build -p aegis-helper”, or install Aegis again", path.display()
    )]
    At {
        /// The file.
        path: PathBuf,
    },
    /// The system does not say which program runs now.
    #[error(
        "aegis-helper cannot be looked for, because the system does not tell where this program \
         is ({0}): is /proc mounted?"
    )]
    Nowhere(#[source] io::Error),
}

impl HelperPath {
    /// The program's file name.
    pub const PROGRAM: &str = "aegis-helper";

    /// The helper in the folder of the program that runs now: where it is built, and installed.
    ///
    /// # Errors
    /// [`HelperMissing::Beside`] and [`HelperMissing::Nowhere`].
    pub fn beside_current_exe() -> Result<Self, HelperMissing> {
        Self::beside(env::current_exe().map_err(HelperMissing::Nowhere)?)
    }

    /// The helper at `path`.
    ///
    /// # Errors
    /// [`HelperMissing::At`].
    pub fn at(path: impl Into<PathBuf>) -> Result<Self, HelperMissing> {
        let path = path.into();
        if is_program(&path) { Ok(Self(path)) } else { Err(HelperMissing::At { path }) }
    }

    /// The file.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    fn beside(program: PathBuf) -> Result<Self, HelperMissing> {
        let path = program.with_file_name(Self::PROGRAM);
        if is_program(&path) { Ok(Self(path)) } else { Err(HelperMissing::Beside { program }) }
    }
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};

    #[test]
    fn it_is_found_beside_a_program_once_it_may_be_executed() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("aegis");
        let helper = dir.path().join(HelperPath::PROGRAM);

        let missing = HelperPath::beside(program.clone()).unwrap_err().to_string();
        let expected = format!("aegis-helper is missing next to {}: build", program.display());
        assert!(missing.starts_with(&expected), "{missing}");

        fs::create_dir(&helper).unwrap();
        assert!(HelperPath::at(&helper).is_err(), "a folder is no program");
        fs::remove_dir(&helper).unwrap();

        fs::write(&helper, "").unwrap();
        assert!(HelperPath::beside(program.clone()).is_err(), "not executable");
        fs::set_permissions(&helper, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(HelperPath::beside(program).unwrap().as_path(), helper);
        assert_eq!(HelperPath::at(&helper).unwrap().as_path(), helper);
    }
}
