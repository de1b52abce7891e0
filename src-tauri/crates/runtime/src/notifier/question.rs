//! Questions that can be answered in the notification that asks them.
//!
//! The desktop tells the connection that sent a notification, and no other one, what became of it.
//! So there is one connection, kept open, and one task that listens.

use super::{ICON, LIMIT, NAME, escaped};
use aegis_domain::machine::Answerable;
use aegis_ports::{NotifyError, OnAnswer};
use futures::{FutureExt, StreamExt};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use zbus::zvariant::Value;

/// Questions that can be answered at a time; beyond them the oldest is answered elsewhere.
const MOST: usize = 64;
/// After this, a question is answered elsewhere.
const LIFE: Duration = Duration::from_secs(12 * 60 * 60);
/// The keys of the two actions.
const YES: &str = "allow";
const NO: &str = "deny";

/// The Desktop Notifications Specification, 1.2, as far as it is used.
#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Notifications {
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    #[allow(clippy::too_many_arguments, reason = "the specification has them")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    fn close_notification(&self, id: u32) -> zbus::Result<()>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: String) -> zbus::Result<()>;

    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
}

/// Asks questions, and hears the answers.
#[derive(Default)]
pub(super) struct Questions {
    desk: tokio::sync::Mutex<Option<Desk>>,
    on_answer: Arc<Mutex<Option<OnAnswer>>>,
}

/// The connection over which questions are shown.
struct Desk {
    proxy: NotificationsProxy<'static>,
    capabilities: Vec<String>,
    open: Open,
    listener: JoinHandle<()>,
}

/// The questions that are shown, by the desktop's number. It is held while one is put there, so
/// that an answer never comes before its question is known.
type Open = Arc<tokio::sync::Mutex<HashMap<u32, Shown>>>;

struct Shown {
    question: Answerable,
    at: Instant,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Questions {
    pub(super) fn on_answer(&self, on_answer: OnAnswer) {
        *self.on_answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(on_answer);
    }

    /// Shows a question, with a button for each answer where the desktop has some.
    pub(super) async fn ask(
        &self,
        title: &str,
        body: &str,
        question: Answerable,
    ) -> Result<(), NotifyError> {
        match timeout(LIMIT, self.show(title, body, question)).await {
            Ok(shown) => shown.map_err(|error| NotifyError::Unavailable(error.to_string())),
            Err(_) => Err(NotifyError::TimedOut(LIMIT.as_secs())),
        }
    }

    async fn show(&self, title: &str, body: &str, question: Answerable) -> zbus::Result<()> {
        let mut desk = self.desk.lock().await;
        if desk.as_ref().is_none_or(|desk| desk.listener.is_finished()) {
            *desk = Some(Desk::open(Arc::clone(&self.on_answer)).await?);
        }
        let Some(open) = desk.as_ref() else { return Ok(()) };
        let shown = open.show(title, body, question).await;
        if shown.is_err() {
            // The bus may be another one the next time.
            *desk = None;
        }
        shown
    }
}

impl Desk {
    async fn open(on_answer: Arc<Mutex<Option<OnAnswer>>>) -> zbus::Result<Self> {
        let bus = zbus::Connection::session().await?;
        let proxy = NotificationsProxy::new(&bus).await?;
        let capabilities = proxy.get_capabilities().await?;
        let mut answers = proxy.receive_action_invoked().await?;
        let mut ends = proxy.receive_notification_closed().await?;
        let open = Open::default();
        let known = Arc::clone(&open);
        let listener = tokio::spawn(async move {
            let hear = async |answer: ActionInvoked| {
                let Ok(said) = answer.args() else { return };
                let shown = known.lock().await.remove(&said.id);
                hand_on(&on_answer, shown, said.action_key());
            };
            loop {
                tokio::select! {
                    answer = answers.next() => match answer {
                        Some(answer) => hear(answer).await,
                        None => return,
                    },
                    end = ends.next() => {
                        let Some(end) = end else { return };
                        // An answer comes right before the end of its notification.
                        while let Some(Some(answer)) = answers.next().now_or_never() {
                            hear(answer).await;
                        }
                        let Ok(said) = end.args() else { continue };
                        known.lock().await.remove(said.id());
                    }
                }
            }
        });
        Ok(Self { proxy, capabilities, open, listener })
    }

