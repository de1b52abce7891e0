//! The line: what stands in the lanes, and what waits for its time before it does.
//!
//! What may not start yet is kept apart (`waits_until`), so that a look at the lanes passes over
//! none of it, and is moved into its lane when its moment has come. Which of the two an occurrence
//! is in says nothing of whether it may start: a claim asks [`Occurrence::may_start`]. It only says
//! where it is looked for.
//!
//! [`Occurrence::may_start`]: aegis_domain::Occurrence::may_start

use crate::table::{from_text, instant};
use aegis_domain::fair::Lane;
use aegis_domain::{Band, OccurrenceId, PRIORITY_STEP, SortKey, Timestamp, Watch};
use chrono::SecondsFormat;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Result, Row};
use std::collections::BTreeMap;

/// What is moved into its lane in one step.
const AT_ONCE: u32 = 512;

/// An occurrence that may start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyRow {
    /// Which.
    pub occurrence: OccurrenceId,
    /// Its place.
    pub sort_key: SortKey,
    /// The files that its task watches: it only starts when they have changed.
    pub watch: Option<Watch>,
}

/// A lane in which something may start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which.
    pub lane: Lane,
    /// The place of the first in it.
    pub sort_key: SortKey,
}

/// How much of one urgency band waits in a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Where.
    pub lane: Lane,
    /// All of it, also what waits for its time.
    pub all: u64,
    /// What may start.
    pub ready: u64,
    /// All of it by band, as in [`Band::ALL`].
    pub bands: [u64; 4],
}

/// The lanes at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heads {
    /// Those in which something may start.
    pub lanes: Vec<Head>,
    /// When the first of a lane may start that stands there since before the clock was corrected.
    pub next: Option<Timestamp>,
}

/// The lanes in which something may start at `now`.
///
/// It costs a few steps a lane, however much waits: what waits for its time stands in no lane. What
/// has come once and has not any more, because the clock was corrected, is all that is passed over.
pub(crate) fn heads(conn: &Connection, now: Timestamp) -> Result<Heads> {
    let mut next = conn.prepare_cached(
        "SELECT lane FROM occurrences
         WHERE state = 'queued' AND waits_until IS NULL AND lane > ?1 ORDER BY lane LIMIT 1",
    )?;
    let mut first = conn.prepare_cached(
        "SELECT sort_key, not_before FROM occurrences
         WHERE state = 'queued' AND waits_until IS NULL AND lane = ?1
         ORDER BY sort_key, not_before, priority LIMIT 1",
    )?;
    let mut first_come = conn.prepare_cached(
        "SELECT sort_key, not_before FROM occurrences
         WHERE state = 'queued' AND waits_until IS NULL AND lane = ?1
             AND sort_key <= ?2 AND not_before <= ?2
         ORDER BY sort_key, not_before, priority LIMIT 1",
    )?;
    let place = |row: &Row<'_>| Ok((SortKey(row.get(0)?), instant(row, 1)?));
    let mut heads = Heads::default();
    let mut key = String::new();
    while let Some(lane) = next.query_row([&key], |row| row.get(0)).optional()? {
        key = lane;
        let mut head = first.query_row([&key], place).optional()?;
        if let Some((_, at)) = head.filter(|(_, at)| *at > now) {
            heads.next = Some(heads.next.map_or(at, |next| next.min(at)));
            head = first_come.query_row((&key, now.timestamp_millis()), place).optional()?;
        }
        let lane = Lane::from_key(&key);
        heads.lanes.extend(head.map(|(sort_key, _)| Head { lane, sort_key }));
    }
    Ok(heads)
}

/// What may start in a lane at `now`, in the order in which it should.
pub(crate) fn ready(
    conn: &Connection,
    lane: &Lane,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<ReadyRow>> {
    conn.prepare_cached(
        "SELECT o.id, t.row -> '$.definition.only_if_changed', o.sort_key
         FROM occurrences o JOIN tasks t ON t.id = o.task_id
         WHERE o.state = 'queued' AND o.waits_until IS NULL AND o.lane = ?1
             AND o.sort_key <= ?2 AND o.not_before <= ?2
         ORDER BY o.sort_key, o.not_before, o.priority LIMIT ?3",
    )?
    .query_map((lane.key(), now.timestamp_millis(), limit), |row| {
        let watched = !matches!(row.get_ref(1)?, ValueRef::Null);
        let watch = if watched { Some(from_text(row, 1)?) } else { None };
        let (occurrence, sort_key) = (OccurrenceId(row.get(0)?), SortKey(row.get(2)?));
        Ok(ReadyRow { occurrence, sort_key, watch })
    })?
    .collect()
}

/// When the first of all that waits for its time may start; in the past, when it is to be lined up.
pub(crate) fn next_ready(conn: &Connection) -> Result<Option<Timestamp>> {
    conn.prepare_cached(
        "SELECT waits_until FROM occurrences
         WHERE waits_until IS NOT NULL ORDER BY waits_until LIMIT 1",
    )?
    .query_row([], |row| instant(row, 0))
    .optional()
}

/// Moves what has come by `now` into its lane, the earliest first, [`AT_ONCE`] at most.
pub(crate) fn line_up(conn: &Connection, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "UPDATE occurrences SET waits_until = NULL WHERE place IN (
             SELECT place FROM occurrences WHERE waits_until <= ?1 ORDER BY waits_until LIMIT ?2
         )",
    )?
    .execute((now.timestamp_millis(), AT_ONCE))?;
    Ok(())
}

