//! The `reminder` executor: a notification and a sound.

mod account;
mod notice;

use std::sync::Arc;
use std::time::Duration;

use aegis_domain::fair::Load;
use aegis_domain::{
    ErrorCategory, ExecutorName, ExecutorSpec, Failure, Invalid, Outcome, ReminderSettings,
};
use aegis_ports::{
    Clock, Ended, Executor, Job, Notification, Notifier, NotifyError, RunHandle, Signal, Speaker,
    SpeakerError,
};
use async_trait::async_trait;
use chrono_tz::Tz;
use serde::Deserialize as _;
use tokio::sync::watch;
use tokio::time::timeout;

use self::account::{Account, Attempt};
use crate::{early, words};

/// Most time for the desktop to take the notification, and for the sound to be played.
const LIMIT: Duration = Duration::from_secs(5);
/// The time limit of a reminder whose task names none. It is never needed: both of its parts have
/// their own.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
/// Most bytes of a message.
const MAX_MESSAGE: usize = 4 * 1024;

/// Tells the person at this machine, by a notification and a sound, as far as there are any.
pub struct ReminderExecutor {
    notifier: Arc<dyn Notifier>,
    speaker: Arc<dyn Speaker>,
    clock: Arc<dyn Clock>,
    zone: Tz,
}

impl ReminderExecutor {
    /// An executor that shows by `notifier`, plays by `speaker`, and tells times in `zone`.
    #[must_use]
    pub fn new(
        notifier: Arc<dyn Notifier>,
        speaker: Arc<dyn Speaker>,
        clock: Arc<dyn Clock>,
        zone: Tz,
    ) -> Self {
        Self { notifier, speaker, clock, zone }
    }

    fn notice(&self, job: &Job) -> Result<Notification, Invalid> {
        let settings = read(&job.settings)?;
        let late = notice::lateness(job.due, self.clock.now(), self.zone);
        Ok(notice::notice(settings.message.as_deref(), job.task.definition.title.as_str(), late))
    }

    async fn show(&self, notice: Notification, limit: Duration) -> Attempt {
        let shown = timeout(limit, self.notifier.notify(notice)).await;
        Attempt::of(shown.unwrap_or(Err(NotifyError::TimedOut(limit.as_secs()))))
    }

    async fn play(&self, limit: Duration) -> Attempt {
        let played = timeout(limit, self.speaker.chime()).await;
        Attempt::of(played.unwrap_or(Err(SpeakerError::TimedOut(limit.as_secs()))))
    }
}

fn read(spec: &ExecutorSpec) -> Result<ReminderSettings, Invalid> {
    // A reminder that says no more than its title needs no settings.
    let settings = Option::<ReminderSettings>::deserialize(&spec.settings).map_err(|error| {
        Invalid::new(
            "settings",
            format!(
                "The settings of the reminder executor cannot be read: {}.",
                words::quoted(&error.to_string())
            ),
            "They may have a message, and nothing else.",
        )
    })?;
    let settings = settings.unwrap_or_default();
    let bytes = settings.message.as_ref().map_or(0, String::len);
    if bytes > MAX_MESSAGE {
        return Err(Invalid::new(
            "message",
            format!("The message has {bytes} bytes; at most {MAX_MESSAGE} fit."),
            "Keep it short, and put the rest into the task's description.",
        ));
    }
    Ok(settings)
}

#[async_trait]
impl Executor for ReminderExecutor {
    fn name(&self) -> ExecutorName {
        ExecutorName::new(ReminderSettings::EXECUTOR)
    }

    fn begins_when_claimed(&self) -> bool {
        true
    }

    fn load(&self) -> Load {
        Load::Light
    }

    fn default_timeout(&self) -> Duration {
        DEFAULT_TIMEOUT
    }

    fn check(&self, settings: &ExecutorSpec) -> Result<(), Invalid> {
        read(settings).map(drop)
    }

    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        let notice = match self.notice(&job) {
            Ok(notice) => notice,
            Err(Invalid { message, hint, .. }) => {
                let failure = Failure::new(ErrorCategory::SyntaxError, message).with_hint(hint);
                return early::fail(&*handle, failure).await;
            }
        };
        let mut signals = handle.signal();
        if *signals.borrow() == Signal::Shutdown || handle.started(None).await.is_err() {
            return early::lost();
        }
        let limit = LIMIT.min(job.timeout);
        let mut account = Account::default();
        let called_off = tokio::select! {
            // Nobody is told of what is called off already.
            biased;
            outcome = called_off(&mut signals) => Some(outcome),
            () = async {
                tokio::join!(
                    async { account.shown = self.show(notice, limit).await },
                    async { account.played = self.play(limit).await },
                );
            } => None,
        };
        account.note(&*handle.log());
        match called_off {
            // What has been shown or heard cannot be called off any more.
            Some(outcome) if !account.reached_somebody() => outcome.into(),
            _ => Ended::succeeded(account.summary()),
        }
    }
}

/// Waits until the run is called off; an engine that is gone does not do so.
async fn called_off(signals: &mut watch::Receiver<Signal>) -> Outcome {
    let wanted = signals.wait_for(|wanted| matches!(wanted, Signal::Cancel | Signal::Shutdown));
    match wanted.await.map(|wanted| *wanted) {
        Ok(Signal::Shutdown) => Outcome::Interrupted,
        Ok(_) => Outcome::Cancelled,
        Err(_) => std::future::pending().await,
    }
}
