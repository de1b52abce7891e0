//! A backup a day.

use crate::alarm::Alarm;
use crate::engine::Shared;
use aegis_domain::Timestamp;
use aegis_store::backup::{self, Reason};
use chrono::TimeDelta;
use std::sync::Arc;

/// From one to the next.
const DAY: TimeDelta = TimeDelta::hours(24);
/// After the start, so that it is not slowed down.
const SETTLED: TimeDelta = TimeDelta::minutes(1);
/// From one try to the next, at least.
const AGAIN: TimeDelta = TimeDelta::hours(1);

/// Makes a backup when the newest one is a day old, until the engine stops.
pub(crate) async fn keep(shared: Arc<Shared>, mut alarm: Alarm) {
    let mut earliest = shared.clock.now() + SETTLED;
    loop {
        let due = due(newest(&shared).await, earliest, shared.clock.now());
        tokio::select! {
            () = alarm.wait(Some(due)) => {}
            () = shared.stopping.cancelled() => return,
        }
        let now = shared.clock.now();
        if now < due {
            // The clock was set.
            continue;
        }
        // Also after one that was made: should the folder not be readable, there is no flood.
        earliest = now + AGAIN;
        match shared.store.back_up(now).await {
            Ok(made) => tracing::info!(backup = %made.name(), bytes = made.bytes, "backed up"),
            Err(error) => {
                tracing::error!(%error, "the day's backup was not made; it is tried again");
            }
        }
    }
}

/// When the newest one was made. What cannot be read is not there.
async fn newest(shared: &Shared) -> Option<Timestamp> {
    let dir = shared.store.dir().to_owned();
    let listed = tokio::task::spawn_blocking(move || backup::list(&dir)).await.ok()?;
    let regular = listed.ok()?.into_iter().find(|backup| backup.reason == Reason::Regular)?;
    Some(regular.at)
}

/// When the next one is due. One of the future was made before the clock was put back, and says
/// nothing.
fn due(newest: Option<Timestamp>, earliest: Timestamp, now: Timestamp) -> Timestamp {
    match newest.filter(|newest| *newest <= now) {
        Some(newest) => (newest + DAY).max(earliest),
        None => earliest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
    }

    #[test]
    fn a_day_after_the_newest_but_never_at_once() {
        let (now, earliest) = (at(0), at(1));
        for (newest, expected) in [
            (None, at(1)),
            (Some(at(-60)), at(23 * 60)),
            (Some(at(-24 * 60)), at(1)),
            (Some(at(-90 * 24 * 60)), at(1)),
            (Some(at(24 * 60)), at(1)),
        ] {
            assert_eq!(due(newest, earliest, now), expected, "{newest:?}");
        }
    }
}
