//! Notifications of the window, through Tauri's plug-in.

use crate::bus;
use aegis_ports::{Notification, Notifier, NotifyError};
use aegis_runtime::DesktopNotifier;
use async_trait::async_trait;
use std::sync::OnceLock;
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

/// Shows notifications through the plug-in.
///
/// The plug-in hands a notification to a thread of its own and says yes at once, also where nobody
/// shows it. So the bus is asked first; and before the window is there, or when the plug-in refuses,
/// the runtime's own way is taken.
#[derive(Default)]
pub(crate) struct WindowNotifier {
    app: OnceLock<AppHandle>,
    direct: DesktopNotifier,
}

impl WindowNotifier {
    /// From now on the window is there.
    pub(crate) fn attach(&self, app: AppHandle) {
        // Only the first window counts; there is no second one.
        let _ = self.app.set(app);
    }
}

#[async_trait]
impl Notifier for WindowNotifier {
    async fn notify(&self, notification: Notification) -> Result<(), NotifyError> {
        let Some(app) = self.app.get() else { return self.direct.notify(notification).await };
        let offered = tauri::async_runtime::spawn_blocking(|| bus::offers(bus::NOTIFICATIONS)).await;
        if !offered.unwrap_or(false) {
            return Err(NotifyError::Unavailable("nobody shows notifications".to_owned()));
        }
        let mut builder = app.notification().builder().title(&notification.title);
        if !notification.body.is_empty() {
            builder = builder.body(&notification.body);
        }
        match builder.show() {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::info!(%error, "the plug-in showed nothing; trying without it");
                self.direct.notify(notification).await
            }
        }
    }
}
