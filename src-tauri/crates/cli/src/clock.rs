//! What time it is and where, for what is shown, for `--in`, and for schedules that name no zone.

use aegis_domain::Timestamp;
use aegis_domain::schedule::ZoneName;
use aegis_ports::Clock;
use aegis_runtime::SystemClock;
use chrono::{DateTime, FixedOffset, Local};

/// Now, in whole milliseconds.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// An instant as the user's own clock shows it.
pub(crate) fn local(at: Timestamp) -> DateTime<FixedOffset> {
    at.with_timezone(&Local).fixed_offset()
}

/// The user's time zone: the one that `TZ` names, else the system's, else UTC.
pub(crate) fn zone() -> ZoneName {
    let named = std::env::var("TZ").ok();
    named
        .as_deref()
        .and_then(by_name)
        .or_else(|| by_name(&iana_time_zone::get_timezone().ok()?))
        .unwrap_or_default()
}

/// `TZ` may also hold a rule or a file (tzset(3)): neither is a name.
fn by_name(name: &str) -> Option<ZoneName> {
    let zone = ZoneName::new(name.strip_prefix(':').unwrap_or(name));
    zone.tz().is_ok().then_some(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_count() {
        assert_eq!(by_name("Europe/Berlin").unwrap().as_str(), "Europe/Berlin");
        assert_eq!(by_name(":Asia/Tokyo").unwrap().as_str(), "Asia/Tokyo");
        for text in ["", "CET-1CEST,M3.5.0,M10.5.0/3", "/usr/share/zoneinfo/Europe/Berlin"] {
            assert_eq!(by_name(text), None, "{text}");
        }
    }
}
