//! The life of the window's process.

use crate::backend::Backend;
use crate::notifier::WindowNotifier;
use crate::streams::Streams;
use crate::{ipc, tray, window};
use aegis_runtime::{Logging, Paths};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::{App, AppHandle, Manager, RunEvent, WindowEvent};
use tauri_plugin_window_state::StateFlags;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{error, info, warn};

/// Opens the window, and returns when everything has ended.
pub(crate) fn run() -> ExitCode {
    let paths = match Paths::from_env() {
        Ok(paths) => paths,
        Err(error) => return give_up(&format!("{error}.")),
    };
    // Whatever keeps the log from being written keeps the engine from starting: the window says so.
    let _logging = Logging::start(&paths, "window").map_err(|error| complain(&format!("{error}.")));
    if gtk::init().is_err() {
        return give_up(
            "There is no display for the window. Without one, the same engine runs with: aegis serve",
        );
    }
    let app = match build(paths) {
        Ok(app) => app,
        Err(error) => return give_up(&format!("The window cannot be opened: {error}.")),
    };
    info!("the window opens");
    let handle = app.handle().clone();
    let code = app.run_return(on_event);
    window::forget(&handle);
    info!(code, "the window has ended");
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn build(paths: Paths) -> tauri::Result<App> {
    tauri::Builder::default()
        // The first plugin: a second window of the same user ends before anything else begins.
        .plugin(one_window(&paths))
        .plugin(remembered_place(&paths))
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(tauri::generate_handler![ipc::call, ipc::stream, ipc::stream_end])
        .manage(Streams::default())
        .manage(Ending::default())
        .setup(move |app| {
            if let Err(error) = set_up(app.handle(), &paths) {
                // Returned from here, it would be a panic.
                give_up(&format!("The window cannot be opened: {error}."));
                app.handle().exit(1);
            }
            Ok(())
        })
        .build(tauri::generate_context!())
}

fn set_up(app: &AppHandle, paths: &Paths) -> tauri::Result<()> {
    let notifier = Arc::new(WindowNotifier::new(app.clone()));
    let stop = app.clone();
    let backend = Backend::new(paths.clone(), notifier, move || stop.exit(0));
    app.manage(backend.clone());
    window::open(app, paths)?;
    // The engine works from the start, whatever the pages ask.
    tauri::async_runtime::spawn(async move { backend.service().await.map(drop) });
    tauri::async_runtime::spawn(end_on_signals(app.clone()));
    tauri::async_runtime::spawn(tray::show(app.clone()));
    Ok(())
}

/// A second start shows the window of the first. Another data directory is another Aegis.
fn one_window(paths: &Paths) -> tauri::plugin::TauriPlugin<tauri::Wry> {
    let mut hasher = DefaultHasher::new();
    paths.data().hash(&mut hasher);
    tauri_plugin_single_instance::Builder::new()
        .callback(|app, _arguments, _folder| window::show(app))
        .dbus_id(format!("dev.aegis.desktop.data{:016x}", hasher.finish()))
        .build()
}

fn remembered_place(paths: &Paths) -> tauri::plugin::TauriPlugin<tauri::Wry> {
    let flags =
        StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    let file = paths.state().join("window.json");
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(flags)
        .with_filename(file.to_string_lossy())
        .build()
}

/// How far the end is.
#[derive(Default)]
struct Ending {
    begun: AtomicBool,
    done: AtomicBool,
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } => {
            api.prevent_close();
            tauri::async_runtime::spawn(close(app.clone()));
        }
        RunEvent::ExitRequested { code, api, .. } => {
            let ending = app.state::<Ending>();
            if !ending.done.load(Ordering::Acquire) {
                api.prevent_exit();
                if !ending.begun.swap(true, Ordering::AcqRel) {
                    tauri::async_runtime::spawn(end(app.clone(), code.unwrap_or(0)));
                }
            }
        }
        _ => {}
    }
}

/// Somebody closed the window: with a tray to open it again it hides, without one everything ends.
async fn close(app: AppHandle) {
    if tray::is_shown(&app).await {
        window::hide(&app);
    } else {
        app.exit(0);
    }
}

/// Ends the engine, if it is ours, then the process.
async fn end(app: AppHandle, code: i32) {
    window::hide(&app);
    app.state::<Streams>().end_all();
    app.state::<Arc<Backend>>().close().await;
    app.state::<Ending>().done.store(true, Ordering::Release);
    app.exit(code);
}

/// The first signal ends everything in order, the second at once.
async fn end_on_signals(app: AppHandle) {
    let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    let signals: std::io::Result<Vec<Signal>> = kinds.into_iter().map(signal).collect();
    let mut signals = match signals {
        Ok(signals) => signals,
        Err(error) => return error!(%error, "signals cannot be listened to"),
    };
    next(&mut signals).await;
    info!("a signal asks for the end");
    app.exit(0);
    next(&mut signals).await;
    warn!("a second signal: what still runs is killed");
    std::process::exit(1);
}

async fn next(signals: &mut [Signal]) {
    let all = signals.iter_mut().map(|signal| Box::pin(signal.recv()));
    futures::future::select_all(all).await;
}

fn give_up(sentence: &str) -> ExitCode {
    error!("{sentence}");
    complain(sentence);
    ExitCode::FAILURE
}

#[allow(clippy::print_stderr, reason = "there is no window to say it in")]
fn complain(sentence: &str) {
    eprintln!("aegis-desktop: {sentence}");
}
