//! S12: the API's door, with a hundred thousand tasks and a million events behind it.

mod answers;
mod door;

use crate::copies::{self, Plan};
use crate::durability::Synchronous;
use crate::finding::{Finding, Verdict};
use crate::floor::fsync::Fsync;
use crate::own::{NoOp, Own, SLOTS};
use crate::site::Site;
use crate::stats::percentile;
use anyhow::Result;
use std::sync::Arc;

/// Queries against 5 ms, commands against an fsync.
pub fn measure(site: &Site) -> Result<Finding> {
    let tasks: u64 = site.size.pick(100_000, 5_000, 100);
    let samples: u32 = site.size.pick(1_000, 200, 10);
    let dir = tempfile::tempdir_in(&site.work)?;
    // Ten events for each task, on average: what waits has none yet.
    let (done, events) = (tasks / 2, 20);
    copies::fill(
        dir.path(),
        &site.work,
        Plan { done, events, due: tasks - done, ..Plan::empty() },
    )?;
    let own = Own::open(dir, Synchronous::Full, NoOp::new(), SLOTS)?;
    let door = door::open(&own);
    let mut fsync = Fsync::new(&site.work)?;
    let mut fsyncs = Vec::new();
    let (queries, board, commands) = own.runtime.block_on(async {
        let queries = answers::queries(&door, tasks, samples).await?;
        let board = answers::board(&door, samples.div_ceil(10)).await?;
        let commands = answers::commands(&door, samples, || {
            fsyncs.push(fsync.once()?);
            anyhow::Ok(())
        })
        .await?;
        anyhow::Ok((queries, board, commands))
    })?;
    drop(door);
    own.stop()?;
    let p99 = |values: &[f64]| percentile(values, 99.0);
    let slowest = |all: &[answers::Answers]| {
        all.iter()
            .map(|a| (a.what, p99(&a.millis)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or_default()
    };
    let (query, command) = (slowest(&queries), slowest(&commands));
    let floor = p99(&fsyncs);
    let line = |name: &str, millis: &[f64]| {
        format!("{name}: p50 {:.2} ms, p99 {:.2} ms", percentile(millis, 50.0), p99(millis))
    };
    let mut raw = vec![
        format!(
            "{tasks} tasks, half of them completed; {} events; FULL, in process, {samples} of each",
            done * events
        ),
        line("floor: 4 KiB written and on the disk", &fsyncs),
    ];
    raw.extend(queries.iter().chain([&board]).chain(&commands).map(|a| line(a.what, &a.millis)));
    Ok(Finding {
        name: "S12",
        figure: format!(
            "queries p99 {:.2} ms ({}); commands p99 {:.2} ms = {:.1} × an fsync's ({})",
            query.1,
            query.0,
            command.1,
            command.1 / floor,
            command.0
        ),
        target: "≤ 5 ms; ≤ 2 ×",
        verdict: if tasks == 100_000 {
            Verdict::of(query.1 <= 5.0 && command.1 <= 2.0 * floor)
        } else {
            Verdict::NotJudged
        },
        raw,
    })
}

/// What the measurements hold.
type Door = Arc<aegis_api::Door>;
