//! Where things are.

use crate::size::Size;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Where things are, and how much is measured.
pub struct Site {
    /// Where every database of a measurement lies: ours and the peers' on one disk.
    pub work: PathBuf,
    /// Where the peers are installed.
    pub peers: PathBuf,
    /// Whether the peers take part.
    pub with_peers: bool,
    /// This package's folder.
    pub sources: PathBuf,
    /// Where `aegis` and `aegis-helper` are: beside this program.
    pub programs: PathBuf,
    /// How much is measured.
    pub size: Size,
}

impl Site {
    /// With the folders that `make` uses.
    pub fn new(size: Size, with_peers: bool) -> Result<Self> {
        let cache = cache()?.join("bench");
        let work = cache.join("work");
        std::fs::create_dir_all(&work)
            .with_context(|| format!("{} could not be made", work.display()))?;
        let program = std::env::current_exe()?;
        Ok(Self {
            work,
            peers: cache,
            with_peers,
            sources: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
            programs: program.parent().context("a program lies in a folder")?.to_owned(),
            size,
        })
    }

    /// A program of Aegis.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        let path = self.programs.join(name);
        anyhow::ensure!(
            path.is_file(),
            "{} is not there: build it first (`make bench` does)",
            path.display()
        );
        Ok(path)
    }
}

/// As in the Makefile.
fn cache() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(cache) = set("AEGIS_CACHE") {
        return Ok(cache);
    }
    let base = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    Ok(base.context("neither XDG_CACHE_HOME nor HOME is set")?.join(Path::new("aegis")))
}
