//! Notifications, as long as there is a window's process.

use aegis_ports::{Notification, Notifier, NotifyError, OnAnswer};
use aegis_runtime::DesktopNotifier;
use async_trait::async_trait;
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;
use tracing::warn;

/// Shows notifications through Tauri's plugin.
///
/// On Linux the plugin hands a notification to a task of its own and does not tell whether the
/// desktop took it. So the desktop is asked first: a reminder that nobody can see has to be known.
/// Nor can the plugin be answered, so questions go to the desktop directly.
pub(crate) struct WindowNotifier {
    app: AppHandle,
    desktop: DesktopNotifier,
}

impl WindowNotifier {
    /// Notifications in the name of `app`.
    pub(crate) fn new(app: AppHandle) -> Self {
        Self { app, desktop: DesktopNotifier::default() }
    }
}

#[async_trait]
impl Notifier for WindowNotifier {
    async fn notify(&self, notification: Notification) -> Result<(), NotifyError> {
        if notification.asks.is_some() {
            return self.desktop.notify(notification).await;
        }
        let prepared = self.desktop.prepare(notification.clone()).await?;
        let plugin = self.app.notification().builder().title(prepared.title).body(prepared.body);
        match plugin.show() {
            Ok(()) => Ok(()),
            Err(error) => {
                warn!(%error, "the plugin shows no notification: it goes to the desktop directly");
                self.desktop.notify(notification).await
            }
        }
    }

    fn on_answer(&self, on_answer: OnAnswer) {
        self.desktop.on_answer(on_answer);
    }
}
