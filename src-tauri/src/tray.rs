//! The icon in the tray, on desktops that have one.

use crate::backend::Backend;
use crate::messages::t;
use crate::window;
use aegis_protocol::{ApiError, EngineStatus, GetEngineStatus, Method, PauseEngine, ResumeEngine};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tauri::menu::{MenuBuilder, MenuItem, MenuItemBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Wry};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tracing::{info, warn};

/// Who gathers tray icons (the StatusNotifierItem specification).
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
/// For the session bus to say whether there is one.
const LIMIT: Duration = Duration::from_secs(2);
/// What draws the icon is loaded while the program runs; without it there is none.
const LIBRARIES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];

const QUICK_ADD: &str = "quick-add";
const OPEN: &str = "open";
const PAUSE: &str = "pause";
const QUIT: &str = "quit";

/// The part of the icon that changes.
struct Tray {
    pause: MenuItem<Wry>,
    paused: AtomicBool,
}

/// Shows the icon, if the desktop has a tray.
pub(crate) async fn show(app: AppHandle) {
    if !desktop_has_one().await {
        info!("this desktop has no tray: the program ends with its window");
        return;
    }
    let handle = app.clone();
    let shown = app.run_on_main_thread(move || match build(&handle) {
        Ok(()) => info!("the icon is in the tray"),
        Err(error) => warn!(%error, "the icon cannot be put into the tray"),
    });
    if let Err(error) = shown {
        warn!(%error, "the icon cannot be put into the tray");
    }
}

/// Whether there is an icon that somebody can see now: a desktop can lose its tray.
pub(crate) async fn is_shown(app: &AppHandle) -> bool {
    app.try_state::<Tray>().is_some() && has_watcher().await
}

/// Reads along: an answer about the engine also tells what the icon's menu should offer.
pub(crate) fn notice(app: &AppHandle, method: &str, reply: &Value) {
    let about_the_engine = [GetEngineStatus::NAME, PauseEngine::NAME, ResumeEngine::NAME];
    if about_the_engine.contains(&method)
        && let Some(paused) = reply["paused"].as_bool()
    {
        set_paused(app, paused);
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let pause = MenuItemBuilder::with_id(PAUSE, t().pause_all).build(app)?;
    let menu = MenuBuilder::new(app)
        .text(QUICK_ADD, t().quick_add)
        .text(OPEN, t().open)
        .item(&pause)
        .separator()
        .text(QUIT, t().quit)
        .build()?;
    let mut icon = TrayIconBuilder::with_id("main")
        .menu(&menu)
        .on_menu_event(|app, event| act(app, event.id().as_ref()));
    if let Some(image) = app.default_window_icon() {
        icon = icon.icon(image.clone());
    }
    icon.build(app)?;
    app.manage(Tray { pause, paused: AtomicBool::new(false) });
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let status = ask(&app, GetEngineStatus {}).await;
        say(&app, status);
    });
    Ok(())
}

fn act(app: &AppHandle, item: &str) {
    match item {
        QUICK_ADD => window::show_quick_add(app),
        OPEN => window::show(app),
        PAUSE => {
            tauri::async_runtime::spawn(switch(app.clone()));
        }
        QUIT => app.exit(0),
        _ => {}
    }
}

async fn switch(app: AppHandle) {
    let paused = app.try_state::<Tray>().is_some_and(|tray| tray.paused.load(Ordering::Relaxed));
    let status = match paused {
        true => ask(&app, ResumeEngine {}).await,
        false => ask(&app, PauseEngine {}).await,
    };
    say(&app, status);
}

async fn ask<M: Method<Reply = EngineStatus>>(
    app: &AppHandle,
    request: M,
) -> Result<EngineStatus, ApiError> {
    let backend = app.state::<Arc<Backend>>().inner().clone();
    let service = backend.service().await?;
    aegis_api::call(&*service, request).await
}

fn say(app: &AppHandle, status: Result<EngineStatus, ApiError>) {
    match status {
        Ok(status) => set_paused(app, status.paused),
        Err(error) => warn!(%error, "the engine does not answer the tray"),
    }
}

fn set_paused(app: &AppHandle, paused: bool) {
    let Some(tray) = app.try_state::<Tray>() else { return };
    if tray.paused.swap(paused, Ordering::Relaxed) != paused {
        let text = if paused { t().resume_all } else { t().pause_all };
        if let Err(error) = tray.pause.set_text(text) {
            warn!(%error, "the tray's menu cannot be changed");
        }
    }
}

async fn desktop_has_one() -> bool {
    has_watcher().await && spawn_blocking(can_be_drawn).await.unwrap_or(false)
}

/// Whether somebody on the session bus gathers tray icons.
async fn has_watcher() -> bool {
    let asked = timeout(LIMIT, spawn_blocking(watcher_on_the_bus)).await;
    matches!(asked, Ok(Ok(Ok(true))))
}

fn watcher_on_the_bus() -> zbus::Result<bool> {
    let bus = zbus::blocking::Connection::session()?;
    let names = zbus::blocking::fdo::DBusProxy::new(&bus)?;
    Ok(names.name_has_owner(WATCHER.try_into()?)?)
}

fn can_be_drawn() -> bool {
    LIBRARIES.iter().any(|library| {
        #[allow(unsafe_code, reason = "whether a library can be loaded is known by loading it")]
        // SAFETY: these libraries do nothing when they are loaded; the icon loads them in any case.
        let loaded = unsafe { libloading::Library::new(library) };
        loaded.is_ok()
    })
}
