//! Folders and files: the engine may live in another folder, so it is told where, never how to get
//! there.

use crate::error::Error;
use std::path::{Component, Path};

/// The folder as the engine is to be told: absolute, or below `~`. Whether it is there, and whether
/// work may happen there, is the engine's business.
///
/// # Errors
/// [`Error::Usage`] when it is empty, not UTF-8, or relative to a folder that is gone.
pub(crate) fn folder(given: &Path) -> Result<String, Error> {
    whole("folder", given)
}

/// The file or folder as the engine is to be told, in the same way.
///
/// # Errors
/// As for [`folder`].
pub(crate) fn file(given: &Path) -> Result<String, Error> {
    whole("file", given)
}

fn whole(what: &str, given: &Path) -> Result<String, Error> {
    if given.as_os_str().is_empty() {
        return Err(Error::usage(
            format!("The {what} is empty."),
            format!("Name a {what}, such as . or ~/src."),
        ));
    }
    if given.starts_with("~") {
        return text(what, given);
    }
    let absolute = std::path::absolute(given).map_err(|error| {
        Error::usage(
            format!("{} cannot be found from here: {error}.", given.display()),
            format!("Give the {what}'s whole path."),
        )
    })?;
    // What `..` leads to depends on links on the way, so the system is asked. What is not there
    // stays as it was written: the engine says so.
    let climbs = absolute.components().any(|part| part == Component::ParentDir);
    match absolute.canonicalize() {
        Ok(real) if climbs => text(what, &real),
        _ => text(what, &absolute),
    }
}

fn text(what: &str, path: &Path) -> Result<String, Error> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        Error::usage(
            format!("The {what}'s name is not UTF-8: {}.", path.display()),
            format!("Rename it, or use another {what}."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    fn of(path: impl AsRef<Path>) -> String {
        folder(path.as_ref()).unwrap()
    }

    #[test]
    fn relative_folders_are_found_from_here() {
        let here = std::env::current_dir().unwrap();
        let here = here.to_str().unwrap();
        assert_eq!(of("."), here);
        assert_eq!(of("src"), format!("{here}/src"));
        assert_eq!(of("./not/there"), format!("{here}/not/there"));
    }

    #[test]
    fn absolute_folders_and_the_home_directory_stay() {
        assert_eq!(of("/srv/data"), "/srv/data");
        assert_eq!(of("~"), "~");
        assert_eq!(of("~/src"), "~/src");
    }

    #[test]
    fn climbing_follows_links() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(real.join("deep/inside")).unwrap();
        std::os::unix::fs::symlink(real.join("deep/inside"), real.join("link")).unwrap();
        assert_eq!(of(real.join("link/..")), real.join("deep").to_str().unwrap());
        assert_eq!(of(real.join("link")), real.join("link").to_str().unwrap());
        let gone = real.join("gone/../x");
        assert_eq!(of(&gone), gone.to_str().unwrap());
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        assert!(matches!(folder(Path::new("")), Err(Error::Usage { .. })));
        let binary = Path::new(OsStr::from_bytes(b"/srv/\xff"));
        assert!(matches!(folder(binary), Err(Error::Usage { .. })));
    }
}
