//! The icons are compiled in from an npm package; without it the compiler's own message would not say what to do.

use std::path::Path;

fn main() {
    let icons = Path::new("node_modules/lucide-static/icons");
    println!("cargo::rerun-if-changed=package-lock.json");
    if !icons.is_dir() {
        println!(
            "cargo::error=the icons are missing: run `cargo xtask ui`, or `npm ci` in ui/, then build again"
        );
    }
}
