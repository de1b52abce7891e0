//! Reads `tauri.conf.json`, the permissions and the capabilities at compile time.

fn main() {
    println!("cargo::rerun-if-changed=src-tauri/permissions");
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