/// Puts everything where the clock says after it was put back to `now`. What waits for a moment
/// that was written down after that may start ([`Occurrence::may_start`]), and goes on to be free
/// to when the clock has come to where it was written down. What stands in a lane and has not come
/// any more waits again.
///
/// It changes rows past those that are at hand.
///
/// [`Occurrence::may_start`]: aegis_domain::Occurrence::may_start
pub(crate) fn put_back(conn: &Connection, now: Timestamp) -> Result<()> {
    let moment = now.timestamp_millis();
    conn.prepare_cached(
        "UPDATE occurrences SET waits_until = NULL
         WHERE waits_until > ?1 AND updated_at > ?1",
    )?
    .execute([moment])?;
    conn.prepare_cached(
        "UPDATE occurrences SET waits_until = not_before
         WHERE state = 'queued' AND waits_until IS NULL AND lane > ''
             AND not_before > ?1 AND updated_at <= ?1",
    )?
    .execute([moment])?;
    conn.prepare_cached(
        "UPDATE occurrences SET not_before = ?1, sort_key = min(sort_key, ?1 - priority * ?2),
             row = json_set(row, '$.state.not_before', ?3,
                            '$.state.sort_key', min(sort_key, ?1 - priority * ?2))
         WHERE state = 'queued' AND waits_until IS NULL AND lane > '' AND not_before > ?1",
    )?
    .execute((moment, PRIORITY_STEP.num_milliseconds(), rfc3339(now)))?;
    Ok(())
}

/// An instant as it stands in a row.
fn rfc3339(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// How much may start at `now`. It counts all of it, in an index.
pub(crate) fn depth(conn: &Connection, now: Timestamp) -> Result<u64> {
    conn.prepare_cached(
        "SELECT (SELECT count(*) FROM occurrences
                 WHERE state = 'queued' AND waits_until IS NULL AND lane > '' AND not_before <= ?1)
              + (SELECT count(*) FROM occurrences WHERE waits_until <= ?1)",
    )?
    .query_row([now.timestamp_millis()], |row| row.get(0))
}

/// How much waits, lane by lane. It looks at all of it, in two indices.
pub(crate) fn waiting(conn: &Connection, now: Timestamp) -> Result<Vec<Waiting>> {
    let mut lanes: BTreeMap<String, Waiting> = BTreeMap::new();
    for sql in [
        "SELECT lane, priority, not_before <= ?1 FROM occurrences
         WHERE state = 'queued' AND waits_until IS NULL ORDER BY lane",
        "SELECT lane, priority, waits_until <= ?1 FROM occurrences WHERE waits_until IS NOT NULL",
    ] {
        let mut all = conn.prepare_cached(sql)?;
        let mut rows = all.query([now.timestamp_millis()])?;
        while let Some(row) = rows.next()? {
            let key = row.get_ref(0)?.as_str()?;
            match lanes.get_mut(key) {
                Some(lane) => lane.count(row.get(1)?, row.get(2)?),
                None => {
                    let mut lane = Waiting::nothing(Lane::from_key(key));
                    lane.count(row.get(1)?, row.get(2)?);
                    lanes.insert(key.to_owned(), lane);
                }
            }
        }
    }
    Ok(lanes.into_values().collect())
}

impl Waiting {
    fn nothing(lane: Lane) -> Self {
        Self { lane, all: 0, ready: 0, bands: [0; 4] }
    }

    fn count(&mut self, priority: u8, ready: bool) {
        self.all += 1;
        self.ready += u64::from(ready);
        let holds = |band: &Band| {
            let (least, most) = band.bounds();
            (least.get()..=most.get()).contains(&priority)
        };
        if let Some(band) = Band::ALL.iter().position(holds) {
            self.bands[band] += 1;
        }
    }
}
