//! What every decision has to go by, as it is now.

use aegis_domain::{ExecutorName, Terms};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// What the user has said, with which executors cost money.
pub(crate) struct TermsNow {
    said: watch::Receiver<Terms>,
    metered: BTreeSet<ExecutorName>,
    /// What was made of it last, so that a command costs no copy of it.
    last: Mutex<(watch::Receiver<Terms>, Arc<Terms>)>,
}

impl TermsNow {
    pub(crate) fn new(said: watch::Receiver<Terms>, metered: BTreeSet<ExecutorName>) -> Self {
        let mut own = said.clone();
        let first = Arc::new(Terms { metered: metered.clone(), ..own.borrow_and_update().clone() });
        Self { said, metered, last: Mutex::new((own, first)) }
    }

    /// As it is now.
    pub(crate) fn now(&self) -> Arc<Terms> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (own, terms) = &mut *last;
        // Without anybody who could change it, it stays as it is.
        if own.has_changed().unwrap_or(false) {
            let said = own.borrow_and_update().clone();
            *terms = Arc::new(Terms { metered: self.metered.clone(), ..said });
        }
        Arc::clone(terms)
    }

    /// For whoever does something when it changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Terms> {
        self.said.clone()
    }
}
