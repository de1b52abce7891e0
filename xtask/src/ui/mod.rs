//! Builds `ui/dist`: npm packages, WebAssembly, its JavaScript, the stylesheet with its fonts, the page.
//!
//! Each step looks at its inputs first and does nothing when they have not changed.

mod files;
mod npm;
mod sizes;
mod styles;
mod wasm;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

/// What the WebAssembly is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build, slow to load.
    Dev,
    /// Small: what is shipped.
    Release,
}

/// Where things are.
struct Paths {
    /// The workspace.
    root: PathBuf,
    /// `ui/`.
    ui: PathBuf,
    /// `ui/dist`, which the window embeds.
    dist: PathBuf,
    /// Cargo's target directory for the UI alone, so that it never waits for a host build's lock.
    target: PathBuf,
}

impl Paths {
    fn new(root: &Path) -> Self {
        let ui = root.join("ui");
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(host) => root.join(host).join("ui"),
            None => root.join("target/ui"),
        };
        Self { root: root.to_owned(), dist: ui.join("dist"), ui, target }
    }
}

/// Builds the frontend into `ui/dist`.
pub(crate) fn build(root: &Path, profile: Profile) -> Result<()> {
    let paths = Paths::new(root);
    step("packages", || npm::install(&paths))?;
    step("wasm", || wasm::compile(&paths, profile))?;
    let changes = [
        step("bindings", || wasm::bind(&paths, profile))?,
        step("styles", || styles::write(&paths))?,
        step("page", || files::copy_static(&paths))?,
    ];
    if changes.contains(&Change::Made) {
        sizes::print(&paths, profile)?;
    }
    Ok(())
}

/// Whether a step had anything to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Made,
    None,
}

impl From<bool> for Change {
    fn from(made: bool) -> Self {
        if made { Self::Made } else { Self::None }
    }
}

/// Does a step, and says in one line what came of it.
fn step(name: &str, work: impl FnOnce() -> Result<Change>) -> Result<Change> {
    let started = Instant::now();
    let change = work()?;
    let what = match change {
        Change::Made => "made",
        Change::None => "unchanged",
    };
    println!("{name:>9}  {what} ({:.1} s)", started.elapsed().as_secs_f64());
    Ok(change)
}
