//! Aegis' own log.

use crate::Paths;
use crate::keychain::known;
use crate::paths::make_private;
use std::io::{self, Write};
use std::panic;
use std::path::PathBuf;
use tracing::error;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// Names the level, or a level for each module, as `tracing_subscriber::EnvFilter` reads it.
const VARIABLE: &str = "AEGIS_LOG";
const DEFAULT: &str = "info";
/// One file a day; older ones go.
const KEPT: usize = 7;

/// Writes the log while it lives; what is still in memory is written when it is dropped.
#[derive(Debug)]
#[must_use = "the log ends with it"]
pub struct Logging {
    _worker: WorkerGuard,
}

/// Why there is no log. Aegis works without one.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The folder cannot be written.
    #[error("Aegis' own log cannot be written into “{folder}”: {source}")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// `AEGIS_LOG` is not understood.
    #[error("“{value}” is no value for {VARIABLE}: {source}; try “info” or “aegis_engine=debug”")]
    Filter {
        /// What it says.
        value: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// Another log was set up before.
    #[error("This program has a log already")]
    Twice,
    /// The log's files could not be made.
    #[error("Aegis' own log cannot be begun: {0}")]
    Rotation(#[from] tracing_appender::rolling::InitError),
}

impl Logging {
    /// Writes what this process reports into files named after `program`, one a day, in the state
    /// directory; panics too. To be called once.
    ///
    /// # Errors
    /// [`LoggingError`] when it cannot be written, or was set up before.
    pub fn start(paths: &Paths, program: &str) -> Result<Self, LoggingError> {
        if tracing::dispatcher::has_been_set() {
            return Err(LoggingError::Twice);
        }
        let filter = filter(std::env::var(VARIABLE).ok())?;
        let folder = paths.state();
        make_private(folder)
            .map_err(|source| LoggingError::Folder { folder: folder.to_owned(), source })?;
        let file = RollingFileAppender::builder()
            .rotation(Rotation::DAILY)
            .filename_prefix(program)
            .filename_suffix("log")
            .max_log_files(KEPT)
            .build(folder)?;
        // Whoever reports never waits for the disk; what does not fit into the queue is counted.
        let (writer, worker) = tracing_appender::non_blocking(WithoutKeys(file));
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(writer)
            .with_ansi(false)
            .finish()
            .try_init()
            .map_err(|_| LoggingError::Twice)?;
        report_panics();
        Ok(Self { _worker: worker })
    }
}

/// Takes keys out of what is written. Each write is one whole report.
struct WithoutKeys<W>(W);

impl<W: Write> Write for WithoutKeys<W> {
    fn write(&mut self, report: &[u8]) -> io::Result<usize> {
        self.0.write_all(&known().now().bytes(report))?;
        Ok(report.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn filter(value: Option<String>) -> Result<EnvFilter, LoggingError> {
    let value = value.filter(|value| !value.is_empty()).unwrap_or_else(|| DEFAULT.to_owned());
    EnvFilter::try_new(&value).map_err(|source| LoggingError::Filter { value, source })
}

/// A panic is somebody's mistake: the log says where, also when nobody sees standard error.
fn report_panics() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current().name().unwrap_or_default().to_owned();
        let backtrace = std::backtrace::Backtrace::capture();
        error!(
            place,
            thread,
            %backtrace,
            "panicked: {}",
            info.payload_as_str().unwrap_or("without a sentence")
        );
        // What stands on standard error may end in a file, too: then in our words.
        let said = info.payload_as_str().unwrap_or_default();
        if known().now().first_in(said).is_none() {
            before(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_level_comes_from_the_environment() {
        assert_eq!(filter(None).unwrap().to_string(), "info");
        assert_eq!(filter(Some(String::new())).unwrap().to_string(), "info");
        let detailed = filter(Some("warn,aegis_engine=debug".into())).unwrap().to_string();
        assert!(detailed.contains("aegis_engine=debug") && detailed.contains("warn"), "{detailed}");
    }

    #[test]
    fn a_level_that_is_none_is_refused_with_an_example() {
        let error = filter(Some("aegis=loud".into())).unwrap_err().to_string();
        assert!(error.contains("“aegis=loud”") && error.contains("aegis_engine=debug"), "{error}");
    }

    /// The only test that begins a log: a process has one.
    #[test]
    fn a_file_a_day_has_what_is_reported_and_panics_and_only_the_last_ones_stay() {
        let root = tempfile::tempdir().unwrap();
        let paths = Paths::all_in(root.path(), Path::new("/home/ada"));
        fs::create_dir(paths.state()).unwrap();
        for day in 1..=9 {
            fs::write(paths.state().join(format!("serve.2020-01-0{day}.log")), "old").unwrap();
        }
        fs::write(paths.state().join("window.2020-01-01.log"), "another program's").unwrap();

        let logging = Logging::start(&paths, "serve").unwrap();
        tracing::info!(answer = 42, "a sentence");
        tracing::debug!("a detail");
        let name = aegis_domain::KeyName::new("db").unwrap();
        known().add([(name, aegis_domain::Secret::new("correct \"horse\"").unwrap())]);
        tracing::warn!(said = "correct \"horse\"", "it was correct \"horse\"");
        let panicked = std::thread::Builder::new()
            .name("clumsy".into())
            .spawn(|| panic!("stumbled over correct \"horse\""))
            .unwrap()
            .join();
        assert!(panicked.is_err());
        assert!(matches!(Logging::start(&paths, "serve"), Err(LoggingError::Twice)));
        drop(logging);

        let names = |program: &str| -> Vec<PathBuf> {
            let files = fs::read_dir(paths.state()).unwrap().map(|entry| entry.unwrap().path());
            let mut files: Vec<_> = files
                .filter(|file| file.file_name().unwrap().to_str().unwrap().starts_with(program))
                .collect();
            files.sort();
            files
        };
        let files = names("serve.");
        assert_eq!(files.len(), KEPT, "{files:?}");
        assert_eq!(names("window.").len(), 1);
        let text = fs::read_to_string(files.last().unwrap()).unwrap();
        assert!(text.contains("a sentence answer=42"), "{text}");
        assert!(!text.contains("a detail"), "{text}");
        assert!(text.contains("it was [redacted:db]") && !text.contains("horse"), "{text}");
        assert!(
            text.contains("panicked: stumbled over [redacted:db]") && text.contains("clumsy"),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'), "no colours: {text}");
    }
}
