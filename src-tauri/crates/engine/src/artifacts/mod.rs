//! Files that runs left behind: found, copied and kept by their content.
//!
//! A copy is `artifacts/<two digits>/<SHA-256>` in the data directory, readable and never written
//! again. Two files of equal content share one. What a run left is in its row; the copies that no
//! row names any more are found by [`Artifacts::unreferenced`].

mod beneath;
mod copies;
mod find;

pub use copies::Stored;

use aegis_domain::redact::Redactor;
use aegis_domain::{Artifact, Glob, Kept, LeftOut, Timestamp};
use aegis_ports::Left;
use beneath::Folder;
use copies::PutError;
use std::collections::HashSet;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Files without a copy that are listed for one run; what is more is counted.
const MAX_LISTED: u32 = 200;
/// Names that a note in the log gives.
const NAMED: usize = 5;

/// How much of what a run leaves behind is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArtifactLimits {
    /// Most bytes of one file.
    pub file_bytes: u64,
    /// Most files of one run.
    pub files: u32,
    /// Most bytes of one run.
    pub run_bytes: u64,
}

/// The copies of everything that runs left behind.
#[derive(Debug, Clone)]
pub struct Artifacts {
    dir: PathBuf,
    limits: watch::Receiver<ArtifactLimits>,
    redactor: watch::Receiver<Arc<Redactor>>,
}

/// What a run has left behind so far.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    files: u32,
    bytes: u64,
    listed: u32,
}

/// What came of looking for files.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// The files, also those of which there is no copy.
    pub(crate) artifacts: Vec<Artifact>,
    /// What the run's log should say.
    pub(crate) notes: Vec<String>,
}

impl Artifacts {
    /// The copies in `dir`, which is made when there is something to keep.
    #[must_use]
    pub fn new(dir: PathBuf, limits: watch::Receiver<ArtifactLimits>) -> Self {
        Self { dir, limits, redactor: watch::channel(Arc::default()).1 }
    }

    /// The same, without files that hold what the redactor knows.
    pub(crate) fn without(self, redactor: watch::Receiver<Arc<Redactor>>) -> Self {
        Self { redactor, ..self }
    }

    /// Where the copy of a content is, if there is one. `sha256` are hexadecimal digits.
    #[must_use]
    pub fn file(&self, sha256: &str) -> Option<PathBuf> {
        copies::place(&self.dir, sha256).filter(|file| file.is_file())
    }

