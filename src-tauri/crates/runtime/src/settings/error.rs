//! What can be wrong with settings.

use crate::paths::from_io;
use aegis_protocol::{ApiError, ErrorKind};
use std::io;
use std::path::PathBuf;

/// Why settings cannot be read, or not be changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file says what cannot be understood.
    #[error("The settings in “{path}” are broken in line {line}: {problem}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The file cannot be read.
    #[error("The settings in “{path}” cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file cannot be written; nothing was changed.
    #[error("The settings cannot be written to “{path}”: {source}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A variable of the environment says what cannot be understood.
    #[error("{variable} is “{value}”, and has to be a number from 1 to 64")]
    Variable {
        /// Which.
        variable: &'static str,
        /// What it says.
        value: String,
    },
    /// A number of slots that there cannot be.
    #[error("{0} runs at once are not possible")]
    Slots(u32),
    /// More days, or more MiB, than there can be.
    #[error("{given} is too much for {name}")]
    Keep {
        /// Which setting.
        name: &'static str,
        /// What was wanted.
        given: u32,
        /// The most that it can be.
        most: u32,
    },
    /// A folder that does not say where it is.
    #[error("“{0}” does not say from where it starts")]
    RelativeRoot(String),
    /// A folder that cannot be worked in.
    #[error("“{path}” cannot be allowed: {problem}")]
    NoSuchRoot {
        /// As it was given.
        path: String,
        /// Why not.
        problem: String,
    },
    /// A folder that is not in the list.
    #[error("“{0}” is not an allowed folder")]
    UnknownRoot(String),
    /// More folders than the list takes.
    #[error("There are {0} allowed folders already, which is all that the list takes")]
    TooManyRoots(usize),
}

impl SettingsError {
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Slots(_) => Some("slots"),
            Self::Keep { name, .. } => Some(name),
            Self::RelativeRoot(_)
            | Self::NoSuchRoot { .. }
            | Self::UnknownRoot(_)
            | Self::TooManyRoots(_) => Some("path"),
            _ => None,
        }
    }
}

impl From<SettingsError> for ApiError {
    fn from(error: SettingsError) -> Self {
        let (kind, hint) = match &error {
            SettingsError::Broken { .. } => (
                ErrorKind::Invalid,
                "Correct that line, or move the file away to begin with the defaults.".to_owned(),
            ),
            SettingsError::Unreadable { source, .. } | SettingsError::Unwritable { source, .. } => {
                return from_io(source, format!("{error}."));
            }
            SettingsError::Variable { variable, .. } => {
                (ErrorKind::Invalid, format!("Correct {variable}, or unset it."))
            }
            SettingsError::Slots(_) => (ErrorKind::Invalid, "Choose from 1 to 64.".to_owned()),
            SettingsError::Keep { most, .. } => {
                (ErrorKind::Invalid, format!("Choose from 0, which is for ever, to {most}."))
            }
            SettingsError::RelativeRoot(_) => {
                (ErrorKind::Invalid, "Begin it with / or with ~/ (your home directory).".to_owned())
            }
            SettingsError::NoSuchRoot { .. } => {
                (ErrorKind::Invalid, "Name a folder that is there.".to_owned())
            }
            SettingsError::UnknownRoot(_) => {
                (ErrorKind::NotFound, "Name one as `aegis roots list` shows it.".to_owned())
            }
            SettingsError::TooManyRoots(_) => (
                ErrorKind::Invalid,
                "Remove some, or allow a folder that holds several of them.".to_owned(),
            ),
        };
        let field = error.field().map(str::to_owned);
        Self { field, ..Self::new(kind, format!("{error}.")).with_hint(hint) }
    }
}
