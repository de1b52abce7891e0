//! S3: from durable acceptance to the executor, on an idle machine.

use crate::durability::Synchronous;
use crate::finding::{Finding, Verdict};
use crate::floor::fsync::Fsync;
use crate::floor::wake::PingPong;
use crate::own::{self, NoOp, Own};
use crate::site::Site;
use crate::stats::percentile;
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// NORMAL against a thread's wake, FULL against an fsync.
pub fn measure(site: &Site) -> Result<Finding> {
    let rounds = site.size.rounds();
    let each = site.size.pick(400, 100, 10);
    let mut normal = Samples::default();
    let mut full = Samples::default();
    let (mut wakes, mut fsyncs) = (Vec::new(), Vec::new());
    let wake = PingPong::new();
    let mut fsync = Fsync::new(&site.work)?;
    for _ in 0..rounds {
        wakes.extend(normal.take(site, Synchronous::Normal, each, || wake.once())?);
        fsyncs.extend(full.take(site, Synchronous::Full, each, || fsync.once())?);
    }
    let p = |values: &[f64], at: f64| percentile(values, at);
    let (n50, n99, w99) = (p(&normal.pickup, 50.0), p(&normal.pickup, 99.0), p(&wakes, 99.0));
    let (f50, s50) = (p(&full.pickup, 50.0), p(&fsyncs, 50.0));
    let met = n50 <= 0.25 && n99 <= 20.0 * w99 && f50 <= 1.3 * s50;
    let line = |name: &str, values: &[f64]| {
        format!("{name}: p50 {:.3} ms, p99 {:.3} ms", p(values, 50.0), p(values, 99.0))
    };
    Ok(Finding {
        name: "S3",
        figure: format!(
            "NORMAL p50 {n50:.3} ms, p99 {n99:.3} ms = {:.1} × a wake's; FULL p50 {f50:.3} ms = {:.2} × an fsync",
            n99 / w99,
            f50 / s50
        ),
        target: "NORMAL p50 ≤ 0.25 ms, p99 ≤ 20 ×; FULL p50 ≤ 1.3 ×",
        verdict: Verdict::of(met),
        raw: vec![
            line("floor: a thread wakes another and is woken by it", &wakes),
            line("floor: 4 KiB written and on the disk", &fsyncs),
            line("aegis NORMAL, accepted → executor", &normal.pickup),
            line("aegis NORMAL, asked → accepted", &normal.accepted),
            line("aegis FULL, accepted → executor", &full.pickup),
            line("aegis FULL, asked → accepted", &full.accepted),
            format!(
                "{} tasks each; the executor came first, and counts as 0, {} and {} times",
                normal.pickup.len(),
                normal.early,
                full.early
            ),
        ],
    })
}

/// Milliseconds.
#[derive(Default)]
struct Samples {
    /// From acceptance, as whoever asked sees it, to the executor.
    pickup: Vec<f64>,
    /// From the question to the acceptance.
    accepted: Vec<f64>,
    /// The executor was there before whoever asked had heard.
    early: u32,
}

impl Samples {
    /// Before each task, `floor` is measured once: both see the same machine. Returns the floor's.
    fn take(
        &mut self,
        site: &Site,
        sync: Synchronous,
        count: u32,
        mut floor: impl FnMut() -> Result<f64>,
    ) -> Result<Vec<f64>> {
        let begun = Instant::now();
        let nanos = move || u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let entered = Arc::new(AtomicU64::new(0));
        let at = Arc::clone(&entered);
        let own = Own::new(
            &site.work,
            sync,
            NoOp::watched(move |_| at.store(nanos(), Ordering::Release)),
        )?;
        let mut floors = Vec::new();
        own.runtime.block_on(async {
            for n in 0..u64::from(count) {
                // Idle: the engine has nothing left to do, and its threads sleep.
                tokio::time::sleep(Duration::from_millis(2)).await;
                floors.push(floor()?);
                tokio::time::sleep(Duration::from_millis(1)).await;
                let asked = nanos();
                own::submit(&own.engine).await?;
                let accepted = nanos();
                own.completed(n + 1).await?;
                let entered = entered.load(Ordering::Acquire);
                self.early += u32::from(entered < accepted);
                self.pickup.push(millis(entered.saturating_sub(accepted)));
                self.accepted.push(millis(accepted - asked));
            }
            anyhow::Ok(())
        })?;
        own.stop()?;
        Ok(floors)
    }
}

fn millis(nanos: u64) -> f64 {
    Duration::from_nanos(nanos).as_secs_f64() * 1000.0
}
