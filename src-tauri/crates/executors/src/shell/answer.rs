//! What a program answers: the file that it may write for whoever comes next; and what the attempt
//! before it left, to go on from there.

use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use aegis_domain::{Checkpoint, ErrorCategory, Failure, MAX_NESTING, nesting};
use aegis_ports::LogSink;
use serde_json::Value;

/// The variable in which a program finds the file.
pub(crate) const VARIABLE: &str = "AEGIS_RESULT";
/// The variable in which a program finds the data of the last checkpoint, as a file.
pub(super) const CHECKPOINT: &str = "AEGIS_CHECKPOINT";
/// The variable that says what had been done by then.
pub(super) const CHECKPOINT_LABEL: &str = "AEGIS_CHECKPOINT_LABEL";
/// Most bytes of an answer.
const MAX: u64 = 64 * 1024;

/// A folder of a run's own, with the file in it. Removed when dropped.
pub(crate) struct Answer {
    folder: PathBuf,
}

impl Answer {
    /// Makes the folder, readable for the user alone.
    ///
    /// # Errors
    /// The [`Failure`] of a run that can have none.
    pub(crate) fn prepare(folder: &Path) -> Result<Self, Failure> {
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| no_folder(&error))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts a checkpoint's data into a file; says where.
    pub(super) fn put(&self, checkpoint: &Checkpoint) -> io::Result<PathBuf> {
        let file = self.folder.join("checkpoint.json");
        std::fs::write(&file, checkpoint.data.to_string())?;
        Ok(file)
    }

    /// Where the program writes.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("result.json")
    }

    /// What it wrote: JSON, or else its text; null when it wrote nothing. What is too long, or no
    /// plain file, is left and noted in the log.
    pub(crate) fn read(&self, log: &dyn LogSink) -> Value {
        match read(&self.file()) {
            Ok(None) => Value::Null,
            Ok(Some(text)) => match serde_json::from_str(&text) {
                Ok(value) if nesting(&value) > MAX_NESTING => {
                    log.note(&format!(
                        "The answer in {VARIABLE} was not used: it is nested more than \
                         {MAX_NESTING} levels deep."
                    ));
                    Value::Null
                }
                read => read.unwrap_or(Value::String(text)),
            },
            Err(why) => {
                log.note(&format!("The answer in {VARIABLE} was not used: {why}."));
                Value::Null
            }
        }
    }
}

/// A run could not have a folder of its own, or not what has to be in it.
pub(crate) fn no_folder(error: &io::Error) -> Failure {
    let message = format!("The run could not have a folder of its own: {error}.");
    Failure::new(ErrorCategory::Internal, message)
}

fn read(file: &Path) -> Result<Option<String>, String> {
    // A link could lead to a file that is none of the program's business.
    let flags = nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK;
    let opened = std::fs::OpenOptions::new().read(true).custom_flags(flags).open(file);
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    if !file.metadata().is_ok_and(|m| m.is_file()) {
        return Err("it is no plain file".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(MAX + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > MAX {
        return Err(format!("it has more than {MAX} bytes"));
    }
    let text = String::from_utf8_lossy(&bytes).trim().to_owned();
    Ok((!text.is_empty()).then_some(text))
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "the folder of a run stays behind");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_json_or_text_or_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let answer = Answer::prepare(&dir.path().join("run")).unwrap();
        assert_eq!(read(&answer.file()), Ok(None));
        for (written, found) in [
            ("{\"items\": 3}\n", serde_json::json!({"items": 3})),
            ("just words\n", serde_json::json!("just words")),
            ("  \n", Value::Null),
        ] {
            std::fs::write(answer.file(), written).unwrap();
            let text = read(&answer.file()).unwrap();
            let value = text.map_or(Value::Null, |text| {
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            });
            assert_eq!(value, found);
        }
    }

    #[test]
    fn what_is_too_long_or_no_file_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("run");
        let answer = Answer::prepare(&folder).unwrap();
        std::fs::write(answer.file(), vec![b'a'; 70_000]).unwrap();
        assert!(read(&answer.file()).unwrap_err().contains("65536"));
        std::fs::remove_file(answer.file()).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", answer.file()).unwrap();
        assert!(read(&answer.file()).is_err());
        drop(answer);
        assert!(!folder.exists());
    }
}
