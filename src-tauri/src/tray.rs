//! The tray icon, where the desktop has a place for one.

use crate::app::{quick_add, show};
use crate::bus;
use crate::engine::Engine;
use tauri::menu::{MenuBuilder, MenuEvent, MenuItem, MenuItemBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager};

const QUICK_ADD: &str = "quick-add";
const OPEN: &str = "open";
const PAUSE: &str = "pause";
const QUIT: &str = "quit";

/// Libraries that can show the icon; the binding panics when it finds none.
const LIBRARIES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];

/// The item whose words follow the engine.
struct PauseItem(MenuItem<tauri::Wry>);

/// Shows the icon; says whether there is one. Without a place for it Aegis runs on without.
pub(crate) fn show_icon(app: &AppHandle) -> bool {
    if !bus::offers(bus::TRAY) || !library_exists() {
        tracing::info!("this desktop has no place for a tray icon");
        return false;
    }
    match build(app) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "the tray icon could not be shown");
            false
        }
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let pause = MenuItemBuilder::with_id(PAUSE, "Pause all").build(app)?;
    let menu = MenuBuilder::new(app)
        .text(QUICK_ADD, "Quick add…")
        .text(OPEN, "Open")
        .separator()
        .item(&pause)
        .separator()
        .text(QUIT, "Quit")
        .build()?;
    let mut tray = TrayIconBuilder::new().menu(&menu).tooltip("Aegis").on_menu_event(on_menu);
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    app.manage(PauseItem(pause));
    Ok(())
}

// The plug-in's signature.
#[allow(clippy::needless_pass_by_value)]
fn on_menu(app: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        QUICK_ADD => quick_add(app),
        OPEN => show(app),
        PAUSE => toggle_pause(app.clone()),
        QUIT => app.exit(0),
        _ => {}
    }
}

fn toggle_pause(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let words = match app.state::<Engine>().toggle_pause(&app).await {
            Ok(status) if status.paused => "Resume all",
            Ok(_) => "Pause all",
            Err(error) => {
                tracing::warn!(%error, "the engine could not be paused or resumed");
                return;
            }
        };
        if let Some(item) = app.try_state::<PauseItem>()
            && let Err(error) = item.0.set_text(words)
        {
            tracing::warn!(%error, "the tray's menu could not be changed");
        }
    });
}

#[allow(unsafe_code)]
fn library_exists() -> bool {
    LIBRARIES.iter().any(|name| {
        // SAFETY: these are the system's own libraries, which the tray's binding loads next; their
        // initialisers do nothing but register types.
        unsafe { libloading::Library::new(name) }.is_ok()
    })
}
