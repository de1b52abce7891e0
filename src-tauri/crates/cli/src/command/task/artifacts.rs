//! `aegis task artifacts` and `aegis task artifact`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{artifacts, visible};
use crate::value;
use aegis_domain::{Kept, RunId, TaskRef};
use aegis_protocol::{ApiError, ArtifactView, ErrorKind, ListArtifacts};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The files that its runs left behind
#[derive(Debug, Args)]
pub(crate) struct Artifacts {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,
}

impl Artifacts {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let list = engine.call(ListArtifacts { task: self.task, run: None }).await?;
        out.answer(&list, artifacts::draw)?;
        if list.artifacts.is_empty() {
            out.note("Its runs left no files behind.");
        }
        Ok(Exit::Success)
    }
}

/// One file that a run left behind
#[derive(Debug, Subcommand)]
pub(crate) enum Artifact {
    /// Write a copy of it
    Save {
        #[command(flatten)]
        which: Which,

        /// A file that is not there yet, or a folder; - is standard output
        #[arg(long, value_name = "PATH", default_value = ".")]
        to: PathBuf,

        /// Write over a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Say where the copy is, for a program that opens it
    Path {
        #[command(flatten)]
        which: Which,
    },
}

/// Which file.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Whose: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,

    /// As `aegis task artifacts` lists it, or the last part of that
    name: String,

    /// Of this run; the newest that has it when absent
    #[arg(long, value_name = "ID")]
    run: Option<RunId>,
}

/// What was written.
#[derive(Serialize)]
struct Saved<'a> {
    path: &'a Path,
    bytes: u64,
}

impl Artifact {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::Path { which } => {
                let (_, copy) = which.find(engine).await?;
                out.answer(&serde_json::json!({ "file": copy }), |_, _| {
                    visible::cell(&copy.to_string_lossy()).into_owned()
                })?;
            }
            Self::Save { which, to, .. } if to == Path::new("-") => {
                let (_, copy) = which.find(engine).await?;
                let mut copy = File::open(&copy).map_err(|error| unreadable(&copy, &error))?;
                io::copy(&mut copy, out.raw())?;
            }
            Self::Save { which, to, force } => {
                let (found, copy) = which.find(engine).await?;
                let to = if to.is_dir() { to.join(last(&found.artifact.path)) } else { to };
                let bytes = save(&copy, &to, force)?;
                out.answer(&Saved { path: &to, bytes }, |saved, _| {
                    format!("Saved: {}", visible::cell(&saved.path.to_string_lossy()))
                })?;
            }
        }
        Ok(Exit::Success)
    }
}

impl Which {
    /// The file that is meant, and where its copy is.
    async fn find(self, engine: &Engine) -> Result<(ArtifactView, PathBuf), Error> {
        let list = engine.call(ListArtifacts { task: self.task, run: self.run }).await?;
        let found = pick(list.artifacts, &self.name)?;
        if let Kept::LeftOut { why } = &found.artifact.kept {
            let path = &found.artifact.path;
            let message = format!("There is no copy of “{path}”: {}.", why.reason());
            let hint = "Change the limits with `aegis settings set`, and run the task again.";
            return Err(ApiError::new(ErrorKind::NotFound, message).with_hint(hint).into());
        }
        let Some(file) = found.file.clone() else {
            let message = format!("The copy of “{}” is gone.", found.artifact.path);
            let hint = "It was removed from the folder of Aegis' data. Run the task again.";
            return Err(ApiError::new(ErrorKind::NotFound, message).with_hint(hint).into());
        };
        Ok((found, file.into()))
    }
}

/// The newest file of the name; a last part has to mean one path.
fn pick(all: Vec<ArtifactView>, name: &str) -> Result<ArtifactView, Error> {
    let refuse = |kind, message: String| {
        let hint = "Name it as `aegis task artifacts` lists it.";
        Err(ApiError::new(kind, message).with_hint(hint).into())
    };
    if let Some(exact) = all.iter().find(|one| one.artifact.path == name) {
        return Ok(exact.clone());
    }
    let mut alike = all.into_iter().filter(|one| last(&one.artifact.path) == name);
    let Some(first) = alike.next() else {
        return refuse(ErrorKind::NotFound, format!("No run left “{name}” behind."));
    };
    if alike.any(|other| other.artifact.path != first.artifact.path) {
        return refuse(ErrorKind::Invalid, format!("“{name}” may mean several files."));
    }
    Ok(first)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Copies a file; what is half does not stay.
fn save(copy: &Path, to: &Path, force: bool) -> Result<u64, Error> {
    let mut from = File::open(copy).map_err(|error| unreadable(copy, &error))?;
    let mut options = File::options();
    options.write(true).create_new(!force).create(true).truncate(true);
    let mut file = options.open(to).map_err(|error| unwritable(to, &error))?;
    io::copy(&mut from, &mut file).and_then(|bytes| file.flush().map(|()| bytes)).map_err(|error| {
        // The first error says what is wrong.
        let _ = std::fs::remove_file(to);
        unwritable(to, &error)
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    ApiError::new(ErrorKind::NotFound, format!("{} cannot be read: {error}.", path.display()))
        .with_hint("Look at the folder of Aegis' data: its copies are in artifacts/.")
        .into()
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    let (kind, hint) = match error.kind() {
        io::ErrorKind::AlreadyExists => {
            (ErrorKind::Conflict, "Name another file with --to, or use --force.")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (ErrorKind::DiskFull, "Make room, or name another place with --to.")
        }
        _ => (ErrorKind::Invalid, "Name a place that you may write to with --to."),
    };
    ApiError::new(kind, format!("{} cannot be written: {error}.", path.display()))
        .with_hint(hint)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::Artifact as Left;

    fn left(path: &str) -> ArtifactView {
        ArtifactView {
            run: "0192f0c1-2b3a-7c4d-8e5f-6a7b8c9d0e1f".parse().unwrap(),
            number: 1,
            at: crate::render::samples::NOON,
            artifact: Left {
                path: path.to_owned(),
                bytes: 1,
                kept: Kept::Copy { sha256: "ab".repeat(32) },
            },
            file: None,
        }
    }

    #[test]
    fn a_file_is_named_by_its_path_or_its_last_part() {
        let all = || vec![left("out/a.pdf"), left("b/a.pdf"), left("out/c.pdf"), left("out/a.pdf")];
        let path = |name: &str| pick(all(), name).map(|found| found.artifact.path);
        assert_eq!(path("b/a.pdf").unwrap(), "b/a.pdf");
        assert_eq!(path("c.pdf").unwrap(), "out/c.pdf");
        assert!(path("a.pdf").unwrap_err().to_string().contains("several files"));
        assert!(path("d.pdf").unwrap_err().to_string().contains("No run left"));
    }

    #[test]
    fn what_is_there_is_not_written_over_unless_one_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let (copy, to) = (dir.path().join("copy"), dir.path().join("to"));
        std::fs::write(&copy, "new").unwrap();
        std::fs::write(&to, "longer than new").unwrap();
        assert_eq!(save(&copy, &to, false).unwrap_err().exit(), Exit::of(ErrorKind::Conflict));
        assert_eq!(save(&copy, &to, true).unwrap(), 3);
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "new");
        assert!(save(&copy, &dir.path().join("no/where"), false).is_err());
        assert!(save(&dir.path().join("gone"), &dir.path().join("x"), false).is_err());
        assert!(!dir.path().join("x").exists());
    }
}
