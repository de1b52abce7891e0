//! What time it is, for what is shown and for `--in`.

use aegis_domain::Timestamp;
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
