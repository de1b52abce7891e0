//! One turn of one peer.

use super::{Peer, Program};
use crate::durability::Synchronous;
use crate::site::Site;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
#[allow(clippy::disallowed_types, reason = "a peer is no task, and ends by itself")]
use std::process::Command;
use std::time::Duration;

/// What a peer says at the end of its turn.
#[derive(Debug, Clone, Deserialize)]
pub struct Turn {
    /// Completions that are durable.
    pub tasks: u64,
    /// From the first submission to the last completion.
    pub seconds: f64,
    /// What `PRAGMA journal_mode` answered on the connection that it works with.
    pub journal_mode: String,
    /// What `PRAGMA synchronous` answered there: `OFF`, `NORMAL` or `FULL`.
    pub synchronous: String,
    /// Its version, and SQLite's.
    pub version: String,
}

impl Turn {
    /// Completions a second.
    pub fn per_second(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let tasks = self.tasks as f64;
        tasks / self.seconds
    }
}

/// Lets `peer` work for about `turn`, on a database of its own.
pub fn turn(
    site: &Site,
    peer: Peer,
    sync: Synchronous,
    submitters: u32,
    turn: Duration,
) -> Result<Turn> {
    let dir = tempfile::tempdir_in(&site.work)?;
    let sources = site.sources.join("peers");
    #[allow(clippy::disallowed_types, reason = "a peer is no task, and ends by itself")]
    let mut command = match peer.program {
        Program::Python => {
            let mut python = Command::new(site.peers.join("python/bin/python"));
            python.arg("-B").arg(sources.join("python/peer.py")).arg(peer.name);
            python
        }
        Program::Node => {
            let mut node = Command::new("node");
            // Its packages are looked for where it is started.
            node.arg(sources.join("node/plainjob.mjs")).current_dir(site.peers.join("node"));
            node
        }
        Program::Apalis => {
            Command::new(site.peers.join("apalis/target/release/aegis-bench-apalis"))
        }
    };
    command
        .args(["--dir", &dir.path().to_string_lossy(), "--durability", sync.argument()])
        .args(["--submitters", &submitters.to_string(), "--layout", peer.layout])
        .args(["--seconds", &turn.as_secs_f64().to_string()]);
    let output = command.output().with_context(|| {
        format!("{} could not be started: `make bench` installs the peers", peer.name)
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!(
            "{} ended with {}: {text}{}",
            peer.name,
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let line = text.lines().last().unwrap_or_default();
    let turn: Turn = serde_json::from_str(line)
        .with_context(|| format!("{} said something else: {line}", peer.name))?;
    ensure!(turn.tasks > 0, "{} did nothing", peer.name);
    Ok(turn)
}
