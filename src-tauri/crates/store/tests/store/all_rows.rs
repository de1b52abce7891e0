//! P20: a database with every kind of row goes out, in, and out again as it was.

use crate::support::{Fixture, ctx, draft};
use aegis_domain::hold::{Hold, HoldMode, Holds, Scope};
use aegis_domain::machine::{Command, Ending, RunRef, Verdict};
use aegis_domain::policy::{Effect, InputHash, Nature, NewRule, Pattern, Reach, RuleId};
use aegis_domain::schedule::{Recurrence, Rule, ZoneName};
use aegis_domain::{
    Actor, Artifact, Cause, Checkpoint, DependencyGroup, Draft, ErrorCategory, Failure, Guard,
    Kept, Key, OccurrenceId, Once, Outcome, Passage, Progress, Report, ReviewKind, RunId, Schedule,
    SkipReason, TaskId, TaskRef, ToolUse, Unique, Usage, Values,
};
use aegis_store::transfer::{Destination, export, import};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Kinds of lines, and states of occurrences that can be there while nothing is at work.
const LINES: [&str; 15] = [
    "resource",
    "fact",
    "template",
    "rule",
    "task",
    "occurrence",
    "run",
    "tool_use",
    "spending",
    "event",
    "follow_up",
    "past_instants",
    "request_key",
    "unique_key",
    "end",
];
const STATES: [&str; 8] =
    ["blocked", "queued", "reviewing", "completed", "failed", "cancelled", "skipped", "expired"];

/// A story that leaves a row of every kind behind.
struct Story {
    fixture: Fixture,
    now: i64,
}

impl Story {
    async fn tell(&mut self, command: Command) {
        self.now += 10;
        self.fixture.submit(command, self.now).await.unwrap();
    }

    async fn create(&mut self, title: &str, change: impl FnOnce(&mut Draft)) -> TaskId {
        let id = TaskId(ctx(self.now).uuid());
        let mut draft = draft(title, Schedule::Now);
        change(&mut draft);
        let by = Actor::Human("me".to_owned());
        self.tell(Command::CreateTask { id, draft, by, origin: None }).await;
        id
    }

    async fn occurrence(&self, task: TaskId) -> OccurrenceId {
        let all = self.fixture.store.read(move |r| r.occurrences(task, 1)).await.unwrap();
        all[0].id
    }

    async fn begin(&mut self, task: TaskId) -> RunRef {
        let occurrence = self.occurrence(task).await;
        let run = RunId(ctx(self.now).uuid());
        let agent = "here".to_owned();
        self.tell(Command::Claim {
            occurrence,
            run,
            agent,
            fingerprint: None,
            at_once: Vec::new(),
        })
        .await;
        let found = self.fixture.store.read(move |r| r.run(run)).await.unwrap().unwrap();
        let run = RunRef { run, token: found.token };
        self.tell(Command::Start { run, process: None }).await;
        run
    }

    /// An agent at work: it calls a tool and costs something.
    async fn agent(&mut self, title: &str) {
        let task = self.create(title, |_| {}).await;
        let run = self.begin(task).await;
        let used = ToolUse {
            tool: "Read".to_owned(),
            at: crate::support::instant(self.now),
            took_ms: Some(12),
            success: false,
            error: Some("There is no such file.".to_owned()),
            category: Some(ErrorCategory::FileNotFound),
            parameters: json!({"file_path": "/a"}),
            hash: InputHash("0".to_owned()),
            nature: Nature::of(Reach::Look).private(),
            passage: Passage::Free,
            tokens: Some(7),
            screenshot: None,
            client: None,
            session: Some("s1".to_owned()),
            task: None,
            occurrence: None,
            run: None,
        };
        let usage = Usage { cost: "0.25".parse().unwrap(), ..Usage::default() };
        for report in [Report::ToolUse(Box::new(used)), Report::Usage(usage)] {
            self.tell(Command::Report { run, report }).await;
        }
        // Half an hour later it turns out to have cost less: that is a row below nothing.
        self.now += 1_800_000;
        let usage = Usage { cost: "0.20".parse().unwrap(), ..Usage::default() };
        self.tell(Command::Report { run, report: Report::Usage(usage) }).await;
        self.tell(Command::Finish { run, ending: good() }).await;
    }

