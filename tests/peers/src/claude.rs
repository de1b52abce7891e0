//! The real Claude Code.

use std::env;
use std::path::PathBuf;

/// The program, as `scripts/setup test` has installed it outside of the clone.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn program() -> PathBuf {
    let below_home = |folder: &str| Some(PathBuf::from(env::var_os("HOME")?).join(folder));
    let cache = env::var_os("AEGIS_CACHE").map(PathBuf::from);
    let xdg = || Some(PathBuf::from(env::var_os("XDG_CACHE_HOME")?).join("aegis"));
    let cache = cache.or_else(xdg).or_else(|| below_home(".cache/aegis")).expect("a home");
    let kind = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let package = format!("claude/node_modules/@anthropic-ai/claude-code-linux-{kind}/claude");
    let program = cache.join(package);
    assert!(program.is_file(), "{} is missing: run scripts/setup test", program.display());
    program
}
