//! S8: the first run again after a crash.

use super::idle::running;
use crate::copies::{self, Plan};
use crate::durability::Synchronous;
use crate::finding::{Finding, Verdict};
use crate::serve::Home;
use crate::site::Site;
use aegis_domain::{EventKind, StateName, Timestamp};
use aegis_doubles::WallClock;
use aegis_ports::Clock;
use aegis_store::Store;
use anyhow::{Context, Result};
use std::path::Path;

/// Most runs at once that the settings allow: the rest of those in flight are paused ones.
const SLOTS: usize = 64;
/// What the engine's own log says once it has its database.
const STARTS: &str = "the engine starts";

/// SIGKILL with a full database and runs in flight, then a start.
pub fn measure(site: &Site) -> Result<Finding> {
    let tasks: u64 = site.size.pick(100_000, 10_000, 100);
    let in_flight: usize = site.size.pick(100, 20, 6);
    let home = Home::new(site)?;
    let done = tasks * 6 / 10;
    let plan = Plan { done, events: 8, due: tasks - done, ..Plan::empty() };
    copies::fill(home.path(), &site.work, plan)?;

    let serve = home.serve()?;
    let slots = in_flight.min(SLOTS);
    home.run(&["settings", "set", "slots", &slots.to_string()])?;
    let mut numbers: Vec<String> = Vec::new();
    for n in 0..in_flight {
        if let Some(others) = n.checked_sub(slots) {
            // A run that is paused is in flight, and gives its slot to the next one.
            if others == 0 {
                running(&home, slots)?;
            }
            home.run(&["task", "pause", &numbers[others]])?;
        }
        numbers.push(sleeper(&home)?);
    }
    running(&home, slots)?;
    serve.kill()?;

    let spawned = WallClock.now();
    let serve = home.serve()?;
    running(&home, slots)?;
    serve.kill()?;
    let engine = engine_started(home.path(), spawned)?;
    let again = first_run(home.path(), spawned)?;
    let (from_process, from_engine) =
        ((again - spawned).num_milliseconds(), (again - engine).num_milliseconds());
    let full = tasks == 100_000;
    Ok(Finding {
        name: "S8",
        figure: format!(
            "first run again {from_engine} ms after the engine starts, {from_process} ms after the process"
        ),
        target: "≤ 500 ms after the engine starts",
        verdict: if full { Verdict::of(from_engine <= 500) } else { Verdict::NotJudged },
        raw: vec![
            format!(
                "aegis serve, FULL, {tasks} tasks ({done} completed, 8 events each; the rest come due in 2099), {in_flight} shell runs in flight ({} of them paused), SIGKILL, start",
                in_flight - slots
            ),
            format!(
                "process → “{STARTS}” in its log: {} ms; → first run that executes again, as its event says: {from_process} ms",
                (engine - spawned).num_milliseconds()
            ),
        ],
    })
}

/// Starts a program that outlasts the measurement; the task's number.
fn sleeper(home: &Home) -> Result<String> {
    let created =
        home.run(&["task", "create", "--json", "--executor", "shell", "--", "sleep", "280"])?;
    let created: serde_json::Value = serde_json::from_str(&created)?;
    let number = created.pointer("/card/number").or_else(|| created.get("number"));
    Ok(number.context("a task without a number")?.to_string())
}

/// When the engine that was started after `after` had its database.
fn engine_started(home: &Path, after: Timestamp) -> Result<Timestamp> {
    let mut found = None;
    for file in std::fs::read_dir(home.join("state"))? {
        let text = std::fs::read_to_string(file?.path())?;
        for line in text.lines().filter(|line| line.contains(STARTS)) {
            let moment = line.split_whitespace().next().unwrap_or_default();
            let moment: Timestamp = moment.parse().ok().context("the log’s form has changed")?;
            if moment >= after {
                found = Some(found.map_or(moment, |found: Timestamp| found.min(moment)));
            }
        }
    }
    found.with_context(|| format!("the engine's log does not say “{STARTS}”"))
}

/// When the first run executed after `after`.
fn first_run(home: &Path, after: Timestamp) -> Result<Timestamp> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let store = Store::open(home, Synchronous::Normal.options())?;
    let events = runtime.block_on(store.read(|r| r.events_before(None, None, 5_000)))?;
    store.close();
    events
        .iter()
        .filter(|event| event.what.at >= after)
        .filter(|event| match &event.what.kind {
            EventKind::Moved { to, .. } => to.name() == StateName::Executing,
            _ => false,
        })
        .map(|event| event.what.at)
        .min()
        .context("no run executed again")
}
