//! How large the result is.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::files::walk;
use super::{Paths, Profile};

/// Prints the size of each file, and for the shipped ones what brotli makes of the code.
///
/// node computes it: npm was needed anyway, and linking a brotli library would make this program slower to build.
pub(super) fn print(paths: &Paths, profile: Profile) -> Result<()> {
    let mut fonts = 0;
    for path in walk(&paths.dist)? {
        let bytes =
            fs::metadata(&path).with_context(|| format!("cannot read {}", path.display()))?.len();
        if path.extension().is_some_and(|extension| extension == "woff2") {
            fonts += bytes;
            continue;
        }
        let name = path.strip_prefix(&paths.dist)?.display().to_string();
        match (profile, brotli(&path)) {
            (Profile::Release, Some(packed)) => {
                println!(
                    "{name:>16}  {:>7} kB, {:>5} kB with brotli",
                    kilobytes(bytes),
                    kilobytes(packed)
                );
            }
            _ => println!("{name:>16}  {:>7} kB", kilobytes(bytes)),
        }
    }
    println!("{:>16}  {:>7} kB", "fonts", kilobytes(fonts));
    Ok(())
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1000, bytes % 1000 / 100)
}

fn brotli(path: &Path) -> Option<u64> {
    const SCRIPT: &str = "console.log(require('zlib').brotliCompressSync(require('fs').readFileSync(process.argv[1])).length)";
    let output = Command::new("node").args(["-e", SCRIPT]).arg(path).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
