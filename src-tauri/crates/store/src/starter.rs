//! Work that is taken on in the commit in which it gets ready, or in which a slot gets free for it.
//!
//! Its claim shares the commit, so that nobody has to look for it afterwards, and what it would have
//! been written as while it waited is often never written. The writer decides nothing of it. It
//! asks, before it commits, and tells what came of it.

use crate::apply::{Applied, Fault, apply};
use crate::rows::Tx;
use crate::table::{Head, Heads, ReadyRow};
use crate::writer::Submission;
use crate::{Reader, StoreError, WriteError};
use aegis_domain::Timestamp;
use aegis_domain::fair::Lane;
use std::sync::{Arc, OnceLock};

/// What stands in line, for whoever chooses what starts.
pub trait Lanes {
    /// The lanes in which something may start at `now`.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    fn heads(&self, now: Timestamp) -> Result<Heads, StoreError>;

    /// What may start in a lane at `now`, in the order in which it should.
    ///
    /// # Errors
    /// As [`Lanes::heads`].
    fn ready(&self, lane: &Lane, now: Timestamp, limit: u32) -> Result<Vec<ReadyRow>, StoreError>;
}

impl Lanes for Reader<'_> {
    fn heads(&self, now: Timestamp) -> Result<Heads, StoreError> {
        Reader::heads(self, now)
    }

    fn ready(&self, lane: &Lane, now: Timestamp, limit: u32) -> Result<Vec<ReadyRow>, StoreError> {
        Reader::ready(self, lane, now, limit)
    }
}

/// Where to look for what is taken on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing can be: there is no slot.
    Nowhere,
    /// At what gets ready in the open transaction: nobody waits before it.
    AtWhatIsNew,
    /// Into all lanes.
    IntoTheLanes,
}

/// Who says what is taken on at once. It is asked by the writer inside a transaction, so it must
/// not wait.
pub trait Starter: Send + Sync {
    /// Where the writer is to look.
    fn looks(&self) -> Look;

    /// What is to be claimed now. What is not named waits in its lane.
    ///
    /// # Errors
    /// [`StoreError`] when the lanes cannot be read.
    fn choose(&self, lanes: &dyn Lanes) -> Result<Chosen, StoreError>;

    /// The commit has been made, and nobody has heard of it yet: whether something waits in a lane
    /// since then, as far as that is known.
    fn committed(&self, waits: Option<bool>);

    /// A commit had to be made without asking, or what was chosen could not be claimed: somebody
    /// else has to look.
    fn passed_over(&self);
}

/// Something that stands in its lane since the open transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JustReady {
    pub(crate) lane: Lane,
    pub(crate) row: ReadyRow,
}

/// What has just got ready, where nothing else is, in the order in which it should start.
struct New(Vec<JustReady>);

impl Lanes for New {
    fn heads(&self, _: Timestamp) -> Result<Heads, StoreError> {
        let mut heads = Heads::default();
        for JustReady { lane, row } in &self.0 {
            if heads.lanes.iter().all(|head| head.lane != *lane) {
                heads.lanes.push(Head { lane: lane.clone(), sort_key: row.sort_key });
            }
        }
        Ok(heads)
    }

    fn ready(&self, lane: &Lane, _: Timestamp, limit: u32) -> Result<Vec<ReadyRow>, StoreError> {
        let of_lane = self.0.iter().filter(|one| one.lane == *lane);
        Ok(of_lane.take(limit as usize).map(|one| one.row.clone()).collect())
    }
}

/// What is to be claimed at once.
#[derive(Default)]
pub struct Chosen {
    /// In order.
    pub starts: Vec<Start>,
    /// There was nothing in the lanes.
    pub nobody: bool,
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
    /// Whether something waits in a lane, as far as that is known.
    waits: Option<bool>,
    /// Something that was chosen could not be claimed.
    passed_over: bool,
}

impl Starts {
    /// Claims what is to start; something has been moved `into_lanes` beside what has got ready.
    pub(crate) fn choose(
        tx: &mut Tx<'_>,
        asked: &Asked,
        into_lanes: bool,
    ) -> Result<Self, WriteError> {
        let mut starts = Self::default();
        let Some(starter) = asked.get() else { return Ok(starts) };
        let look = match starter.looks() {
            Look::AtWhatIsNew if into_lanes => Look::IntoTheLanes,
            look => look,
        };
        let chosen = match look {
            Look::Nowhere => {
                let more = into_lanes || tx.anything_got_ready();
                starts.waits = more.then_some(true);
                return Ok(starts);
            }
            Look::AtWhatIsNew => {
                let new = tx.just_ready()?;
                if new.is_empty() {
                    return Ok(starts);
                }
                let all = new.len();
                let chosen = starter.choose(&New(new))?.starts;
                starts.waits = (chosen.len() < all).then_some(true);
                chosen
            }
            Look::IntoTheLanes => {
                // What has just got ready is among what is written.
                let chosen = starter.choose(&Reader::new(tx.written()?))?;
                starts.waits = Some(!chosen.nobody);
                chosen.starts
            }
        };
        for Start { claim, then } in chosen {
            let mut ctx = claim.ctx;
            match apply(tx, claim.command, &mut ctx) {
                Ok(applied) => starts.made.push((applied, then)),
                // It moved on in the same transaction.
                Err(Fault::Clean(WriteError::Refused(refused))) => {
                    tracing::debug!(%refused, "not claimed at once");
                    starts.waits = Some(true);
                    starts.passed_over = true;
                }
                Err(Fault::Clean(error) | Fault::Dirty(error)) => return Err(error),
            }
        }
        Ok(starts)
    }

    /// The transaction is committed: says so before anybody hears of it.
    pub(crate) fn committed(&self, asked: &Asked) {
        let Some(starter) = asked.get() else { return };
        starter.committed(self.waits);
        if self.passed_over {
            starter.passed_over();
        }
    }
}

impl crate::Store {
    /// Asks `starter` what is taken on in a commit. There is one for as long as the database is
    /// open.
    ///
    /// # Errors
    /// [`StoreError`] when there is one already.
    pub fn start_with(&self, starter: Arc<dyn Starter>) -> Result<(), StoreError> {
        let known = self.starter().set(starter);
        known.map_err(|_| StoreError::Sqlite("two engines start work of one database".to_owned()))
    }
}
