//! What backups are called: `aegis-20261121T083230123Z.db`.

use aegis_domain::Timestamp;
use chrono::NaiveDateTime;
use std::fmt;

const PREFIX: &str = "aegis-";
const SUFFIX: &str = ".db";
const STAMP: &str = "%Y%m%dT%H%M%S%3fZ";
/// Characters of a stamp.
const STAMP_LEN: usize = 19;

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The day's, or somebody asked for it.
    Regular,
    /// The database was about to be brought from this form to a newer one.
    Migration(i64),
    /// Another backup was put in its place.
    Replaced,
}

/// The name of a backup, in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) at: Timestamp,
    pub(super) reason: Reason,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.at.format(STAMP))?;
        match self.reason {
            Reason::Regular => {}
            Reason::Migration(form) => write!(f, "-form-{form}")?,
            Reason::Replaced => f.write_str("-replaced")?,
        }
        f.write_str(SUFFIX)
    }
}

impl Name {
    /// Reads a name; `None` when it is not exactly one that Aegis gives.
    pub(super) fn read(text: &str) -> Option<Self> {
        let middle = text.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        let (stamp, rest) = middle.split_at_checked(STAMP_LEN)?;
        let at = NaiveDateTime::parse_from_str(stamp, STAMP).ok()?.and_utc();
        let reason = match rest {
            "" => Reason::Regular,
            "-replaced" => Reason::Replaced,
            form => Reason::Migration(form.strip_prefix("-form-")?.parse().ok()?),
        };
        let name = Self { at, reason };
        (name.to_string() == text).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_written() {
        let at = Timestamp::from_timestamp_millis(1_795_249_950_123).unwrap();
        for (reason, text) in [
            (Reason::Regular, "aegis-20261121T083230123Z.db"),
            (Reason::Migration(1), "aegis-20261121T083230123Z-form-1.db"),
            (Reason::Replaced, "aegis-20261121T083230123Z-replaced.db"),
        ] {
            let name = Name { at, reason };
            assert_eq!(name.to_string(), text);
            assert_eq!(Name::read(text), Some(name));
        }
    }

    #[test]
    fn what_aegis_would_not_call_a_backup_is_none() {
        for text in [
            "aegis.db",
            "aegis-.db",
            "aegis-20261121.db",
            "aegis-20261121T083230123Z.db.part",
            "aegis-20261121T083230123Z-mine.db",
            "aegis-20261121T083230123Z-form-.db",
            "aegis-20261121T083230123Z-form-01.db",
            "aegis-20261341T083230123Z.db",
            "aegis-2026112éT08323012Z.db",
            "../aegis-20261121T083230123Z.db",
        ] {
            assert_eq!(Name::read(text), None, "{text}");
        }
    }
}
