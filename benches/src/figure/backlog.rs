//! S4: throughput while a million others wait.

use crate::copies::{self, Plan};
use crate::durability::Synchronous;
use crate::finding::{Finding, Verdict};
use crate::own::{NoOp, Own, SLOTS, Until};
use crate::site::Site;
use crate::stats::median;
use anyhow::Result;
use std::time::Instant;

/// As many submitters as S1's many.
const SUBMITTERS: u32 = 64;

/// A thousand waiting against a million.
pub fn measure(site: &Site) -> Result<Finding> {
    let many: u64 = site.size.pick(1_000_000, 20_000, 300);
    let few = many.min(1_000) / 2 * 2;
    let mut raw = Vec::new();
    let mut engines = Vec::new();
    for waiting in [few, many] {
        let begun = Instant::now();
        engines.push(waits(site, waiting)?);
        raw.push(format!("{waiting} waiting: prepared in {:.0} s", begun.elapsed().as_secs_f64()));
    }
    let mut rates = vec![Vec::new(); engines.len()];
    for _ in 0..site.size.rounds() {
        for (own, rates) in engines.iter().zip(&mut rates) {
            rates.push(own.work(SUBMITTERS, Until::Time(site.size.turn()))?.per_second());
        }
    }
    for own in engines {
        own.stop()?;
    }
    let ratios: Vec<f64> = rates[1].iter().zip(&rates[0]).map(|(many, few)| many / few).collect();
    let ratio = median(&ratios);
    raw.push(format!(
        "half of them are tasks that come due in 2099, half stand in the line and may not start before; NORMAL, {SUBMITTERS} submitters"
    ));
    for (waiting, rates) in [few, many].into_iter().zip(&rates) {
        raw.push(format!(
            "{waiting} waiting: {:.0}/s (rounds {})",
            median(rates),
            rates.iter().map(|r| format!("{r:.0}")).collect::<Vec<_>>().join(", ")
        ));
    }
    Ok(Finding {
        name: "S4",
        figure: format!(
            "{many} waiting: {:.0}/s = {ratio:.2} × that with {few}",
            median(&rates[1])
        ),
        target: "≥ 0.8 ×",
        verdict: if many == 1_000_000 { Verdict::of(ratio >= 0.8) } else { Verdict::NotJudged },
        raw,
    })
}

fn waits(site: &Site, waiting: u64) -> Result<Own> {
    let dir = tempfile::tempdir_in(&site.work)?;
    let plan = Plan { due: waiting / 2, queued: waiting / 2, ..Plan::empty() };
    copies::fill(dir.path(), &site.work, plan)?;
    Own::open(dir, Synchronous::Normal, NoOp::new(), SLOTS)
}
