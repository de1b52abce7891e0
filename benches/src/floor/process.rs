//! A process, and a process below a helper: without an engine, without a database.

use aegis_helper::{Control, Report, Spec};
use anyhow::{Context, Result, anyhow, bail, ensure};
use std::io::{BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
#[allow(clippy::disallowed_types, reason = "what is measured is what a process costs")]
use std::process::Command;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Does nothing, and is there everywhere.
pub const PROGRAM: &str = "true";
/// Where it is looked for.
pub const SEARCH: &str = "/usr/bin:/bin";

/// Starts and ends of [`PROGRAM`] a second, on `threads` threads. The standard library uses
/// `posix_spawn` for a program that is named by its path, and a fork for one that it has to look
/// for.
pub fn bare(threads: u32, turn: Duration) -> Result<f64> {
    let mut places = SEARCH.split(':').map(|folder| Path::new(folder).join(PROGRAM));
    let program = places.find(|path| path.is_file());
    let program = program.with_context(|| format!("there is no {PROGRAM} in {SEARCH}"))?;
    at_once(threads, turn, || {
        #[allow(clippy::disallowed_types, reason = "what is measured is what a process costs")]
        let status = Command::new(&program)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()?;
        ensure!(status.success(), "{PROGRAM} ended with {status}");
        Ok(())
    })
}

/// The same below a helper each, as an engine without a database would do it.
pub fn chain(helper: &Path, threads: u32, turn: Duration) -> Result<f64> {
    at_once(threads, turn, || below(helper))
}

fn below(helper: &Path) -> Result<()> {
    let (ours, theirs) = UnixStream::pair()?;
    #[allow(clippy::disallowed_types, reason = "what is measured is what a process costs")]
    let mut process = Command::new(helper)
        .env_clear()
        .stdin(OwnedFd::from(theirs))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut reports = BufReader::new(ours.try_clone()?);
    let mut ours = ours;
    let spec = Spec {
        program: PROGRAM.to_owned(),
        args: Vec::new(),
        env: vec![("PATH".to_owned(), SEARCH.to_owned())],
        cwd: "/".into(),
        stdin: None,
        timeout_ms: Some(60_000),
        grace_ms: 2_000,
        sandbox: None,
        pty: false,
    };
    ours.write_all(&Control::Start(spec).to_line()?)?;
    expect(&mut reports, "ready", |report| matches!(report, Report::Ready { .. }))?;
    ours.write_all(&Control::Go.to_line()?)?;
    expect(&mut reports, "started", |report| matches!(report, Report::Started { .. }))?;
    expect(&mut reports, "exited well", |report| {
        matches!(report, Report::Exited { code: Some(0), .. })
    })?;
    let status = process.wait()?;
    ensure!(status.success(), "a helper ended with {status}");
    Ok(())
}

fn expect(reports: &mut impl BufRead, what: &str, is_it: impl Fn(&Report) -> bool) -> Result<()> {
    let mut line = Vec::new();
    reports.read_until(b'\n', &mut line)?;
    let report = Report::from_line(&line).context("a helper said something else")?;
    if !is_it(&report) {
        bail!("a helper said {report:?} and not that it has {what}");
    }
    Ok(())
}

/// How often a second `once` is done by `threads` threads together.
fn at_once(
    threads: u32,
    turn: Duration,
    once: impl Fn() -> Result<()> + Send + Sync,
) -> Result<f64> {
    let begun = Instant::now();
    let counts = std::thread::scope(|scope| {
        let each: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut count = 0u32;
                    while begun.elapsed() < turn {
                        once()?;
                        count += 1;
                    }
                    anyhow::Ok(count)
                })
            })
            .collect();
        each.into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?)
            .collect::<Result<Vec<u32>>>()
    })?;
    Ok(f64::from(counts.iter().sum::<u32>()) / begun.elapsed().as_secs_f64())
}
