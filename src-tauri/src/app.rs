//! The application: one window, and what happens around it.

use crate::engine::Engine;
use crate::ipc::{self, Streams};
use crate::notifier::WindowNotifier;
use crate::tray;
use aegis_ports::Notifier;
use aegis_runtime::{Logging, Paths};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::webview::PageLoadEvent;
use tauri::{AppHandle, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::StateFlags;
use tokio::signal::unix::{SignalKind, signal};

const WINDOW: &str = "main";

/// Whether everything has ended and the process may go.
static ENDED: AtomicBool = AtomicBool::new(false);
/// Whether the end is under way.
static ENDING: AtomicBool = AtomicBool::new(false);

/// Opens the window and returns when it has been closed and everything has ended.
pub(crate) fn run() -> ExitCode {
    let paths = match Paths::from_env() {
        Ok(paths) => paths,
        Err(error) => return fail(&error),
    };
    // Without its own log Aegis works all the same.
    let log = Logging::start(&paths, "aegis-desktop");
    let notifier = Arc::new(WindowNotifier::default());
    let app = match build(&paths, &notifier) {
        Ok(app) => app,
        Err(error) => return fail(&error),
    };
    notifier.attach(app.handle().clone());
    let code = app.run_return(on_event);
    drop(log);
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The last words of a window that could not be opened.
#[allow(clippy::print_stderr)]
fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("error: Aegis could not open its window: {error}.");
    eprintln!("  hint: `aegis serve` runs the same engine without a window.");
    ExitCode::FAILURE
}

fn build(paths: &Paths, notifier: &Arc<WindowNotifier>) -> tauri::Result<tauri::App> {
    let engine = Engine::new(paths.clone(), Arc::clone(notifier) as Arc<dyn Notifier>);
    let window_file = paths.state().join("window.json").display().to_string();
    let web_data = paths.state().join("webview");
    tauri::Builder::default()
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .callback(|app, _, _| show(app))
                .dbus_id(bus_id(paths))
                .build(),
        )
        .plugin(
            tauri_plugin_window_state::Builder::new()
                // Not whether it was visible: the tray hides it, and a start shows it.
                .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
                .with_filename(window_file)
                .build(),
        )
        .plugin(tauri_plugin_notification::init())
        .manage(engine)
        .manage(Streams::default())
        .invoke_handler(tauri::generate_handler![ipc::call, ipc::stream, ipc::stream_end])
        .setup(move |app| {
            open_window(app.handle(), web_data.clone())?;
            let has_tray = tray::show_icon(app.handle());
            app.manage(HasTray(has_tray));
            start_engine(app.handle().clone());
            end_on_signals(app.handle().clone());
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// Whether the window can be hidden without being lost.
struct HasTray(bool);

fn open_window(app: &AppHandle, web_data: std::path::PathBuf) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::App("index.html".into()))
        .title("Aegis")
        .inner_size(1280.0, 820.0)
        .min_inner_size(720.0, 480.0)
        .data_directory(web_data)
        .disable_drag_drop_handler()
        .devtools(false)
        // Shown once its first page is there: no white flash.
        .visible(false)
        .on_navigation(|url| url.scheme() == "tauri")
        .on_page_load(|window, load| match load.event() {
            PageLoadEvent::Started => window.state::<Streams>().end_all(),
            PageLoadEvent::Finished => {
                if let Err(error) = window.show() {
                    tracing::error!(%error, "the window could not be shown");
                }
            }
        })
        .build()?;
    Ok(())
}

/// A name on the bus for each data directory: two Aegis with different data are two programs.
fn bus_id(paths: &Paths) -> String {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(paths.data());
    format!("dev.aegis.desktop.data{hash:016x}")
}

/// Reaches the engine before the page asks for it.
fn start_engine(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app.state::<Engine>().service(&app).await {
            tracing::error!(%error, "no engine; the window says why");
        }
    });
}

fn end_on_signals(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let watch = || -> std::io::Result<_> {
            Ok((signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
        };
        match watch() {
            Ok((mut terminate, mut interrupt)) => {
                tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
                app.exit(0);
            }
            Err(error) => tracing::warn!(%error, "signals are not watched for"),
        }
    });
}

/// Shows the window, wherever it was.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(WINDOW) else { return };
    let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

/// Shows the window with the cursor in the quick-add line.
pub(crate) fn quick_add(app: &AppHandle) {
    show(app);
    let Some(window) = app.get_webview_window(WINDOW) else { return };
    if let Err(error) = window.eval("window.dispatchEvent(new Event('aegis:quick-add'))") {
        tracing::warn!(%error, "the page could not be told");
    }
}

// The signature that Tauri calls.
#[allow(clippy::needless_pass_by_value)]
fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, label, .. }
            if app.state::<HasTray>().0 =>
        {
            // The tray brings it back.
            api.prevent_close();
            if let Some(window) = app.get_webview_window(&label)
                && let Err(error) = window.hide()
            {
                tracing::warn!(%error, "the window could not be hidden");
            }
        }
        RunEvent::ExitRequested { api, code, .. } if !ENDED.load(Ordering::Acquire) => {
            api.prevent_exit();
            end(app.clone(), code.unwrap_or(0));
        }
        _ => {}
    }
}

/// Ends what the window started, then the process. The runtime bounds the time.
fn end(app: AppHandle, code: i32) {
    if ENDING.swap(true, Ordering::AcqRel) {
        return;
    }
    tauri::async_runtime::spawn(async move {
        app.state::<Streams>().end_all();
        app.state::<Engine>().close().await;
        ENDED.store(true, Ordering::Release);
        app.exit(code);
    });
}
