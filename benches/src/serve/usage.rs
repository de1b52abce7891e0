//! What a process has used, as `/proc` says.

use anyhow::{Context, Result};
use std::time::Duration;

/// Time on a processor, and bytes written.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// Of all its threads: `utime` and `stime` of `/proc/<pid>/stat`, in steps of a clock tick.
    pub cpu: Duration,
    /// The same of the threads that live, from `schedstat`, in nanoseconds.
    pub fine: Duration,
    /// What it wrote.
    pub io: Io,
}

/// `/proc/<pid>/io`.
#[derive(Debug, Clone, Copy)]
pub struct Io {
    /// Bytes that were handed to write calls, to files, sockets and pipes.
    pub wchar: u64,
    /// Bytes that are to reach a disk.
    pub write_bytes: u64,
}

impl Usage {
    /// Of the process `pid`, up to now.
    pub fn of(pid: u32) -> Result<Self> {
        Ok(Self { cpu: cpu(pid)?, fine: fine(pid)?, io: io(pid)? })
    }

    /// What was used since `before`.
    pub fn since(self, before: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(before.cpu),
            fine: self.fine.saturating_sub(before.fine),
            io: Io {
                wchar: self.io.wchar.saturating_sub(before.io.wchar),
                write_bytes: self.io.write_bytes.saturating_sub(before.io.write_bytes),
            },
        }
    }
}

fn read(pid: u32, file: &str) -> Result<String> {
    std::fs::read_to_string(format!("/proc/{pid}/{file}"))
        .with_context(|| format!("the engine {pid} has gone away"))
}

fn cpu(pid: u32) -> Result<Duration> {
    let stat = read(pid, "stat")?;
    // The name may contain anything, a bracket too.
    let (_, fields) = stat.rsplit_once(')').context("/proc/<pid>/stat has another form")?;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>())
        .sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second()))
}

fn fine(pid: u32) -> Result<Duration> {
    let mut nanos = 0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may end while one looks.
        let Ok(text) = std::fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        nanos += text.split_whitespace().next().context("no schedstat")?.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanos))
}

fn io(pid: u32) -> Result<Io> {
    let text = read(pid, "io")?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.with_context(|| format!("/proc/<pid>/io has no {name}"))?.parse().context("a number")
    };
    Ok(Io { wchar: field("wchar")?, write_bytes: field("write_bytes")? })
}
