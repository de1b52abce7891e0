//! The user's time zone.

use chrono_tz::Tz;
use tracing::warn;

/// The zone that `TZ` names, else the system's, else UTC.
#[must_use]
pub fn user_zone() -> Tz {
    known().unwrap_or_else(|| {
        warn!("the system does not say which time zone this is: times are in UTC");
        Tz::UTC
    })
}

/// The zone that somebody named.
pub(crate) fn known() -> Option<Tz> {
    let named = std::env::var("TZ").ok();
    named.as_deref().and_then(by_name).or_else(of_system)
}

fn of_system() -> Option<Tz> {
    let name = iana_time_zone::get_timezone().ok()?;
    by_name(&name)
}

/// `TZ` may also hold a rule or a file (tzset(3)): neither is a name.
fn by_name(name: &str) -> Option<Tz> {
    name.strip_prefix(':').unwrap_or(name).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_count() {
        assert_eq!(by_name("Europe/Berlin"), Some(Tz::Europe__Berlin));
        assert_eq!(by_name(":Asia/Tokyo"), Some(Tz::Asia__Tokyo));
        assert_eq!(by_name("CET-1CEST,M3.5.0,M10.5.0/3"), None);
        assert_eq!(by_name("/usr/share/zoneinfo/Europe/Berlin"), None);
        assert_eq!(by_name(""), None);
    }
}
