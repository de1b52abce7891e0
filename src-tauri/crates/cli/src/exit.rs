//! How the program ends: the one table of exit codes.

use aegis_protocol::ErrorKind;
use std::process::ExitCode;

/// What an exit code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It was done.
    Success,
    /// The task that was waited for did not succeed, or Aegis itself is at fault.
    Failed,
    /// The command line could not be understood.
    Usage,
    /// There is no such thing.
    NotFound,
    /// The request cannot stand, or not now.
    Rejected,
    /// The engine or its data cannot be used.
    Unavailable,
    /// It took too long.
    TimedOut,
    /// Ctrl-C ended the watching.
    Interrupted,
}

/// Every exit, its code, and what it means, in the order of the codes.
const TABLE: [(Exit, u8, &str); 8] = [
    (Exit::Success, 0, "done"),
    (Exit::Failed, 1, "the task that was waited for did not succeed, or an unexpected error"),
    (Exit::Usage, 2, "the command line could not be understood"),
    (Exit::NotFound, 3, "there is no such task or thing"),
    (Exit::Rejected, 4, "invalid, refused, or not possible in this state"),
    (Exit::Unavailable, 5, "no engine, or its data cannot be used (locked, damaged, full, …)"),
    (Exit::TimedOut, 6, "it took too long"),
    (Exit::Interrupted, 130, "watching was ended by Ctrl-C; the task was not"),
];

impl Exit {
    /// The number that the caller sees.
    pub(crate) fn code(self) -> u8 {
        TABLE.iter().find(|(exit, ..)| *exit == self).map_or(1, |(_, code, _)| *code)
    }

    /// How a refusal of this kind ends the program.
    pub(crate) const fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::Refused => Self::Rejected,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Unavailable
            | ErrorKind::Locked
            | ErrorKind::ReadOnly
            | ErrorKind::DiskFull
            | ErrorKind::Corrupt
            | ErrorKind::NewerVersion => Self::Unavailable,
            ErrorKind::TimedOut => Self::TimedOut,
            ErrorKind::Internal => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The table as `aegis --help` shows it.
pub(crate) fn help() -> String {
    let rows = TABLE.iter().map(|(_, code, meaning)| format!("  {code:>3}  {meaning}"));
    format!("Exit codes:\n{}", rows.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn every_exit_stands_once_in_the_table() {
        let mut codes: Vec<u8> = TABLE.iter().map(|(exit, ..)| exit.code()).collect();
        codes.dedup();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 130]);
    }

    #[rstest]
    #[case(ErrorKind::Invalid, 4)]
    #[case(ErrorKind::Conflict, 4)]
    #[case(ErrorKind::Refused, 4)]
    #[case(ErrorKind::NotFound, 3)]
    #[case(ErrorKind::Unavailable, 5)]
    #[case(ErrorKind::Locked, 5)]
    #[case(ErrorKind::ReadOnly, 5)]
    #[case(ErrorKind::DiskFull, 5)]
    #[case(ErrorKind::Corrupt, 5)]
    #[case(ErrorKind::NewerVersion, 5)]
    #[case(ErrorKind::TimedOut, 6)]
    #[case(ErrorKind::Internal, 1)]
    fn a_refusal_has_its_code(#[case] kind: ErrorKind, #[case] code: u8) {
        assert_eq!(Exit::of(kind).code(), code);
    }
}