    async fn run(&mut self, task: TaskId, ending: Ending) {
        let run = self.begin(task).await;
        self.tell(Command::Finish { run, ending }).await;
    }
}

fn good() -> Ending {
    Outcome::Succeeded { summary: "exit 0".to_owned() }.into()
}

fn bad(category: ErrorCategory) -> Ending {
    Outcome::Failed(Failure::new(category, "It did not work.")).into()
}

async fn everything() -> Fixture {
    let mut it = Story { fixture: Fixture::new(), now: 0 };
    let by = Actor::Human("me".to_owned());
    let set = |name: &str, capacity| Command::SetResource { name: name.to_owned(), capacity };
    it.tell(set("gpu", Some(2))).await;
    let value = Some(json!({ "since": "today – „heute“", "much": [1.5, null, u64::MAX] }));
    it.tell(Command::SetFact { name: "mood".to_owned(), value }).await;
    let template: aegis_domain::template::Template = serde_json::from_value(json!({
        "name": "weather", "parameters": { "city": {} }, "task": { "title": "Weather of {{city}}" },
    }))
    .unwrap();
    let template = Box::new(template.check().unwrap());
    it.tell(Command::SaveTemplate { template }).await;

    let reports = it.create("says something of itself", |_| {}).await;
    let run = it.begin(reports).await;
    let at = crate::support::instant(it.now);
    for report in [
        Report::Progress(Progress {
            percent: Some(40),
            step: Some("half".to_owned()),
            done_at: None,
        }),
        Report::Usage(Usage { input_tokens: u64::from(u32::MAX), ..Usage::default() }),
        Report::Checkpoint(Checkpoint { at, label: "one".to_owned(), data: json!({ "n": 1 }) }),
        Report::Session("session-1".to_owned()),
        Report::Artifacts(vec![Artifact {
            path: "out/a.pdf".to_owned(),
            bytes: 1,
            kept: Kept::Copy { sha256: "ab".repeat(32) },
        }]),
    ] {
        it.tell(Command::Report { run, report }).await;
    }
    let ending = Ending { exit_code: Some(0), result: json!({ "n": [1, 2] }), ..good() };
    it.tell(Command::Finish { run, ending }).await;

    let retried = it.create("tries again", |_| {}).await;
    it.run(retried, bad(ErrorCategory::Network)).await;
    let failed = it.create("fails", |d| d.max_retries = 0).await;
    it.run(failed, bad(ErrorCategory::Network)).await;
    for (title, verdict) in [
        ("is looked at", None),
        ("is good", Some(Verdict::Pass { feedback: "fine".to_owned() })),
        ("is not good yet", Some(Verdict::Reject { feedback: "shorter".to_owned() })),
    ] {
        let reviewed = it.create(title, |d| d.review_required = true).await;
        it.run(reviewed, good()).await;
        if let Some(verdict) = verdict {
            let occurrence = it.occurrence(reviewed).await;
            let (kind, score, by) = (ReviewKind::Peer, Some(80), by.clone());
            it.tell(Command::Review { occurrence, verdict, kind, score, by }).await;
        }
    }
    for (n, title) in ["is called off", "is left out", "is too late", "is held"].iter().enumerate()
    {
        let id = it.create(title, |_| {}).await;
        let (occurrence, by) = (it.occurrence(id).await, by.clone());
        it.tell(match n {
            0 => Command::Cancel { occurrence, by },
            1 => Command::Skip { occurrence, why: SkipReason::Condition, by },
            2 => Command::Expire { occurrence },
            _ => Command::Hold { occurrence, question: "Really?".to_owned(), by },
        })
        .await;
    }
    let rule = Rule::Every { secs: 3600, within: None };
    let recurrence = Box::new(Recurrence::new(rule, ZoneName::default()));
    let hourly = it.create("hourly", |d| d.schedule = Schedule::Recurring(recurrence)).await;
    it.now += 2 * 3600 * 1000;
    it.tell(Command::Advance { task: hourly }).await;
    it.tell(Command::SetActive { task: hourly, active: false, by: by.clone() }).await;
    for (archived, title) in [(true, "is put away"), (false, "is deleted")] {
        let task = it.create(title, |_| {}).await;
        let by = by.clone();
        it.tell(if archived {
            Command::ArchiveTask { task, by }
        } else {
            Command::DeleteTask { task, by }
        })
        .await;
    }
    let manual = it.create("by hand", |d| d.schedule = Schedule::Manual).await;
    let (cause, values) = (Cause::RunNow, Values::default());
    let trigger = Command::Trigger {
        task: manual,
        cause,
        values,
        by: by.clone(),
        continues: None,
        origin: None,
    };
    it.tell(trigger).await;
    let (by_me, schedule) = (by, Schedule::Manual);
    let mine = it.create("done by me", |d| (d.schedule, d.executor) = (schedule, None)).await;
    it.tell(Command::CompleteByHand { task: mine, by: by_me }).await;
    // More than can be let go at once: some stay for later.
    let first = it.create("many wait for it", |_| {}).await;
    for n in 0..150 {
        let dependencies = vec![DependencyGroup::all([TaskRef::from(first)])];
        it.create(&format!("waits {n}"), |d| d.dependencies = dependencies).await;
    }
    it.run(first, good()).await;
    let key = Key::new("key", "nightly").unwrap();
    let guard = Box::new(Guard {
        once: Some(Once { key: key.clone(), request: "a request".to_owned() }),
        unique: Some(Unique { key, while_in: Unique::not_done() }),
    });
    let (id, draft) = (TaskId(ctx(it.now).uuid()), draft("nightly", Schedule::Manual));
    let by = Actor::System;
    it.tell(Command::CreateOnce { id, draft, by: by.clone(), origin: None, guard }).await;
    let rule = NewRule::new(Effect::Allow, Pattern::new("Read").unwrap());
    let id = RuleId(ctx(it.now).uuid());
    it.tell(Command::MakeRule { id, rule: Box::new(rule), by: by.clone() }).await;
    it.agent("asks a model").await;
    let mut holds = Holds::default();
    let since = crate::support::instant(it.now);
    holds.put(Hold { scope: Scope::All, mode: HoldMode::Pause, since, by });
    it.fixture.store.keep("holds", &holds).await.unwrap();
    // As if an occurrence had gone with its age.
    let conn = rusqlite::Connection::open(it.fixture.dir.path().join("aegis.db")).unwrap();
    let gone = "INSERT INTO past_instants (task_id, instant) VALUES (?1, 0)";
    conn.execute(gone, [hourly.0]).unwrap();
    it.fixture
}

fn exported(dir: &Path) -> String {
    let mut bytes = Vec::new();
    export(dir, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn every_kind_of_row_goes_out_and_in_and_out_again_as_it_was() {
    let fixture = everything().await;
    let once = exported(fixture.dir.path());
    let lines: Vec<Value> = once.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: BTreeSet<_> =
        lines[1..].iter().map(|line| line.as_object().unwrap().keys().next().unwrap()).collect();
    assert_eq!(kinds, LINES.map(str::to_owned).iter().collect(), "a kind of row is not there");
    let states: BTreeSet<_> =
        lines.iter().filter_map(|line| line["occurrence"]["state"]["name"].as_str()).collect();
    assert_eq!(states, STATES.into(), "a state is not there");
    assert_eq!(lines[0]["holds"].as_array().map(Vec::len), Some(1), "{}", lines[0]);

    let dir = tempfile::tempdir().unwrap();
    import(dir.path(), once.as_bytes(), Destination::Empty, ctx(5_000)).unwrap();
    let twice = exported(dir.path());
    for (before, after) in once.lines().zip(twice.lines()) {
        assert_eq!(before, after);
    }
    assert_eq!(once, twice);
    println!("promise P20 {} rows of every kind out, in and out again: equal", lines.len() - 2);
}
