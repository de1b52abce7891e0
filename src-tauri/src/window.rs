//! The one window.

use crate::streams::Streams;
use aegis_runtime::Paths;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tauri::webview::{Color, NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;
use tracing::{error, warn};

/// The window's name; the capabilities name it too.
const LABEL: &str = "main";
/// Width and height at first, in logical pixels.
const SIZE: (f64, f64) = (1440.0, 900.0);
const LEAST: (f64, f64) = (720.0, 480.0);
/// What the pages begin with (`--page` in `ui/src/styles/tokens.css`): nothing flashes.
const LIGHT: Color = Color(0xf9, 0xf9, 0xfb, 0xff);
const DARK: Color = Color(0x11, 0x11, 0x13, 0xff);
/// A page that has not come by then is shown as it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the window. It is shown once its page has come.
pub(crate) fn open(app: &AppHandle, paths: &Paths) -> tauri::Result<()> {
    app.manage(Revealed::default());
    let mut builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Aegis")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .visible(false)
        .disable_drag_drop_handler()
        .on_navigation(is_ours)
        .on_new_window(|url, _| {
            warn!(%url, "a page asked for a window of its own");
            NewWindowResponse::Deny
        })
        .on_download(|_, _| false)
        .on_page_load(|window, load| match load.event() {
            PageLoadEvent::Started => window.state::<Streams>().end_page(window.label()),
            PageLoadEvent::Finished => reveal(&window),
        });
    builder = match storage(app, paths) {
        Ok(folder) => builder.data_directory(folder),
        Err(error) => {
            warn!(%error, "the window's pages have no storage");
            builder.incognito(true)
        }
    };
    let window = builder.build()?;
    let color = match window.theme() {
        Ok(Theme::Dark) => DARK,
        _ => LIGHT,
    };
    window.set_background_color(Some(color))?;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        reveal(&window);
    });
    Ok(())
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    with(app, |window| {
        window.unminimize()?;
        window.show()?;
        window.set_focus()
    });
}

/// Takes the window away; its page goes on.
pub(crate) fn hide(app: &AppHandle) {
    with(app, WebviewWindow::hide);
}

/// Brings the window to the front, ready for a new task.
pub(crate) fn show_quick_add(app: &AppHandle) {
    show(app);
    // The page's own key for it.
    with(app, |window| {
        window.eval("window.dispatchEvent(new KeyboardEvent('keydown', { key: 'n' }))")
    });
}

/// Whether the window has been on the screen.
#[derive(Default)]
struct Revealed(AtomicBool);

/// Shows the window for the first time; after that it is the user's to hide.
fn reveal(window: &WebviewWindow) {
    let revealed = window.state::<Revealed>();
    if !revealed.0.swap(true, Ordering::AcqRel)
        && let Err(error) = window.show()
    {
        error!(%error, "the window cannot be shown");
    }
}

fn with(app: &AppHandle, act: impl FnOnce(&WebviewWindow) -> tauri::Result<()>) {
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = act(&window)
    {
        warn!(%error, "the window does not do what it was asked");
    }
}

/// The pages of the program itself; nothing else is ever shown.
fn is_ours(url: &Url) -> bool {
    let ours = url.scheme() == "tauri" && url.host_str() == Some("localhost");
    if !ours {
        warn!(%url, "a page wanted to lead elsewhere");
    }
    ours
}

/// Where the pages keep what they remember, such as the theme: it is part of the user's Aegis.
fn storage(app: &AppHandle, paths: &Paths) -> std::io::Result<PathBuf> {
    let folder = paths.state().join("webview");
    match DirBuilder::new().recursive(true).mode(0o700).create(&folder) {
        Ok(()) => Ok(folder),
        Err(error) => {
            warn!(%error, "the window's pages forget everything when it closes");
            let temporary = Forgotten(tempfile::Builder::new().prefix("aegis-").tempdir()?);
            let folder = temporary.0.path().to_owned();
            app.manage(temporary);
            Ok(folder)
        }
    }
}

/// Storage that goes with the window.
struct Forgotten(TempDir);

/// Removes what shall not stay.
pub(crate) fn forget(app: &AppHandle) {
    if let Some(temporary) = app.try_state::<Forgotten>() {
        // What cannot be removed now is in the system's folder for such things.
        let _ = std::fs::remove_dir_all(temporary.0.path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_shown() {
        for (url, ours) in [
            ("tauri://localhost", true),
            ("tauri://localhost/index.html#board", true),
            ("tauri://elsewhere/", false),
            ("https://localhost/", false),
            ("https://example.com/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,hello", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(is_ours(&url.parse().unwrap()), ours, "{url}");
        }
    }
}
