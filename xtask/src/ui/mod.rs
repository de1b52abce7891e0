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
            Some(host) => root.join(host).join("../ui"),
            None => root.join("target/ui"),
        };
        Self { root: root.to_owned(), dist: ui.join("dist"), ui, target }
    }
}

/// Builds the frontend into `ui/dist`.
pub(crate) fn build(root: &Path, profile: Profile) -> Result<()> {
    let paths = Paths::new(root);
    step("packages", || npm::install(&paths))?;
    let wasm = step("wasm", || wasm::compile(&paths, profile))?;
    step("bindings", || wasm::bind(&paths, profile, &wasm))?;
    step("styles", || styles::write(&paths))?;
    step("page", || files::copy_static(&paths))?;
    sizes::print(&paths, profile)
}

/// What a step did, in a word or two for its line.
type Done<T> = (T, &'static str);

fn step<T>(name: &str, work: impl FnOnce() -> Result<Done<T>>) -> Result<T> {
    let started = Instant::now();
    let (value, what) = work()?;
    println!("{name:>9}  {what} ({:.1} s)", started.elapsed().as_secs_f64());
    Ok(value)
}
