//! S7: an engine that has nothing to do. S7b: one whose programs are at work.

use crate::copies::{self, Plan};
use crate::finding::{Finding, Verdict};
use crate::serve::{Home, Serve, Usage};
use crate::site::Site;
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

/// Tasks that are scheduled.
const SCHEDULED: u64 = 1_000;
/// Programs at work.
const RUNNING: usize = 10;

/// S7: a thousand scheduled tasks, none of which comes due.
pub fn nothing_to_do(site: &Site) -> Result<Finding> {
    let home = Home::new(site)?;
    copies::fill(home.path(), &site.work, Plan { due: SCHEDULED, ..Plan::empty() })?;
    // What is done once a day is done before, as the backup is.
    home.run(&["clean"])?;
    let serve = home.serve()?;
    // The start is another figure: what it writes has to have reached the disk.
    let settled = Duration::from_secs(site.size.pick(30, 2, 1));
    std::thread::sleep(settled);
    let time = Duration::from_secs(site.size.pick(600, 10, 2));
    let used = watch(&serve, time)?;
    let share = percent(used.cpu, time);
    let quiet = used.io.write_bytes == 0 && used.io.wchar == 0;
    let full = time >= Duration::from_secs(600);
    Ok(Finding {
        name: "S7",
        figure: format!("{share:.3} % of a core, {} bytes written", used.io.wchar),
        target: "≤ 0.05 %; 0 bytes",
        verdict: if full { Verdict::of(share <= 0.05 && quiet) } else { Verdict::NotJudged },
        raw: vec![
            format!(
                "aegis serve, {SCHEDULED} tasks that come due in 2099, watched for {} s, {} s after its start; the day's backup and clean-up were made before",
                time.as_secs(),
                settled.as_secs()
            ),
            told(&used),
        ],
    })
}

/// S7b: ten programs that print a line a second.
pub fn at_work(site: &Site) -> Result<Finding> {
    let home = Home::new(site)?;
    let serve = home.serve()?;
    home.run(&["settings", "set", "slots", &RUNNING.to_string()])?;
    for _ in 0..RUNNING {
        let script = "while :; do echo at work; sleep 1; done";
        home.run(&["task", "create", "--executor", "shell", "--", "sh", "-c", script])?;
    }
    running(&home, RUNNING)?;
    std::thread::sleep(Duration::from_secs(site.size.pick(10, 1, 1)));
    let time = Duration::from_secs(site.size.pick(60, 5, 2));
    let used = watch(&serve, time)?;
    running(&home, RUNNING)?;
    let share = percent(used.cpu, time);
    // A tick of the clock is more than the target allows in a shorter time.
    let full = time >= Duration::from_secs(60);
    Ok(Finding {
        name: "S7b",
        figure: format!("{share:.2} % of a core"),
        target: "≤ 1 %",
        verdict: if full { Verdict::of(share <= 1.0) } else { Verdict::NotJudged },
        raw: vec![
            format!(
                "aegis serve, {RUNNING} shell tasks that print a line a second, watched for {} s; helpers and programs do not count",
                time.as_secs()
            ),
            told(&used),
        ],
    })
}

fn watch(serve: &Serve, time: Duration) -> Result<Usage> {
    let before = Usage::of(serve.pid())?;
    std::thread::sleep(time);
    Ok(Usage::of(serve.pid())?.since(before))
}

/// Returns once so many tasks are at work.
pub fn running(home: &Home, count: usize) -> Result<()> {
    let begun = Instant::now();
    loop {
        let page =
            home.run(&["task", "list", "--status", "executing", "--limit", "500", "--json"])?;
        let page: serde_json::Value = serde_json::from_str(&page)?;
        let seen = page["tasks"].as_array().map_or(0, Vec::len);
        if seen == count {
            return Ok(());
        }
        ensure!(begun.elapsed() < Duration::from_secs(60), "{seen} of {count} tasks are at work");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn percent(cpu: Duration, time: Duration) -> f64 {
    cpu.as_secs_f64() / time.as_secs_f64() * 100.0
}

fn told(used: &Usage) -> String {
    format!(
        "cpu {} ms (stat), {:.1} ms (schedstat of the threads that live); wchar {}, write_bytes {}",
        used.cpu.as_millis(),
        used.fine.as_secs_f64() * 1000.0,
        used.io.wchar,
        used.io.write_bytes
    )
}
