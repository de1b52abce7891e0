//! JSON that a person wrote into a file, or a program into a pipe.

use crate::error::Error;
use aegis_protocol::{ApiError, ErrorKind, MAX_FRAME};
use serde::de::DeserializeOwned;
use std::io::{self, Read};
use std::path::Path;

/// What is in a file or, for `-`, on standard input. `what` names it in sentences: `task`.
///
/// # Errors
/// [`Error::Usage`] when it cannot be read, [`ErrorKind::Invalid`] when it is not what it should
/// be or larger than any request can be.
pub(crate) fn read<T: DeserializeOwned>(what: &str, path: &Path) -> Result<T, Error> {
    let text = text(path).map_err(|error| {
        Error::usage(
            format!("The {what} cannot be read from {}: {error}.", path.display()),
            "Name a file with JSON in it, or - for standard input.",
        )
    })?;
    if text.len() > MAX_FRAME {
        let message = format!("{} has more than {MAX_FRAME} bytes.", path.display());
        let error = ApiError::new(ErrorKind::Invalid, message);
        return Err(error.with_hint("Put large data into a file and name the file.").into());
    }
    serde_json::from_str(&text).map_err(|error| {
        let message = format!("{} does not hold a {what}: {error}.", path.display());
        let hint = "Compare it with what `aegis task show --json` prints, or with the manual.";
        ApiError::new(ErrorKind::Invalid, message).with_hint(hint).into()
    })
}

/// The text in a file or, for `-`, on standard input, as it is. `what` names it in sentences.
///
/// # Errors
/// [`Error::Usage`] when it cannot be read, or is larger than any request can be.
pub(crate) fn plain(what: &str, path: &Path) -> Result<String, Error> {
    let hint = "Name a file with text in it, or - for standard input.";
    let text = text(path).map_err(|error| {
        let message = format!("The {what} cannot be read from {}: {error}.", path.display());
        Error::usage(message, hint)
    })?;
    if text.len() > MAX_FRAME {
        let message = format!("{} has more than {MAX_FRAME} bytes.", path.display());
        return Err(Error::usage(message, "Let the command read that file itself."));
    }
    Ok(text)
}

/// At most a byte more than fits.
fn text(path: &Path) -> io::Result<String> {
    let most = u64::try_from(MAX_FRAME).unwrap_or(u64::MAX).saturating_add(1);
    let mut text = String::new();
    if path == Path::new("-") {
        io::stdin().lock().take(most).read_to_string(&mut text)?;
    } else {
        std::fs::File::open(path)?.take(most).read_to_string(&mut text)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use aegis_domain::NewTask;

    #[test]
    fn what_is_in_a_file_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("task.json");
        std::fs::write(&path, r#"{"title": "Café"}"#).unwrap();
        assert_eq!(read::<NewTask>("task", &path).unwrap().title, "Café");
    }

    #[test]
    fn what_cannot_be_read_is_the_callers_mistake() {
        let folder = tempfile::tempdir().unwrap();
        let gone = read::<NewTask>("task", &folder.path().join("gone")).unwrap_err();
        assert_eq!(gone.exit(), Exit::Usage);
        let path = folder.path().join("binary");
        std::fs::write(&path, b"\xff\xfe").unwrap();
        assert_eq!(read::<NewTask>("task", &path).unwrap_err().exit(), Exit::Usage);
    }

    #[test]
    fn what_is_no_task_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("task.json");
        let deep = "[".repeat(10_000);
        for text in ["", "{", "[]", r#"{"titel": "T"}"#, r#"{"title": 5}"#, &deep] {
            std::fs::write(&path, text).unwrap();
            let error = read::<NewTask>("task", &path).unwrap_err();
            assert_eq!(error.exit(), Exit::Rejected, "{text:.20}");
            assert!(error.to_string().contains("does not hold a task"), "{error}");
        }
    }

    #[test]
    fn what_is_larger_than_any_request_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("task.json");
        std::fs::write(&path, " ".repeat(MAX_FRAME + 1)).unwrap();
        let error = read::<NewTask>("task", &path).unwrap_err();
        assert_eq!(error.exit(), Exit::Rejected);
    }
}
