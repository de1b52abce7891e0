//! Notifications through the desktop's own service.

mod question;

use aegis_ports::{Notification, Notifier, NotifyError, OnAnswer};
use async_trait::async_trait;
use notify_rust::NotificationHandle;
use notify_rust::error::Result as DesktopResult;
use question::Questions;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// For the service to take a notification.
const LIMIT: Duration = Duration::from_secs(5);
/// Under this name, and with this icon, it is shown.
const NAME: &str = "Aegis";
const ICON: &str = "aegis-desktop";
/// Notifications that are held on to: some desktops take one away with the connection that sent it.
const HELD: usize = 8;

/// Shows notifications over D-Bus (the Desktop Notifications Specification).
#[derive(Default)]
pub struct DesktopNotifier {
    shown: Arc<Mutex<VecDeque<NotificationHandle>>>,
    questions: Questions,
}

impl DesktopNotifier {
    /// Asks who shows notifications here, starts it where the session can, and returns the
    /// notification in the form in which it will be read as it was written.
    ///
    /// # Errors
    /// [`NotifyError`] when nobody shows notifications.
    pub async fn prepare(&self, notification: Notification) -> Result<Notification, NotifyError> {
        bounded(move || prepared(notification)).await
    }
}

#[async_trait]
impl Notifier for DesktopNotifier {
    async fn notify(&self, notification: Notification) -> Result<(), NotifyError> {
        if let Some(asks) = notification.asks {
            let Notification { title, body, .. } = notification;
            return self.questions.ask(&title, &body, asks).await;
        }
        let held = self.shown.clone();
        bounded(move || {
            let notification = prepared(notification)?;
            let handle = notify_rust::Notification::new()
                .appname(NAME)
                .icon(ICON)
                .summary(&notification.title)
                .body(&notification.body)
                .show()?;
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            held.push_back(handle);
            if held.len() > HELD {
                held.pop_front();
            }
            Ok(())
        })
        .await
    }

    fn on_answer(&self, on_answer: OnAnswer) {
        self.questions.on_answer(on_answer);
    }
}

fn prepared(notification: Notification) -> DesktopResult<Notification> {
    let markup = notify_rust::get_capabilities()?.iter().any(|known| known == "body-markup");
    let body = if markup { escaped(&notification.body) } else { notification.body };
    Ok(Notification { body, ..notification })
}

/// The bus is asked on a thread of its own: whoever answers late keeps nobody else waiting.
async fn bounded<T: Send + 'static>(
    ask: impl FnOnce() -> DesktopResult<T> + Send + 'static,
) -> Result<T, NotifyError> {
    match timeout(LIMIT, spawn_blocking(ask)).await {
        Ok(Ok(answer)) => answer.map_err(|error| NotifyError::Unavailable(error.to_string())),
        Ok(Err(error)) => Err(NotifyError::Unavailable(error.to_string())),
        Err(_) => Err(NotifyError::TimedOut(LIMIT.as_secs())),
    }
}

fn escaped(body: &str) -> String {
    body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_is_no_markup() {
        assert_eq!(escaped("1 < 2 && <b>bold</b>"), "1 &lt; 2 &amp;&amp; &lt;b&gt;bold&lt;/b&gt;");
        assert_eq!(escaped("plain"), "plain");
    }

    #[tokio::test]
    async fn whatever_goes_wrong_is_said() {
        let refused = bounded::<()>(|| {
            let error = std::io::Error::other("the bus has gone");
            Err(notify_rust::error::ErrorKind::Msg(error.to_string()).into())
        });
        let error = refused.await.unwrap_err();
        assert!(error.to_string().contains("the bus has gone"), "{error}");
        let error = bounded::<()>(|| panic!("as asked")).await.unwrap_err();
        assert!(matches!(error, NotifyError::Unavailable(_)), "{error}");
        assert_eq!(bounded(|| Ok(7)).await.unwrap(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_that_does_not_answer_is_not_waited_for() {
        let (keep, never) = std::sync::mpsc::channel::<()>();
        let asked = tokio::spawn(bounded(move || {
            // Until the test ends.
            let _ = never.recv();
            Ok(())
        }));
        tokio::task::yield_now().await;
        tokio::time::advance(LIMIT).await;
        let error = asked.await.unwrap().unwrap_err();
        assert!(matches!(error, NotifyError::TimedOut(5)), "{error}");
        drop(keep);
    }
}
