//! What the store is given to do while things fail.

use crate::disk::Dice;
use crate::ledger::{COUNT, Deed, at, count};
use crate::support::{ctx, draft};
use crate::vfs::Watching;
use aegis_domain::machine::{Command, RunRef};
use aegis_domain::{Actor, Outcome, RunId, Schedule, TaskId, TaskRef};
use aegis_store::{Applied, Reader, Store, StoreError, Submission, WriteError};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

/// A store at work, and what it has acknowledged.
pub struct Work<'a> {
    pub store: &'a Store,
    pub watching: &'a Watching,
    deeds: Mutex<Vec<Deed>>,
    /// Tasks of which the store said that nothing was changed.
    not_made: Mutex<Vec<TaskId>>,
    counted: AtomicI64,
}

/// How a piece of work went.
pub type Done = Result<(), StoreError>;

impl<'a> Work<'a> {
    /// Goes on with what was acknowledged before.
    pub fn new(store: &'a Store, watching: &'a Watching, deeds: Vec<Deed>) -> Self {
        let last = deeds.iter().rev().find_map(|deed| match deed {
            Deed::Counted(count) => Some(*count),
            _ => None,
        });
        for _ in watching.acknowledged()..deeds.len() {
            watching.acknowledge();
        }
        // Beyond what was under way when the last life ended.
        let counted = AtomicI64::new(last.unwrap_or(0) + 1000);
        Self { store, watching, deeds: Mutex::new(deeds), not_made: Mutex::default(), counted }
    }

    /// Everything that was acknowledged, in order.
    pub fn deeds(&self) -> Vec<Deed> {
        self.deeds.lock().unwrap().clone()
    }

    fn acknowledged(&self, deed: Deed) {
        let mut deeds = self.deeds.lock().unwrap();
        deeds.push(deed);
        self.watching.acknowledge();
    }

    /// Commits a command. A refusal of the domain is no fault: another was quicker.
    async fn submit(&self, command: Command) -> Result<Option<Applied>, StoreError> {
        match self.store.submit(Submission { command, ctx: ctx(10) }).await {
            Ok(applied) => Ok(Some(applied)),
            Err(WriteError::Refused(_)) => Ok(None),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// One thing of many kinds.
    pub async fn something(&self, dice: &mut Dice) -> Done {
        match dice.below(100) {
            0..50 => self.create(dice).await,
            50..85 => self.complete().await,
            85..95 => self.count().await,
            _ => self.look().await,
        }
    }

    /// Several at once, so many things each; the first fault of each ends it.
    pub async fn all_at_once(&self, workers: u64, things: u64, dice: &mut Dice) -> Vec<Done> {
        let worker = async |mut dice: Dice| {
            for _ in 0..things {
                self.something(&mut dice).await?;
            }
            Ok(())
        };
        let workers = (0..workers).map(|_| worker(Dice::new(dice.next())));
        futures::future::join_all(workers).await
    }

    pub async fn create(&self, dice: &mut Dice) -> Done {
        // Most are small, some take a few pages, a few take many.
        let size = match dice.below(20) {
            0 => 30_000,
            1..5 => 3_000,
            _ => 20,
        };
        self.create_of(size, format!("task{}", "x".repeat(dice.below(40) as usize))).await
    }

    /// Makes a task that takes many pages.
    pub async fn large(&self) -> Done {
        self.create_of(60_000, "large".to_owned()).await
    }

    async fn create_of(&self, size: usize, title: String) -> Done {
        let id = TaskId(ctx(0).uuid());
        let mut draft = draft(&title, Schedule::Now);
        draft.description = "d".repeat(size);
        let create = Command::CreateTask { id, draft, by: Actor::System, origin: None };
        match self.submit(create).await {
            Ok(Some(_)) => self.acknowledged(Deed::Created(id, title)),
            Ok(None) => {}
            Err(error) => {
                self.not_made.lock().unwrap().push(id);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Tasks of which the store said that nothing was changed.
    pub fn not_made(&self) -> Vec<TaskId> {
        self.not_made.lock().unwrap().clone()
    }

    /// What the store said it has not changed, it has not.
    pub async fn nothing_of_what_failed_is_there(&self) {
        for id in self.not_made() {
            let found = self.store.read(move |r| r.task(&TaskRef::Id(id))).await.unwrap();
            assert_eq!(found, None, "it was refused and made");
        }
    }

    /// Takes the first piece of work that is ready and brings it to its end.
    pub async fn complete(&self) -> Done {
        let first = |r: &Reader<'_>| {
            r.agenda(at(2000), 8)?;
            let heads = r.heads(at(2000))?.lanes;
            heads.first().map_or(Ok(Vec::new()), |head| r.ready(&head.lane, at(2000), 8))
        };
        let ready = self.store.read(first).await?;
        let Some(ready) = ready.into_iter().next() else { return Ok(()) };
        let occurrence = ready.occurrence;
        let run = RunId(ctx(10).uuid());
        let agent = "here".to_owned();
        let claim =
            Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() };
        if self.submit(claim).await?.is_none() {
            return Ok(());
        }
        let Some(claimed) = self.store.read(move |r| r.run(run)).await? else { return Ok(()) };
        let run = RunRef { run, token: claimed.token };
        self.submit(Command::Start { run, process: None }).await?;
        let outcome = Outcome::Succeeded { summary: "exit 0".to_owned() };
        if self.submit(Command::Finish { run, ending: outcome.into() }).await?.is_some() {
            self.acknowledged(Deed::Completed(occurrence));
        }
        Ok(())
    }

    pub async fn count(&self) -> Done {
        let next = self.counted.fetch_add(1, Ordering::SeqCst) + 1;
        let name = COUNT.to_owned();
        self.submit(Command::SetFact { name, value: count(next) }).await?;
        // Of two at once the higher may be committed first.
        let mut deeds = self.deeds.lock().unwrap();
        let highest = deeds.iter().rev().find_map(|deed| match deed {
            Deed::Counted(count) => Some(*count),
            _ => None,
        });
        if highest.is_none_or(|highest| highest < next) {
            deeds.push(Deed::Counted(next));
            self.watching.acknowledge();
        }
        Ok(())
    }

    /// Reads as the window does.
    pub async fn look(&self) -> Done {
        self.store.read(|r| r.board(20)).await.map(drop)
    }
}
