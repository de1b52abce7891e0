//! A store in a folder of its own.

use aegis_domain::machine::Command;
use aegis_domain::{
    Actor, Ctx, Draft, NewTask, OccurrenceId, ReminderSettings, Schedule, TaskId, TaskRef,
    Timestamp,
};
use aegis_store::{Applied, Reader, ReadyRow, Store, StoreOptions, Submission, WriteError};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

pub struct Fixture {
    pub dir: TempDir,
    pub store: Store,
}

static SEED: AtomicU64 = AtomicU64::new(1);

pub fn instant(millis: i64) -> Timestamp {
    Timestamp::from_timestamp_millis(1_763_697_600_000 + millis).unwrap()
}

pub fn ctx(millis: i64) -> Ctx {
    Ctx::new(instant(millis), SEED.fetch_add(1, Ordering::Relaxed))
}

pub fn draft(title: &str, schedule: Schedule) -> Box<Draft> {
    let new = NewTask {
        title: title.to_owned(),
        executor: Some(ReminderSettings::default().into_spec()),
        schedule,
        ..NewTask::default()
    };
    Box::new(new.check(instant(0)).unwrap())
}

impl Fixture {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
        Self { dir, store }
    }

    pub async fn submit(&self, command: Command, at: i64) -> Result<Applied, WriteError> {
        self.store.submit(Submission { command, ctx: ctx(at) }).await
    }

    pub async fn create(&self, title: &str, schedule: Schedule) -> TaskId {
        let id = TaskId(ctx(0).uuid());
        let draft = draft(title, schedule);
        let by = Actor::System;
        self.submit(Command::CreateTask { id, draft, by, origin: None }, 0).await.unwrap();
        id
    }

    /// Moves what has come `at` this moment into its lane; in how many steps.
    pub async fn line_up(&self, at: i64) -> u32 {
        let mut steps = 0;
        while self.store.read(move |r| r.agenda(instant(at), 0)).await.unwrap().line_up {
            self.store.line_up(instant(at)).await.unwrap();
            steps += 1;
        }
        steps
    }

    /// What may start `at` this moment, lane after lane.
    pub async fn ready(&self, at: i64) -> Vec<OccurrenceId> {
        self.line_up(at).await;
        let read = move |r: &Reader<'_>| {
            let mut ready = Vec::new();
            for head in r.heads(instant(at))?.lanes {
                ready.extend(r.ready(&head.lane, instant(at), 10)?);
            }
            Ok(ready)
        };
        let ready: Vec<ReadyRow> = self.store.read(read).await.unwrap();
        ready.into_iter().map(|row| row.occurrence).collect()
    }

    /// Closes and opens again, as a new start would.
    pub fn reopen(self) -> Self {
        self.store.close();
        let store = Store::open(self.dir.path(), StoreOptions::default()).unwrap();
        Self { dir: self.dir, store }
    }

    pub async fn title_of(&self, name: &str) -> Option<String> {
        let name: TaskRef = name.parse().unwrap();
        let task = self.store.read(move |r| r.task(&name)).await.unwrap();
        task.map(|t| t.definition.title.to_string())
    }
}
