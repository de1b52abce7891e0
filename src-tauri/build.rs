//! Reads `tauri.conf.json`, the permissions, the capabilities and the pages into the program.

fn main() {
    // The pages are part of the program, too.
    for read in ["src-tauri/permissions", "src-tauri/capabilities", "ui/dist", "icons"] {
        println!("cargo::rerun-if-changed={read}");
    }
    // An app that has permissions of its own keeps every command from every window that was not
    // given it.
    let permissions =
        tauri_build::AppManifest::new().permissions_path_pattern("src-tauri/permissions/**/*");
    let attributes = tauri_build::Attributes::new()
        .app_manifest(permissions)
        .capabilities_path_pattern("src-tauri/capabilities/**/*.json");
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("{error:#}");
    }
}
