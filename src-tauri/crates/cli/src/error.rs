//! Why a command did not do what it was to do.

use crate::exit::Exit;
use aegis_protocol::{ApiError, ErrorKind};
use serde::Serialize;
use std::io;

/// A refusal or a failure, to be told on standard error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The arguments do not go together.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The engine says no, or cannot be reached.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The output could not be written.
    #[error("The output cannot be written: {0}.")]
    Output(#[from] io::Error),
    /// The signals of this process cannot be watched.
    #[error("Aegis cannot watch for Ctrl-C: {0}.")]
    Signals(#[source] io::Error),
    /// The system gives no threads.
    #[error("Aegis cannot start its threads: {0}.")]
    Threads(#[source] io::Error),
}

/// What a program reads on standard error.
#[derive(Serialize)]
struct Report<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    kind: &'a serde_json::Value,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

impl Error {
    /// A mistake in how the arguments go together.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }

    /// As the API would have said it.
    pub(crate) fn into_api(self) -> ApiError {
        match self {
            Self::Api(error) => error,
            other => ApiError::new(ErrorKind::Internal, other.to_string()),
        }
    }

    /// How it ends the program.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } => Exit::Usage,
            Self::Api(error) => Exit::of(error.kind),
            Self::Output(_) | Self::Signals(_) | Self::Threads(_) => Exit::Failed,
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Self::Usage { hint, .. } => Some(hint),
            Self::Api(error) => error.hint.as_deref(),
            Self::Output(_) => Some("Look whether the disk is full or the reader has gone."),
            Self::Signals(_) | Self::Threads(_) => {
                Some("Close some programs, or raise the limit of processes (ulimit -u).")
            }
        }
    }

    /// Whether the engine is not there, or not any more.
    pub(crate) fn is_unavailable(&self) -> bool {
        matches!(self, Self::Api(error) if error.kind == ErrorKind::Unavailable)
    }

    /// Whether nobody reads the output any more.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The whole as one JSON object: `{"error":{"kind","message","hint","field"}}`.
    pub(crate) fn to_json(&self) -> String {
        let (kind, field) = match self {
            Self::Usage { .. } => (serde_json::Value::from("usage"), None),
            Self::Api(error) => (
                // A kind is a word, and words always become JSON.
                serde_json::to_value(error.kind).unwrap_or_default(),
                error.field.as_deref(),
            ),
            Self::Output(_) | Self::Signals(_) | Self::Threads(_) => {
                (serde_json::Value::from("internal"), None)
            }
        };
        let body = Body { kind: &kind, message: self.to_string(), hint: self.hint(), field };
        // Texts and nothing else: this cannot fail, and an empty line would be the answer if it did.
        serde_json::to_string(&Report { error: body }).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_read_kind_message_hint_and_field() {
        let error = ApiError {
            kind: ErrorKind::NewerVersion,
            message: "The database is newer.".to_owned(),
            hint: Some("Update Aegis.".to_owned()),
            field: Some("data".to_owned()),
        };
        assert_eq!(
            Error::Api(error).to_json(),
            r#"{"error":{"kind":"newer_version","message":"The database is newer.","hint":"Update Aegis.","field":"data"}}"#
        );
        assert_eq!(
            Error::usage("A.", "B.").to_json(),
            r#"{"error":{"kind":"usage","message":"A.","hint":"B."}}"#
        );
    }

    #[test]
    fn only_a_reader_that_left_is_no_error() {
        assert!(Error::Output(io::ErrorKind::BrokenPipe.into()).is_broken_pipe());
        assert!(!Error::Output(io::ErrorKind::StorageFull.into()).is_broken_pipe());
        assert!(!Error::usage("A.", "B.").is_broken_pipe());
    }
}