    /// Copies that none of `in_use` names, and that are old enough not to be named soon: a copy is
    /// there before its run's row says so. Blocks on the disk.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn unreferenced(
        &self,
        in_use: &HashSet<String>,
        now: Timestamp,
    ) -> io::Result<Vec<Stored>> {
        copies::unreferenced(&self.dir, in_use, now)
    }

    /// Removes copies. Blocks on the disk.
    ///
    /// # Errors
    /// The first that cannot be removed; those before it are gone.
    pub fn remove(&self, stored: &[Stored]) -> io::Result<()> {
        stored.iter().try_for_each(Stored::remove)
    }

    /// Finds what was `left` below `folder` and copies it, within the limits and what is left of the
    /// run's `budget`.
    pub(crate) async fn collect(
        &self,
        folder: &Path,
        left: Left,
        budget: &Arc<Mutex<Budget>>,
    ) -> Collected {
        let (this, folder, budget) = (self.clone(), folder.to_owned(), Arc::clone(budget));
        let collected = tokio::task::spawn_blocking(move || {
            let mut budget = budget.lock().unwrap_or_else(PoisonError::into_inner);
            this.collect_now(&folder, left, &mut budget)
        });
        collected.await.unwrap_or_else(|error| {
            tracing::error!(%error, "collecting artifacts panicked");
            Collected::default()
        })
    }

    fn collect_now(&self, folder: &Path, left: Left, budget: &mut Budget) -> Collected {
        let mut collected = Collected::default();
        let open = match Folder::open(folder) {
            Ok(open) => open,
            Err(error) => {
                let note = format!("What it left behind could not be looked for: {error}.");
                collected.notes.push(note);
                return collected;
            }
        };
        match left {
            Left::Matching(globs) => self.matching(&open, &globs, budget, &mut collected),
            Left::File(path) => match below(folder, &path) {
                Some(path) => self.named(&open, &path, budget, &mut collected),
                None => collected.notes.push(format!(
                    "“{}” was not kept: it lies outside the folder in which the task works.",
                    shown(&path.to_string_lossy())
                )),
            },
        }
        note_what_was_kept(&mut collected);
        collected
    }

    fn matching(
        &self,
        folder: &Folder,
        globs: &[Glob],
        budget: &mut Budget,
        collected: &mut Collected,
    ) {
        let found = find::matching(folder.path(), globs);
        let mut uncounted = 0_u64;
        for path in &found.paths {
            match self.keep(folder, path, budget) {
                Ok(Some(artifact)) => collected.artifacts.push(artifact),
                Ok(None) => uncounted += 1,
                // It went away, became something else, or leads out of the folder.
                Err(_) => {}
            }
        }
        if uncounted > 0 {
            collected.notes.push(format!("{uncounted} more files were left out and not listed."));
        }
        if let Some(why) = found.cut_short {
            collected.notes.push(format!("Not every file was looked at: {why}."));
        }
    }

    fn named(&self, folder: &Folder, path: &str, budget: &mut Budget, collected: &mut Collected) {
        match self.keep(folder, path, budget) {
            Ok(Some(artifact)) => collected.artifacts.push(artifact),
            Ok(None) => {
                let note = format!("“{}” was left out and not listed.", shown(path));
                collected.notes.push(note);
            }
            Err(error) => {
                let note = format!("“{}” was not kept: {error}.", shown(path));
                collected.notes.push(note);
            }
        }
    }

    /// One file; `None` when it is neither kept nor listed.
    fn keep(
        &self,
        folder: &Folder,
        path: &str,
        budget: &mut Budget,
    ) -> io::Result<Option<Artifact>> {
        let limits = *self.limits.borrow();
        let (mut file, bytes) = folder.file(path)?;
        let within = if bytes > limits.file_bytes {
            Err(LeftOut::TooLarge)
        } else if budget.files >= limits.files {
            Err(LeftOut::TooMany)
        } else if budget.bytes.saturating_add(bytes) > limits.run_bytes {
            Err(LeftOut::TooMuch)
        } else {
            let redactor = Arc::clone(&self.redactor.borrow());
            let put = copies::put(&self.dir, &mut file, limits.file_bytes, &redactor);
            put.map_err(|error| match error {
                PutError::Secret => LeftOut::HoldsAKey,
                PutError::TooLarge => LeftOut::TooLarge,
                PutError::Read(error) => {
                    tracing::info!(%error, "an artifact could not be read");
                    LeftOut::Unreadable
                }
                PutError::Write(error) => {
                    tracing::warn!(%error, "an artifact could not be stored");
                    LeftOut::NoRoom
                }
            })
        };
        let (bytes, kept) = match within {
            Ok((sha256, bytes)) => {
                budget.files += 1;
                budget.bytes = budget.bytes.saturating_add(bytes);
                (bytes, Kept::Copy { sha256 })
            }
            Err(_) if budget.listed >= MAX_LISTED => return Ok(None),
            Err(why) => {
                budget.listed += 1;
                (bytes, Kept::LeftOut { why })
            }
        };
        Ok(Some(Artifact { path: path.to_owned(), bytes, kept }))
    }
}

/// `path` from `folder`, when it is one that leads into it.
fn below(folder: &Path, path: &Path) -> Option<String> {
    let relative = if path.is_absolute() { path.strip_prefix(folder).ok()? } else { path };
    let mut parts = Vec::new();
    for part in relative.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => _ = parts.pop()?,
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn note_what_was_kept(collected: &mut Collected) {
    let names = |artifacts: Vec<String>| {
        let more = artifacts.len().saturating_sub(NAMED);
        let mut text = artifacts.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
        if more > 0 {
            text.push_str(&format!(" and {more} more"));
        }
        text
    };
    let mut kept = Vec::new();
    let mut out = Vec::new();
    for artifact in &collected.artifacts {
        match &artifact.kept {
            Kept::Copy { .. } => kept.push(shown(&artifact.path)),
            Kept::LeftOut { why } => {
                out.push(format!("{} ({})", shown(&artifact.path), why.reason()));
            }
        }
    }
    if !kept.is_empty() {
        collected.notes.push(format!("Kept what it left behind: {}.", names(kept)));
    }
    if !out.is_empty() {
        collected.notes.push(format!("Left out of what it left behind: {}.", names(out)));
    }
}

/// A name from outside within a sentence.
fn shown(name: &str) -> String {
    name.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests;
