//! Writing into `ui/dist` without touching what is already right, so that the window is not rebuilt for nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Change, Paths};

/// Writes `bytes` to `path` unless it holds them already; says whether it wrote.
pub(super) fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot create {}", parent.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

/// Reads a text file; the error names it.
pub(super) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Copies `ui/static` (the page and the two scripts that start it) as it is.
pub(super) fn copy_static(paths: &Paths) -> Result<Change> {
    let mut written = false;
    for source in walk(&paths.ui.join("static"))? {
        let name = source.strip_prefix(paths.ui.join("static"))?;
        let bytes =
            fs::read(&source).with_context(|| format!("cannot read {}", source.display()))?;
        written |= write_if_changed(&paths.dist.join(name), &bytes)?;
    }
    Ok(Change::from(written))
}

/// Every file below `directory`, sorted by path.
pub(super) fn walk(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in
            fs::read_dir(&next).with_context(|| format!("cannot list {}", next.display()))?
        {
            let path = entry?.path();
            if path.is_dir() { waiting.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_are_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b.css");
        assert!(write_if_changed(&path, b"one").unwrap());
        assert!(!write_if_changed(&path, b"one").unwrap());
        assert!(write_if_changed(&path, b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"two");
    }

    #[test]
    fn a_walk_finds_files_in_folders_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.css", "a/z.css", "a/a.css"] {
            write_if_changed(&dir.path().join(name), b"").unwrap();
        }
        let found = walk(dir.path()).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|path| path.strip_prefix(dir.path()).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["a/a.css", "a/z.css", "b.css"]);
    }
}
