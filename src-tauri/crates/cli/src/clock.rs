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

/// The user's time zone.
pub(crate) fn zone() -> ZoneName {
    aegis_runtime::user_zone().into()
}
