//! Where work may happen.

use std::path::{Path, PathBuf};

/// The folders that a task may work in. Changes take effect at once, for runs that start later.
pub trait AllowedRoots: Send + Sync + 'static {
    /// The folders, each absolute and without symbolic links.
    fn allowed_roots(&self) -> Vec<PathBuf>;

    /// The folder that work happens in when nothing else is said, and that `~` stands for.
    fn home(&self) -> PathBuf;

    /// Whether `real`, a path without symbolic links, lies in an allowed folder.
    fn allows(&self, real: &Path) -> bool {
        self.allowed_roots().iter().any(|root| real.starts_with(root))
    }
}
