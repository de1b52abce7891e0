//! `aegis serve` as a user has it: a process of its own, with a home of its own.

mod usage;

pub use usage::Usage;

use crate::floor::process;
use crate::site::Site;
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
#[allow(clippy::disallowed_types, reason = "the engine is not its own task")]
use std::process::Command;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a start, an answer or an end may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A folder in which everything of one Aegis is.
pub struct Home {
    dir: TempDir,
    aegis: PathBuf,
}

impl Home {
    /// An empty one.
    pub fn new(site: &Site) -> Result<Self> {
        // The engine looks for its helper beside itself.
        site.program("aegis-helper")?;
        Ok(Self { dir: tempfile::tempdir_in(&site.work)?, aegis: site.program("aegis")? })
    }

    /// The data directory.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The program with these arguments, and an environment that has nothing else in it.
    #[allow(clippy::disallowed_types, reason = "the engine is not its own task")]
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.aegis);
        command
            .args(arguments)
            .env_clear()
            .env("AEGIS_HOME", self.path())
            .env("HOME", self.path())
            .env("PATH", process::SEARCH)
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end, and gives what it printed.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command(arguments).output()?;
        ensure!(output.status.success(), "aegis {} failed: {}", arguments.join(" "), told(&output));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts an engine; returns once it answers.
    pub fn serve(&self) -> Result<Serve> {
        let mut process =
            self.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let begun = Instant::now();
        while !self.answers()? {
            if let Some(status) = process.try_wait()? {
                bail!("aegis serve ended at once: {status}");
            }
            ensure!(begun.elapsed() < LIMIT, "aegis serve did not answer within {LIMIT:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(Serve { process: Some(process) })
    }

    /// Whether somebody listens.
    fn answers(&self) -> Result<bool> {
        let socket = self.path().join("engine.sock");
        match std::os::unix::net::UnixStream::connect(socket) {
            Ok(_) => Ok(true),
            Err(error) => match error.kind() {
                std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused => Ok(false),
                _ => Err(error).context("the engine's socket"),
            },
        }
    }
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// An engine at work. Killed when it is dropped.
pub struct Serve {
    process: Option<Child>,
}

impl Serve {
    /// Its number.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().map_or(0, Child::id)
    }

    /// Ends it as a crash would.
    pub fn kill(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill()?;
            process.wait()?;
        }
        Ok(())
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // There is nobody to tell any more.
        let _ = self.end();
    }
}
