//! `aegis report`: what the program of a task says of its run.

use crate::document;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::said::{Line, Said};
use aegis_protocol::{ApiError, ErrorKind};
use clap::Subcommand;
use serde_json::Value;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The variable in which a run's program finds where to write.
const VARIABLE: &str = "AEGIS_REPORT";

/// Say something of the run whose program this is called from
#[derive(Debug, Subcommand)]
#[command(after_help = "\
For programs that run as tasks: the run is found by the environment (AEGIS_REPORT).
What is said shows on the task's card, in `aegis task show` and in its log.")]
pub(crate) enum Report {
    /// How far it is
    Progress {
        /// 0 to 100
        #[arg(value_parser = clap::value_parser!(u8).range(0..=100))]
        percent: u8,
        /// What it is at
        step: Option<String>,
        /// How long it still needs, such as 5m; when absent, that follows from the pace so far
        #[arg(long, value_name = "DURATION", value_parser = value::seconds)]
        left: Option<u64>,
    },
    /// What it is at, however far that is
    Step {
        /// In a few words
        step: String,
    },
    /// Where it could go on: the next attempt finds the data in the file AEGIS_CHECKPOINT
    Checkpoint {
        /// What has been done by then
        label: String,
        /// What it needs to go on from there, as JSON; text stays text
        #[arg(long, value_name = "JSON", conflicts_with = "data_file")]
        data: Option<String>,
        /// The same from a file; - is standard input
        #[arg(long, value_name = "FILE")]
        data_file: Option<PathBuf>,
    },
    /// Files that it leaves behind: they are copied as they are now
    Artifact {
        /// Which, in the folder in which the task works
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// The session by which it can be taken up again
    Session {
        /// Its name
        session: String,
    },
}

impl Report {
    pub(crate) fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let lines = self.lines()?;
        let now = out.now();
        // Ends a line that somebody else has left open.
        let mut text = vec![b'\n'];
        for line in lines {
            let line = serde_json::to_vec(&line).map_err(io::Error::from)?;
            // Refused here, so that whoever wrote the program sees it at once.
            Said::read(&line, now).map_err(ApiError::from)?;
            text.extend_from_slice(&line);
            text.push(b'\n');
        }
        let path = std::env::var_os(VARIABLE).ok_or_else(no_run)?;
        write(Path::new(&path), &text)?;
        Ok(Exit::Success)
    }

    fn lines(self) -> Result<Vec<Line>, Error> {
        Ok(match self {
            Self::Progress { percent, step, left } => vec![Line {
                progress: Some(percent.into()),
                step,
                seconds_left: left,
                ..Line::default()
            }],
            Self::Step { step } => vec![Line { step: Some(step), ..Line::default() }],
            Self::Checkpoint { label, data, data_file } => {
                let data = match (data, data_file) {
                    (Some(data), _) => value::json_or_text(&data),
                    (None, Some(file)) => document::read("checkpoint", &file)?,
                    (None, None) => Value::Null,
                };
                vec![Line { checkpoint: Some(label), data, ..Line::default() }]
            }
            Self::Artifact { files } => {
                files.iter().map(|file| artifact(file)).collect::<Result<_, _>>()?
            }
            Self::Session { session } => vec![Line { session: Some(session), ..Line::default() }],
        })
    }
}

/// The file by its full path: this program may stand in another folder than the run.
fn artifact(file: &Path) -> Result<Line, Error> {
    let refuse = |problem: String| {
        let message = format!("“{}” cannot be left behind: {problem}.", file.display());
        ApiError::new(ErrorKind::Invalid, message).with_hint("Name a file that is there.")
    };
    let metadata = std::fs::metadata(file).map_err(|error| refuse(error.to_string()))?;
    if !metadata.is_file() {
        return Err(refuse("it is no plain file".to_owned()).into());
    }
    let whole = std::path::absolute(file).map_err(|error| refuse(error.to_string()))?;
    let path = whole.to_str().ok_or_else(|| refuse("its name is not UTF-8".to_owned()))?;
    Ok(Line { artifact: Some(path.to_owned()), ..Line::default() })
}

/// Writes into the run's pipe. A run that has ended reads no more, and nobody waits for it.
fn write(path: &Path, text: &[u8]) -> Result<(), Error> {
    let flags = rustix::fs::OFlags::NONBLOCK.bits();
    let flags = i32::try_from(flags).unwrap_or_default();
    let pipe = File::options().write(true).custom_flags(flags).open(path).map_err(|_| no_run())?;
    if !pipe.metadata().is_ok_and(|metadata| metadata.file_type().is_fifo()) {
        return Err(no_run());
    }
    // From here on, waiting is right: the engine reads as fast as it lets a program speak.
    rustix::fs::fcntl_setfl(&pipe, rustix::fs::OFlags::empty()).map_err(io::Error::from)?;
    // One program's lines stay whole, however many say something at once.
    rustix::fs::flock(&pipe, rustix::fs::FlockOperation::LockExclusive).map_err(io::Error::from)?;
    (&pipe).write_all(text).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => no_run(),
        _ => Error::Output(error),
    })
}

fn no_run() -> Error {
    ApiError::new(ErrorKind::NotFound, "This program does not belong to a run that is at work.")
        .with_hint(
            "Call `aegis report` from the command of a task: it finds its run by AEGIS_REPORT.",
        )
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Captured;

    fn told(report: Report) -> String {
        let lines = report.lines().unwrap();
        lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect()
    }

    #[test]
    fn what_is_said_becomes_a_line() {
        let progress =
            Report::Progress { percent: 40, step: Some("copying".to_owned()), left: Some(300) };
        let line = "{\"progress\":40.0,\"step\":\"copying\",\"seconds_left\":300}\n";
        assert_eq!(told(progress), line);
        let data = Some("{\"at\": 500}".to_owned());
        let half = Report::Checkpoint { label: "half".to_owned(), data, data_file: None };
        assert_eq!(told(half), "{\"checkpoint\":\"half\",\"data\":{\"at\":500}}\n");
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.pdf");
        std::fs::write(&file, "").unwrap();
        let line = format!("{{\"artifact\":\"{}\"}}\n", file.display());
        assert_eq!(told(Report::Artifact { files: vec![file] }), line);
        let folder = Report::Artifact { files: vec![dir.path().to_owned()] };
        assert!(folder.lines().unwrap_err().to_string().contains("no plain file"));
    }

    #[test]
    fn only_a_pipe_that_somebody_reads_is_written_to() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "kept").unwrap();
        let pipe = dir.path().join("pipe");
        let kind = rustix::fs::FileType::Fifo;
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, mode, 0).unwrap();
        for path in [&file, &pipe, &dir.path().join("nothing")] {
            let error = write(path, b"x").unwrap_err();
            assert!(error.to_string().contains("does not belong to a run"), "{error}");
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
        // The control: with a reader it goes through.
        let _reader = File::options().read(true).write(true).open(&pipe).unwrap();
        write(&pipe, b"x").unwrap();
    }

    #[test]
    fn what_cannot_be_said_is_refused_before_anything_is_written() {
        let captured = Captured::new();
        let label = "x".to_owned();
        let data = Some(format!("\"{}\"", "x".repeat(300_000)));
        let huge = Report::Checkpoint { label, data, data_file: None };
        let error = huge.run(&mut captured.output(false)).unwrap_err();
        assert_eq!(error.exit(), Exit::of(ErrorKind::Invalid));
    }
}
