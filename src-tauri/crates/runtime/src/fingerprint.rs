//! Whether files that a task watches have changed.

use aegis_domain::{Invalid, Watch};
use aegis_ports::{AllowedRoots, Fingerprints};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::spawn_blocking;
use walkdir::WalkDir;

/// Files that are looked at; a tree with more counts as changed only by its first ones.
const MAX_FILES: usize = 100_000;

/// Looks at names, sizes and times of files in allowed folders; not at what is in them.
pub struct FileFingerprints {
    roots: Arc<dyn AllowedRoots>,
}

impl FileFingerprints {
    /// Looks only below `roots`.
    #[must_use]
    pub fn new(roots: Arc<dyn AllowedRoots>) -> Self {
        Self { roots }
    }

    fn resolve(&self, watch: &Watch) -> Result<Vec<PathBuf>, Invalid> {
        watch.paths.iter().map(|path| self.allowed(path)).collect()
    }

    /// The path, if it, or the nearest folder above it that exists, is allowed.
    fn allowed(&self, path: &str) -> Result<PathBuf, Invalid> {
        let full = match path.strip_prefix('~') {
            Some(below) => self.roots.home().join(below.trim_start_matches('/')),
            None => PathBuf::from(path),
        };
        let real = full.ancestors().find_map(|p| p.canonicalize().ok()).unwrap_or_default();
        let climbs = full.components().any(|c| c == std::path::Component::ParentDir);
        if self.roots.allows(&real) && !climbs {
            return Ok(full);
        }
        let shown: String = path.chars().filter(|c| !c.is_control()).take(200).collect();
        Err(Invalid::new(
            "only_if_changed",
            format!("“{shown}” is in no folder that tasks may work in."),
            "Allow the folder first: aegis roots add <folder>.",
        ))
    }
}

#[async_trait]
impl Fingerprints for FileFingerprints {
    fn check(&self, watch: &Watch) -> Result<(), Invalid> {
        self.resolve(watch).map(drop)
    }

    async fn of(&self, watch: &Watch) -> Result<String, Invalid> {
        let paths = self.resolve(watch)?;
        let digest = spawn_blocking(move || digest(&paths)).await;
        digest.map_err(|error| {
            let message = format!("The watched files could not be looked at: {error}.");
            Invalid::new("only_if_changed", message, "Try again.")
        })
    }
}

fn digest(paths: &[PathBuf]) -> String {
    let mut hash = Sha256::new();
    for path in paths {
        // Sorted by name, so that the same files always give the same text; links are not followed.
        let walk = WalkDir::new(path).sort_by_file_name().into_iter().take(MAX_FILES);
        let mut found = false;
        for entry in walk.flatten() {
            if let Ok(metadata) = entry.metadata() {
                found = true;
                add(&mut hash, entry.path(), &metadata);
            }
        }
        if !found {
            hash.update(b"absent\0");
        }
    }
    hex::encode(hash.finalize())
}

fn add(hash: &mut Sha256, path: &Path, metadata: &Metadata) {
    hash.update(path.as_os_str().as_encoded_bytes());
    hash.update([0]);
    // A folder's own time and size say no more than the entries in it do.
    if !metadata.is_dir() {
        for number in [metadata.len().cast_signed(), metadata.mtime(), metadata.mtime_nsec()] {
            hash.update(number.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Below(PathBuf);

    impl AllowedRoots for Below {
        fn allowed_roots(&self) -> Vec<PathBuf> {
            vec![self.0.clone()]
        }
        fn home(&self) -> PathBuf {
            self.0.clone()
        }
    }

    fn watch(path: &str) -> Watch {
        Watch { paths: vec![path.to_owned()] }
    }

    #[tokio::test]
    async fn a_change_a_new_file_and_a_missing_one_are_seen_and_reading_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().canonicalize().unwrap();
        let files = FileFingerprints::new(Arc::new(Below(real.clone())));
        let notes = watch("~/notes");
        let absent = files.of(&notes).await.unwrap();
        std::fs::create_dir(real.join("notes")).unwrap();
        let empty = files.of(&notes).await.unwrap();
        std::fs::write(real.join("notes/a"), "one").unwrap();
        let one = files.of(&notes).await.unwrap();
        std::fs::read(real.join("notes/a")).unwrap();
        assert_eq!(files.of(&notes).await.unwrap(), one);
        std::fs::write(real.join("notes/a"), "two!").unwrap();
        let two = files.of(&notes).await.unwrap();
        let all = [absent, empty, one, two];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }

    #[test]
    fn only_allowed_folders_are_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().canonicalize().unwrap();
        let files = FileFingerprints::new(Arc::new(Below(real.clone())));
        std::os::unix::fs::symlink("/etc", real.join("link")).unwrap();
        for bad in ["/etc", "~/../", "~/link", "~/link/passwd"] {
            let refused = files.check(&watch(bad)).unwrap_err();
            assert_eq!(refused.field, "only_if_changed", "{bad}");
        }
        files.check(&watch("~/not-yet-there")).unwrap();
    }
}
