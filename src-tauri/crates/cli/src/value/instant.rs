//! Instants as programs and careful people write them.

use aegis_domain::Timestamp;
use aegis_protocol::Downtime;
use chrono::{DateTime, SubsecRound, Utc};

/// An instant in the form of RFC 3339, to the millisecond.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    DateTime::parse_from_rfc3339(text.trim())
        .map(|at| at.with_timezone(&Utc).trunc_subsecs(3))
        .map_err(|_| {
            "write date, time and zone, such as 2026-11-21T14:30:00+01:00 (RFC 3339)".to_owned()
        })
}

/// A time in which nothing runs: two instants with `..` between them.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn downtime(text: &str) -> Result<Downtime, String> {
    let refuse = || {
        "write when it begins and ends (RFC 3339), such as \
         2026-03-29T00:00:00Z..2026-03-29T06:00:00Z"
            .to_owned()
    };
    let (from, to) = text.split_once("..").ok_or_else(refuse)?;
    let (from, to) = (instant(from)?, instant(to)?);
    if from < to { Ok(Downtime { from, to }) } else { Err("let it end after it begins".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rfc_3339_and_nothing_else() {
        let at = instant("2026-11-21T14:30:00.1239+01:00").unwrap();
        assert_eq!(at.to_rfc3339(), "2026-11-21T13:30:00.123+00:00");
        for text in
            ["", "tomorrow", "14:30", "2026-11-21", "2026-11-21T14:30:00", "2026-13-01T00:00:00Z"]
        {
            assert!(instant(text).unwrap_err().contains("RFC 3339"), "{text}");
        }
    }

    #[test]
    fn a_downtime_is_two_instants() {
        let down = downtime("2026-03-29T00:00:00Z..2026-03-29T06:00:00+02:00").unwrap();
        assert_eq!((down.to - down.from).num_hours(), 4);
        let now = "2026-03-29T00:00:00Z";
        for text in ["", now, "..", &format!("{now}.."), &format!("{now}..{now}")] {
            assert!(downtime(text).is_err(), "{text}");
        }
    }
}
