//! What can be wrong with settings.

use crate::paths::from_io;
use aegis_protocol::{ApiError, ErrorKind};
use std::io;
use std::ops::RangeInclusive;
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
    #[error("{variable} is “{value}”, and has to be {wanted}")]
    Variable {
        /// Which.
        variable: &'static str,
        /// What it says.
        value: String,
        /// What it has to be.
        wanted: String,
    },
    /// A limit that lets nothing start.
    #[error("A limit of 0 would let nothing start")]
    NoRoom(&'static str),
    /// A group that has no name.
    #[error("“{0}” is no name of a group")]
    GroupName(String),
    /// A step too far.
    #[error("The offset of {name} cannot be {steps}")]
    Offset {
        /// Of which executor.
        name: String,
        /// How many steps.
        steps: i8,
    },
    /// More entries than a table takes.
    #[error("There are {0} limits of that kind already, which is all that the settings take")]
    TooManyLimits(usize),
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
    /// A value that a setting cannot have.
    #[error("{setting} cannot be {value}")]
    OutOfRange {
        /// Which setting.
        setting: &'static str,
        /// The value.
        value: u64,
        /// What it can be.
        range: RangeInclusive<u64>,
    },
    /// A text that is no budget of a day.
    #[error("The day's budget cannot be that: {0}")]
    DailyBudget(String),
    /// An address to which no key may go.
    #[error("anthropic_base_url cannot be that: {0}")]
    BaseUrl(&'static str),
    /// A program that does not say where it is.
    #[error("“{0}” is not the whole path of a program")]
    ClaudePath(String),
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
            Self::NoRoom(field) => Some(field),
            Self::GroupName(_) | Self::TooManyLimits(_) => Some("limits"),
            Self::Offset { .. } => Some("offsets"),
            Self::Keep { name, .. } => Some(name),
            Self::OutOfRange { setting, .. } => Some(setting),
            Self::DailyBudget(_) => Some("daily_budget"),
            Self::BaseUrl(_) => Some("anthropic_base_url"),
            Self::ClaudePath(_) => Some("claude_path"),
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
            SettingsError::NoRoom(_) => (
                ErrorKind::Invalid,
                "Use 1 or more. To start nothing for a while: aegis engine pause".to_owned(),
            ),
            SettingsError::GroupName(_) => (
                ErrorKind::Invalid,
                "Name it as tasks do, or use * for every one without a limit of its own."
                    .to_owned(),
            ),
            SettingsError::Offset { .. } => {
                (ErrorKind::Invalid, "Use -10 to 10 steps of priority.".to_owned())
            }
            SettingsError::TooManyLimits(_) => {
                (ErrorKind::Invalid, "Use * for every name without one of its own.".to_owned())
            }
            SettingsError::Keep { most, .. } => {
                (ErrorKind::Invalid, format!("Choose from 0, which is for ever, to {most}."))
            }
            SettingsError::OutOfRange { range, .. } => {
                (ErrorKind::Invalid, format!("Choose from {} to {}.", range.start(), range.end()))
            }
            SettingsError::DailyBudget(_) => (
                ErrorKind::Invalid,
                "Give 0.01 or more in dollars, or none. To start nothing for a while: aegis engine \
                 pause"
                    .to_owned(),
            ),
            SettingsError::BaseUrl(_) => (
                ErrorKind::Invalid,
                "Write an address such as https://api.anthropic.com, or nothing for the usual one."
                    .to_owned(),
            ),
            SettingsError::ClaudePath(_) => (
                ErrorKind::Invalid,
                "Write it from the root on, such as /usr/local/bin/claude, or nothing to have it \
                 looked for."
                    .to_owned(),
            ),
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
