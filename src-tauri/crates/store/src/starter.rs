//! Work that is taken on in the commit in which it gets ready.
//!
//! Whoever finds a free slot and nobody before it need not wait to be found: its claim shares the
//! commit, and what it would have been written as while it waited is never written. The writer
//! decides nothing of it. It asks, before it commits, and tells what came of it.

use crate::apply::{Applied, Fault, apply};
use crate::rows::Tx;
use crate::writer::Submission;
use crate::{StoreError, WriteError};
use aegis_domain::fair::Lane;
use aegis_domain::{OccurrenceId, SortKey, State};
use std::sync::{Arc, OnceLock};

/// Who says what is taken on at once. It is asked by the writer inside a transaction, so it must
/// neither wait nor read.
pub trait Starter: Send + Sync {
    /// What of `ready` is to be claimed now. What is not named waits in its lane.
    fn choose(&self, ready: &[JustReady]) -> Vec<Start>;
    /// Since the commit that has just been made something may wait in a lane.
    fn waits(&self);
}

/// Something that stands in its lane since the open transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JustReady {
    /// Which.
    pub occurrence: OccurrenceId,
    /// Where.
    pub lane: Lane,
    /// Its place.
    pub sort_key: SortKey,
    /// Its task watches files, which have to be looked at before it starts.
    pub watches: bool,
}

/// Something that is to be claimed at once.
pub struct Start {
    /// The claim.
    pub claim: Submission,
    /// Called when the claim is committed; dropped when nothing came of it.
    pub then: Then,
}

/// What is done with a claim that is committed.
pub type Then = Box<dyn FnOnce(Applied) + Send>;

/// The one who is asked, once there is one.
pub(crate) type Asked = Arc<OnceLock<Arc<dyn Starter>>>;

/// What an open transaction has claimed at once. Dropped with it when it fails.
#[derive(Default)]
pub(crate) struct Starts {
    pub(crate) made: Vec<(Applied, Then)>,
    /// Something that got ready waits.
    waits: bool,
}

impl Starts {
    /// Claims what is to start of what has got ready.
    pub(crate) fn choose(tx: &mut Tx<'_>, asked: &Asked) -> Result<Self, WriteError> {
        let Some(starter) = asked.get() else { return Ok(Self::default()) };
        let ready = tx.just_ready()?;
        if ready.is_empty() {
            return Ok(Self::default());
        }
        let mut starts = Self::default();
        for Start { claim, then } in starter.choose(&ready) {
            let mut ctx = claim.ctx;
            match apply(tx, claim.command, &mut ctx) {
                Ok(applied) => starts.made.push((applied, then)),
                // It moved on in the same transaction.
                Err(Fault::Clean(WriteError::Refused(refused))) => {
                    tracing::debug!(%refused, "not claimed at once");
                }
                Err(Fault::Clean(error) | Fault::Dirty(error)) => return Err(error),
            }
        }
        for one in &ready {
            let row = tx.occurrence(one.occurrence)?;
            starts.waits |= row.is_some_and(|o| matches!(o.state, State::Queued { .. }));
        }
        Ok(starts)
    }

    /// The transaction is committed: says so before anybody hears of it.
    pub(crate) fn committed(&self, asked: &Asked) {
        if let Some(starter) = asked.get().filter(|_| self.waits) {
            starter.waits();
        }
    }

    /// Something has been moved into its lane without being asked about.
    pub(crate) fn something_waits(&mut self) {
        self.waits = true;
    }
}

impl crate::Store {
    /// Asks `starter` what is taken on in the commit in which it gets ready. There is one for as
    /// long as the database is open.
    ///
    /// # Errors
    /// [`StoreError`] when there is one already.
    pub fn start_with(&self, starter: Arc<dyn Starter>) -> Result<(), StoreError> {
        let known = self.starter().set(starter);
        known.map_err(|_| StoreError::Sqlite("two engines start work of one database".to_owned()))
    }
}
