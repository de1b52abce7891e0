//! Time zones by name.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The IANA name of a time zone: `Europe/Berlin`.
///
/// Whether there is such a zone is checked where the time-zone database is, when a schedule comes
/// in; the window carries names only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneName(String);

impl ZoneName {
    /// The name, unchecked.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is another name of UTC.
    #[must_use]
    pub fn is_utc(&self) -> bool {
        const NAMES: [&str; 6] = ["UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu"];
        NAMES.contains(&self.0.as_str())
    }

    /// The zone of this name.
    ///
    /// # Errors
    /// [`crate::Invalid`] when the database has none.
    #[cfg(feature = "zones")]
    pub fn tz(&self) -> Result<chrono_tz::Tz, crate::Invalid> {
        self.0.parse().map_err(|_| {
            let shown: String =
                self.0.chars().filter(|c| !crate::visible::is_hidden(*c)).take(60).collect();
            crate::Invalid::new(
                "schedule.zone",
                format!("There is no time zone “{shown}”."),
                "Use a name of the IANA database, such as Europe/Berlin, America/New_York or UTC.",
            )
        })
    }
}

impl Default for ZoneName {
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "zones")]
impl From<chrono_tz::Tz> for ZoneName {
    fn from(tz: chrono_tz::Tz) -> Self {
        Self(tz.name().to_owned())
    }
}
