//! The Rust side of the UI: compiled to WebAssembly, then given its JavaScript by wasm-bindgen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::files::write_if_changed;
use super::{Change, Paths, Profile};

impl Profile {
    /// The name of the cargo profile, and of the folder that cargo writes it to.
    fn cargo(self) -> (&'static str, &'static str) {
        match self {
            Self::Dev => ("dev", "debug"),
            Self::Release => ("wasm-release", "wasm-release"),
        }
    }
}

const TARGET: &str = "wasm32-unknown-unknown";

/// Keeps out of the compiled UI where this machine has its crates: panics name their place, and what
/// is the same everywhere is also less to load. Added to what `.cargo/config.toml` says.
fn without_folders() -> Option<[String; 2]> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
    // One for each registry. Crates that come from elsewhere keep their names.
    let sources = fs::read_dir(home.join("registry/src")).ok()?;
    let flags: Vec<String> = sources
        .filter_map(|source| {
            Some(format!("--remap-path-prefix={}=", source.ok()?.path().to_str()?))
        })
        .collect();
    Some(["--config".to_owned(), format!("target.{TARGET}.rustflags={flags:?}")])
}

/// Where cargo writes the compiled UI.
fn output(paths: &Paths, profile: Profile) -> PathBuf {
    let (_, folder) = profile.cargo();
    paths.target.join(TARGET).join(folder).join("aegis-ui.wasm")
}

/// Compiles the crate; cargo itself knows what changed.
pub(super) fn compile(paths: &Paths, profile: Profile) -> Result<Change> {
    let wasm = output(paths, profile);
    let before = stamp(&wasm).ok();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "-p", "aegis-ui", "--bin", "aegis-ui"])
        .args(["--target", TARGET, "--profile", profile.cargo().0])
        .args(without_folders().filter(|_| profile == Profile::Release).into_iter().flatten())
        .arg("--target-dir")
        .arg(&paths.target)
        .current_dir(&paths.root)
        .status()
        .context("cannot start cargo")?;
    if !status.success() {
        bail!(
            "the UI did not compile; if the target is missing, run `rustup target add wasm32-unknown-unknown`"
        );
    }
    Ok(Change::from(Some(stamp(&wasm)?) != before))
}

/// Writes `aegis.js` and `aegis_bg.wasm`, unless they were made from this very file.
pub(super) fn bind(paths: &Paths, profile: Profile) -> Result<Change> {
    let wasm = output(paths, profile);
    // Beside the packages, so that a fresh installation of them makes everything anew.
    let stamp_file = paths.ui.join("node_modules/.cache/aegis-bindings");
    let stamp = stamp(&wasm)?;
    let outputs = ["aegis.js", "aegis_bg.wasm"];
    if outputs.iter().all(|name| paths.dist.join(name).is_file())
        && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp)
    {
        return Ok(Change::None);
    }
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&wasm)
        .out_name("aegis")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .debug(profile == Profile::Dev)
        .keep_debug(false)
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(true);
    bindgen.generate(&paths.dist).context("wasm-bindgen failed on the compiled UI")?;
    write_if_changed(&stamp_file, stamp.as_bytes())?;
    Ok(Change::Made)
}

/// Which compiled file something was made from.
fn stamp(wasm: &Path) -> Result<String> {
    let metadata = fs::metadata(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
    Ok(format!("{}\n{}\n{modified}\n", wasm.display(), metadata.len()))
}
