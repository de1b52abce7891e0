//! Somebody's desk: a desktop that shows or does not, and a speaker that plays or does not.

use std::future::pending;
use std::sync::{Arc, Mutex};

use aegis_domain::Timestamp;
use aegis_executors::ReminderExecutor;
use aegis_ports::{Clock, Executor, Notification, Notifier, NotifyError, Speaker, SpeakerError};
use async_trait::async_trait;

/// What a part of the desk does when it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Works,
    Fails,
    Hangs,
}

pub struct Desk {
    shows: Part,
    plays: Part,
    now: Timestamp,
    shown: Mutex<Vec<Notification>>,
    played: Mutex<u32>,
}

impl Desk {
    pub fn new(shows: Part, plays: Part, now: Timestamp) -> Arc<Self> {
        Arc::new(Self { shows, plays, now, shown: Mutex::default(), played: Mutex::default() })
    }

    pub fn executor(self: &Arc<Self>) -> Arc<dyn Executor> {
        let [notifier, speaker, clock] = [self; 3].map(Arc::clone);
        Arc::new(ReminderExecutor::new(notifier, speaker, clock, chrono_tz::Europe::Berlin))
    }

    pub fn shown(&self) -> Vec<Notification> {
        self.shown.lock().unwrap().clone()
    }

    pub fn played(&self) -> u32 {
        *self.played.lock().unwrap()
    }
}

#[async_trait]
impl Notifier for Desk {
    async fn notify(&self, notification: Notification) -> Result<(), NotifyError> {
        match self.shows {
            Part::Works => self.shown.lock().unwrap().push(notification),
            Part::Fails => return Err(NotifyError::Unavailable("no session bus".into())),
            Part::Hangs => pending().await,
        }
        Ok(())
    }
}

#[async_trait]
impl Speaker for Desk {
    async fn chime(&self) -> Result<(), SpeakerError> {
        match self.plays {
            Part::Works => *self.played.lock().unwrap() += 1,
            Part::Fails => return Err(SpeakerError::Off),
            Part::Hangs => pending().await,
        }
        Ok(())
    }
}

impl Clock for Desk {
    fn now(&self) -> Timestamp {
        self.now
    }
}