    fn can(&self, what: &str) -> bool {
        self.capabilities.iter().any(|known| known == what)
    }

    async fn show(&self, title: &str, body: &str, question: Answerable) -> zbus::Result<()> {
        let text = if self.can("body-markup") { escaped(body) } else { body.to_owned() };
        let actions = if self.can("actions") { actions(body) } else { &[] };
        let hints = HashMap::from([("desktop-entry", Value::from(ICON))]);
        let mut open = self.open.lock().await;
        // It stays until it is answered or put away: 0 is no time limit.
        let id = self.proxy.notify(NAME, 0, ICON, title, &text, actions, hints, 0).await?;
        let now = Instant::now();
        open.insert(id, Shown { question, at: now });
        let old = surplus(&mut open, now);
        drop(open);
        for id in old {
            self.proxy.close_notification(id).await?;
        }
        Ok(())
    }
}

/// What can be pressed. Whoever does not see the whole question cannot say yes to it here.
fn actions(body: &str) -> &'static [&'static str] {
    if body.ends_with('…') { &[NO, "Deny"] } else { &[YES, "Allow", NO, "Deny"] }
}

/// Takes out what is too old or too much.
fn surplus(open: &mut HashMap<u32, Shown>, now: Instant) -> Vec<u32> {
    let mut all: Vec<(Instant, u32)> = open.iter().map(|(id, shown)| (shown.at, *id)).collect();
    all.sort_unstable();
    let many = all.len().saturating_sub(MOST);
    let old = all.iter().enumerate().filter(|(n, (at, _))| *n < many || now - *at > LIFE);
    let old: Vec<u32> = old.map(|(_, (_, id))| *id).collect();
    for id in &old {
        open.remove(id);
    }
    old
}

fn hand_on(on_answer: &Mutex<Option<OnAnswer>>, shown: Option<Shown>, key: &str) {
    let Some(shown) = shown else { return };
    // Nothing but the two buttons is an answer: a click beside them opens or closes.
    let yes = match key {
        YES => true,
        NO => false,
        _ => return,
    };
    let on_answer = on_answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(on_answer) = on_answer {
        on_answer(shown.question, yes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Answerable {
        let id = "0192f0c1-2b3a-7c4d-8e5f-6a7b8c9d0e1f";
        Answerable { task: id.parse().unwrap(), ask: id.parse().unwrap() }
    }

    #[test]
    fn what_is_not_shown_whole_cannot_be_allowed() {
        assert_eq!(actions("Bash: git push"), ["allow", "Allow", "deny", "Deny"]);
        assert_eq!(actions("Bash: git push …"), ["deny", "Deny"]);
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_and_none_for_ever() {
        let mut open = HashMap::new();
        let begun = Instant::now();
        for id in 0..70 {
            tokio::time::advance(Duration::from_secs(1)).await;
            open.insert(id, Shown { question: question(), at: Instant::now() });
        }
        assert_eq!(surplus(&mut open, Instant::now()), [0, 1, 2, 3, 4, 5]);
        assert_eq!(open.len(), MOST);
        let late = begun + LIFE + Duration::from_secs(8);
        assert_eq!(surplus(&mut open, late), [6]);
    }

    #[test]
    fn only_the_two_buttons_answer() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&told);
        let on_answer: OnAnswer = Arc::new(move |asked, yes| {
            assert_eq!(asked, question());
            keep.lock().unwrap().push(yes);
        });
        let on_answer = Mutex::new(Some(on_answer));
        for key in ["default", "allow", "Allow", "", "deny"] {
            hand_on(&on_answer, Some(Shown { question: question(), at: Instant::now() }), key);
        }
        hand_on(&on_answer, None, "allow");
        assert_eq!(*told.lock().unwrap(), [true, false]);
    }
}
