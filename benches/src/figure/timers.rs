//! S6: a hundred thousand instants, spread and all at once.

use crate::copies::{self, Plan};
use crate::durability::Synchronous;
use crate::finding::{Finding, Verdict};
use crate::own::{NoOp, Own, SLOTS, Until};
use crate::site::Site;
use crate::stats::percentile;
use aegis_domain::Timestamp;
use aegis_doubles::WallClock;
use aegis_ports::Clock;
use anyhow::{Context, Result, bail};
use chrono::Duration as Span;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Milliseconds that one in a hundred may be late.
const LATE: f64 = 5.0;

/// How late the spread ones are, and how quickly those of one instant are through.
pub fn measure(site: &Site) -> Result<Finding> {
    let count: u64 = site.size.pick(100_000, 2_000, 200);
    let spread = play(site, Synchronous::Normal, count, 1)?;
    let spread_full = play(site, Synchronous::Full, count / 10, 1)?;
    let burst = play(site, Synchronous::Normal, count, 0)?;
    let own = Own::new(&site.work, Synchronous::Normal, NoOp::new())?;
    let s1 = own.work(64, Until::Time(site.size.turn()))?.per_second();
    own.stop()?;
    let (p50, p99) = (percentile(&spread.late, 50.0), percentile(&spread.late, 99.0));
    let drained = burst.per_second();
    let full = count == 100_000;
    let line = |name: &str, played: &Played| {
        format!(
            "{name}: late by p50 {:.2} ms, p99 {:.2} ms, at most {:.2} ms; {} tasks, through {:.2} s after the first instant",
            percentile(&played.late, 50.0),
            percentile(&played.late, 99.0),
            percentile(&played.late, 100.0),
            played.late.len(),
            played.took.as_secs_f64(),
        )
    };
    Ok(Finding {
        name: "S6",
        figure: format!(
            "spread: late by p50 {p50:.2} ms, p99 {p99:.2} ms; at one instant: {drained:.0}/s = {:.2} × S1's rate",
            drained / s1
        ),
        target: "p99 ≤ 5 ms; ≥ 1 ×",
        verdict: if full { Verdict::of(p99 <= 5.0 && drained >= s1) } else { Verdict::NotJudged },
        raw: vec![
            line("1,000 instants a second, NORMAL", &spread),
            spread.stretches(),
            line("1,000 instants a second, FULL", &spread_full),
            line("one instant, NORMAL", &burst),
            format!("S1's loop in the same minutes, 64 submitters: {s1:.0}/s"),
        ],
    })
}

/// What was seen of one set of instants.
struct Played {
    /// Milliseconds from the instant to the executor, in the order of the instants.
    late: Vec<f64>,
    /// From the first instant to the last durable completion.
    took: Duration,
}

impl Played {
    fn per_second(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let tasks = self.late.len() as f64;
        tasks / self.took.as_secs_f64()
    }

    /// Whether many are late by chance or a few times many are.
    fn stretches(&self) -> String {
        let stretches: Vec<_> = self
            .late
            .chunk_by(|one, next| (*one > LATE) == (*next > LATE))
            .filter(|stretch| stretch[0] > LATE)
            .map(|stretch| (stretch.len(), percentile(stretch, 100.0)))
            .collect();
        let count: usize = stretches.iter().map(|(count, _)| count).sum();
        let mut longest: Vec<_> = stretches.iter().collect();
        longest.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let longest: Vec<_> =
            longest.iter().take(5).map(|(count, most)| format!("{count} ({most:.0} ms)")).collect();
        format!(
            "later than {LATE:.0} ms: {count}, in {} stretches, the longest: {}",
            stretches.len(),
            longest.join(", ")
        )
    }
}

/// Prepares `count` tasks whose instants are `step` milliseconds apart, and watches them start.
fn play(site: &Site, sync: Synchronous, count: u64, step: i64) -> Result<Played> {
    // The first instant has to lie after the preparations: how long they take is found by trying.
    let mut ahead = Span::seconds(site.size.pick(30, 2, 2));
    for _ in 0..4 {
        let first = WallClock.now() + ahead;
        let dir = tempfile::tempdir_in(&site.work)?;
        let due_at = Arc::new(move |n: u64| first + Span::milliseconds(step * n.cast_signed()));
        copies::fill(dir.path(), &site.work, Plan { due: count, due_at, ..Plan::empty() })?;
        let late = Arc::new(Mutex::new(Vec::new()));
        let executor = {
            let late = Arc::clone(&late);
            NoOp::watched(move |job| {
                let seen = (job.due, since(job.due));
                late.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
            })
        };
        if WallClock.now() >= first - Span::milliseconds(500) {
            ahead = ahead * 2;
            continue;
        }
        let own = Own::open(dir, sync, executor, SLOTS)?;
        let before = (first - WallClock.now()).to_std().ok().context("it took too long to open")?;
        let begun = Instant::now() + before;
        own.runtime.block_on(own.completed(count))?;
        let took = begun.elapsed();
        own.stop()?;
        let mut late = std::mem::take(&mut *late.lock().unwrap_or_else(PoisonError::into_inner));
        late.sort_by_key(|(due, _)| *due);
        let late = late.into_iter().map(|(_, late)| late).collect();
        return Ok(Played { late, took });
    }
    bail!("preparing {count} instants took longer than {ahead}")
}

/// Milliseconds since `instant`, finer than the engine's own clock.
#[allow(clippy::disallowed_methods, reason = "what is measured happens in real time")]
fn since(instant: Timestamp) -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    #[allow(clippy::cast_precision_loss)]
    let instant = instant.timestamp_millis() as f64;
    now.map_or(0.0, |now| now.as_secs_f64() * 1000.0 - instant)
}
