//! `aegis export`.

use super::with_engine;
use crate::connection::Purpose;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::visible;
use aegis_protocol::{ApiError, ErrorKind};
use aegis_runtime::{ExportError, Exported, Paths, export};
use clap::Args;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Write everything down as lines of JSON
#[derive(Debug, Args)]
#[command(after_help = "\
Tasks, their occurrences and runs, events, resources, facts and templates, as of
one moment; a running engine goes on. The logs of runs, settings and what waits to
be sent are not part of it. A file that is there is not written over.")]
pub(crate) struct Export {
    /// The file to make; - is standard output
    #[arg(default_value = "-")]
    file: PathBuf,
}

impl Export {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let paths = Paths::from_env().map_err(ApiError::from)?;
        // The engine has brought the database to the form that this program reads.
        with_engine(Purpose::OneCommand, out, async |_, out| {
            if self.file == Path::new("-") {
                export(&paths, &mut BufWriter::new(out.raw()))
                    .map_err(|error| failure(error, Error::Output))?;
            } else {
                let exported = to_file(&paths, &self.file)?;
                out.answer(&exported, |exported, _| {
                    let (tasks, lines) = (exported.tasks, exported.lines);
                    let file = self.file.display().to_string();
                    format!("Exported {tasks} tasks, {lines} lines: {}", visible::cell(&file))
                })?;
            }
            Ok(Exit::Success)
        })
        .await
    }
}

/// Writes a file for the user alone. What is not whole does not stay.
fn to_file(paths: &Paths, path: &Path) -> Result<Exported, Error> {
    let failed = |error: io::Error| unwritable(path, &error);
    let file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    let written = write(paths, &file, path);
    if written.is_err() {
        // The first error says what is wrong.
        let _ = std::fs::remove_file(path);
    }
    written
}

fn write(paths: &Paths, file: &File, path: &Path) -> Result<Exported, Error> {
    let exported = export(paths, &mut BufWriter::new(file))
        .map_err(|error| failure(error, |error| unwritable(path, &error)))?;
    file.sync_all().map_err(|error| unwritable(path, &error))?;
    Ok(exported)
}

/// What went wrong: with the data, or with what was to take the lines.
fn failure(error: ExportError, unwritten: impl FnOnce(io::Error) -> Error) -> Error {
    match error {
        ExportError::Write(error) => unwritten(error),
        error => aegis_api::export_error(&error).into(),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::AlreadyExists => ErrorKind::Conflict,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorKind::DiskFull,
        _ => ErrorKind::Invalid,
    };
    ApiError::new(kind, format!("The export cannot be written to {}: {error}.", path.display()))
        .with_hint(
            "Name a file that is not there yet, in a folder with room that you may write to.",
        )
        .into()
}
