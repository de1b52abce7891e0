//! The keys that this process has seen.

use aegis_domain::redact::Redactor;
use aegis_domain::{KeyName, Secret};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tokio::sync::watch;

/// Keys that are known, one name with several when it was changed. The oldest are forgotten.
const MOST: usize = 4096;

/// Every key that was read or set in this process, also one that was removed since.
pub(crate) struct Known {
    keys: Mutex<Vec<(KeyName, Secret)>>,
    redactor: watch::Sender<Arc<Redactor>>,
}

/// The ones of this process: what writes its log is there before any keychain.
pub(crate) fn known() -> &'static Known {
    static KNOWN: LazyLock<Known> = LazyLock::new(|| Known {
        keys: Mutex::default(),
        redactor: watch::Sender::new(Arc::default()),
    });
    &KNOWN
}

impl Known {
    pub(crate) fn redactor(&self) -> watch::Receiver<Arc<Redactor>> {
        self.redactor.subscribe()
    }

    /// What takes them out of a text now.
    pub(crate) fn now(&self) -> Arc<Redactor> {
        Arc::clone(&self.redactor.borrow())
    }

    pub(crate) fn add(&self, keys: impl IntoIterator<Item = (KeyName, Secret)>) {
        let mut all = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let before = all.len();
        for key in keys {
            if !all.contains(&key) {
                all.push(key);
            }
        }
        if all.len() == before {
            return;
        }
        let too_many = all.len().saturating_sub(MOST);
        all.drain(..too_many);
        let redactor = Redactor::new(all.iter().map(|(name, secret)| (name, secret)));
        self.redactor.send_replace(Arc::new(redactor));
    }
}
