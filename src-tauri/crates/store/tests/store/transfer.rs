//! Everything out as lines, and in again.

use crate::support::{Fixture, ctx, draft, instant};
use aegis_domain::coarse::Column;
use aegis_domain::hold::{Hold, HoldMode, Holds, Scope};
use aegis_domain::machine::Command;
use aegis_domain::{
    Actor, Guard, Key, Once, RunId, Schedule, ShortId, State, TaskEdit, TaskId, TaskRef, Unique,
};
use aegis_store::transfer::{Destination, ImportError, Imported, export, import};
use aegis_store::{CardRow, Store, StoreOptions};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use tempfile::TempDir;

fn exported(dir: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let told = export(dir, &mut bytes).unwrap();
    assert_eq!(told.bytes, bytes.len() as u64);
    assert_eq!(told.lines, bytes.iter().filter(|byte| **byte == b'\n').count() as u64);
    bytes
}

fn take(dir: &Path, bytes: &[u8], into: Destination) -> Result<Imported, ImportError> {
    import(dir, bytes, into, ctx(5_000))
}

fn into_empty(bytes: &[u8]) -> Result<(TempDir, Imported), ImportError> {
    let dir = tempfile::tempdir().unwrap();
    take(dir.path(), bytes, Destination::Empty).map(|imported| (dir, imported))
}

/// Tasks that wait, that ran, that were deleted, that depend on later ones; facts and the rest.
async fn full() -> Fixture {
    let fixture = Fixture::new();
    let first = fixture.create("call grandmother – „Oma“", Schedule::Now).await;
    let second = fixture.create("water the plants", Schedule::Manual).await;
    let edit = TaskEdit::default().set("dependencies", json!([{ "on": [{ "task": second }] }]));
    let by = Actor::System;
    let edited = fixture.submit(Command::EditTask { task: first, edit, by: by.clone() }, 10).await;
    edited.unwrap();
    let edit = TaskEdit::default().set("slug", "water_plants");
    fixture.submit(Command::EditTask { task: second, edit, by: by.clone() }, 15).await.unwrap();
    let cause = aegis_domain::Cause::RunNow;
    let values = aegis_domain::Values::default();
    let run = Command::Trigger {
        task: second,
        cause,
        values,
        by: by.clone(),
        continues: None,
        origin: None,
    };
    fixture.submit(run, 20).await.unwrap();
    let third = fixture.create("a mistake", Schedule::Now).await;
    fixture.submit(Command::DeleteTask { task: third, by }, 30).await.unwrap();
    let value = Some(json!({ "since": "today", "much": 1.5 }));
    let fact = Command::SetFact { name: "mood".to_owned(), value };
    fixture.submit(fact, 40).await.unwrap();
    let resource = Command::SetResource { name: "gpu".to_owned(), capacity: Some(2) };
    fixture.submit(resource, 50).await.unwrap();
    let template = serde_json::from_value::<aegis_domain::template::Template>(json!({
        "name": "weather", "parameters": { "city": {} }, "task": { "title": "Weather of {{city}}" },
    }));
    let template = Box::new(template.unwrap().check().unwrap());
    fixture.submit(Command::SaveTemplate { template }, 60).await.unwrap();
    let mut holds = Holds::default();
    holds.put(paused(Scope::Workspace("garden".to_owned())));
    fixture.store.keep("holds", &holds).await.unwrap();
    fixture
}

fn paused(scope: Scope) -> Hold {
    Hold { scope, mode: HoldMode::Pause, since: instant(70), by: Actor::System }
}

#[tokio::test]
async fn out_and_in_and_out_again_is_the_same() {
    let fixture = full().await;
    let once = exported(fixture.dir.path());
    let (dir, imported) = into_empty(&once).unwrap();
    assert_eq!(imported, Imported { tasks: 3, ..Imported::default() });
    assert_eq!(String::from_utf8(exported(dir.path())), String::from_utf8(once));
    // And it is at home there: the same boards, and numbers go on.
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let holds = store.read(|r| r.engine_state::<Holds>("holds")).await.unwrap().unwrap();
    assert!(holds.of(&Scope::Workspace("garden".to_owned())).is_some());
    let there = Fixture { dir, store };
    for fixture in [&fixture, &there] {
        fixture.create("the next", Schedule::Manual).await;
        assert_eq!(fixture.title_of("4").await.as_deref(), Some("the next"));
    }
    assert_eq!(board_of(&there).await, board_of(&fixture).await);
}

/// A request that is repeated after a move makes no second task, and an instant that has been does
/// not come again.
#[tokio::test]
async fn keys_and_instants_that_have_been_go_along() {
    let fixture = full().await;
    let key = Key::new("key", "nightly").unwrap();
    let guard = Box::new(Guard {
        once: Some(Once { key: key.clone(), request: "a request".to_owned() }),
        unique: Some(Unique { key, while_in: Unique::not_done() }),
    });
    let create = || {
        let (id, draft) = (TaskId(ctx(0).uuid()), draft("nightly", Schedule::Manual));
        let (by, guard) = (Actor::System, guard.clone());
        Command::CreateOnce { id, draft, by, origin: None, guard }
    };
    fixture.submit(create(), 70).await.unwrap();
    let conn = rusqlite::Connection::open(fixture.dir.path().join("aegis.db")).unwrap();
    for table in 0..2500 {
        conn.execute(
            "INSERT INTO past_instants (task_id, instant) SELECT id, ?1 FROM tasks WHERE number = 4",
            [table],
        )
        .unwrap();
    }
    drop(conn);
    let once = exported(fixture.dir.path());
    let lines = String::from_utf8(once.clone()).unwrap();
    assert_eq!(lines.matches("\"past_instants\"").count(), 3, "in lines of a thousand");
    let (dir, _) = into_empty(&once).unwrap();
    assert_eq!(exported(dir.path()), once);
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let there = Fixture { dir, store };
    let refused = there.submit(create(), 80).await.unwrap_err().to_string();
    assert!(refused.contains("has made #4 before"), "{refused}");
    // Beside tasks of its own: a key that is there already goes on to mean what it meant.
    let other = Fixture::new();
    other.submit(create(), 90).await.unwrap();
    other.store.close();
    take(other.dir.path(), &once, Destination::Existing).unwrap();
    let other = other.reopen();
    let refused = other.submit(create(), 95).await.unwrap_err().to_string();
    assert!(refused.contains("has made #1 before"), "{refused}");
}

/// What the board shows: numbers, columns, how many each waits for.
async fn board_of(fixture: &Fixture) -> Vec<(u64, Column, usize)> {
    let board = fixture.store.read(|r| r.board(100)).await.unwrap();
    let shown = |card: CardRow| (card.task.number.0, card.column, card.waits_for.len());
    board.cards.into_iter().map(shown).collect()
}

#[tokio::test]
async fn beside_what_is_there_numbers_and_slugs_give_way() {
    let fixture = full().await;
    let bytes = exported(fixture.dir.path());
    let other = Fixture::new();
    let by = Actor::System;
    let mine = other.create("mine", Schedule::Manual).await;
    let edit = TaskEdit::default().set("slug", "water_plants");
    other.submit(Command::EditTask { task: mine, edit, by: by.clone() }, 1).await.unwrap();
    let fact = Command::SetFact { name: "mood".to_owned(), value: Some(json!(4)) };
    other.submit(fact, 2).await.unwrap();
    other.store.close();
    let imported = take(other.dir.path(), &bytes, Destination::Existing).unwrap();
    assert_eq!((imported.tasks, imported.skipped), (3, 0));
    assert_eq!((imported.renumbered, imported.without_slug, imported.kept_names), (1, 1, 1));
    let again = take(other.dir.path(), &bytes, Destination::Existing).unwrap();
    assert_eq!((again.tasks, again.skipped, again.kept_names), (0, 3, 3));
    let other = other.reopen();
    assert_eq!(other.title_of("1").await.as_deref(), Some("mine"));
    assert_eq!(other.title_of("water_plants").await.as_deref(), Some("mine"));
    assert_eq!(other.title_of("2").await.as_deref(), Some("water the plants"));
    assert_eq!(other.title_of("4").await.as_deref(), Some("call grandmother – „Oma“"));
    let facts = other.store.read(|r| r.facts()).await.unwrap();
    assert_eq!(facts[0].value, json!(4), "what was there stays");
}

#[tokio::test]
async fn what_was_at_work_is_cut_off_in_the_copy() {
    let fixture = Fixture::new();
    let task = fixture.create("long work", Schedule::Now).await;
    let occurrence = fixture.store.read(move |r| r.occurrences(task, 1)).await.unwrap()[0].id;
    let (run, agent) = (RunId(ctx(100).uuid()), "here".to_owned());
    let claim = Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() };
    fixture.submit(claim, 100).await.unwrap();
    let bytes = exported(fixture.dir.path());
    let (dir, imported) = into_empty(&bytes).unwrap();
    assert_eq!((imported.tasks, imported.cut_off), (1, 1));
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    assert_eq!(store.read(|r| r.unended_runs()).await.unwrap(), []);
    let found = store.read(move |r| r.occurrence(occurrence)).await.unwrap().unwrap();
    assert!(matches!(found.state, State::Queued { .. }), "{:?}", found.state);
}

#[tokio::test]
async fn what_is_not_whole_or_not_right_changes_nothing() {
    let fixture = full().await;
    let bytes = exported(fixture.dir.path());
    let text = String::from_utf8(bytes.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let but = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        change(&mut lines);
        (lines.join("\n") + "\n").into_bytes()
    };
    let task = lines.iter().position(|line| line.starts_with("{\"task\"")).unwrap();
    let last = lines.len() - 1;
    let dir = tempfile::tempdir().unwrap();
    let refused = |bytes: &[u8]| take(dir.path(), bytes, Destination::Empty).unwrap_err();

    assert!(matches!(refused(b""), ImportError::NotAnExport));
    assert!(matches!(refused(b"dear aunt\n"), ImportError::NotAnExport));
    assert!(matches!(refused(b"{\"aegis\":\"backup\"}\n"), ImportError::NotAnExport));
    assert!(matches!(refused(&[0xff, 0xfe, b'\n']), ImportError::NotAnExport));
    let newer = but(&|l| l[0] = l[0].replace("\"version\":1", "\"version\":2,\"more\":0"));
    assert!(matches!(refused(&newer), ImportError::Newer));
    // Cut off after every line, and in the middle of each.
    let mut end = 0;
    for line in &lines[..last] {
        end += line.len() + 1;
        assert!(matches!(refused(&bytes[..end]), ImportError::Truncated { .. }));
        assert!(matches!(refused(&bytes[..end + 5]), ImportError::Truncated { .. }));
    }
    let changed = but(&|l| l[task] = l[task].replace("grandmother", "grandfather"));
    assert!(matches!(refused(&changed), ImportError::Changed));
    let without = but(&|l| drop(l.remove(task)));
    assert!(matches!(refused(&without), ImportError::Changed));
    let more = [&bytes[..], b"{}\n"].concat();
    assert!(matches!(refused(&more), ImportError::Changed));

    let line = |bytes: &[u8]| match refused(bytes) {
        ImportError::Line { line, detail } => (line as usize - 1, detail),
        other => panic!("{other}"),
    };
    assert_eq!(line(&but(&|l| l[task] = "{".to_owned())).0, task);
    assert_eq!(line(&but(&|l| l[task] = "{\"spell\":1}".to_owned())).0, task);
    assert_eq!(line(&but(&|l| l[task] = "[".repeat(100_000))).0, task);
    let priority = but(&|l| l[task] = l[task].replace("\"priority\":", "\"priority\":9"));
    assert_eq!(line(&priority).0, task);
    let short = but(&|l| l[task] = l[task].replace("\"short_id\":\"", "\"short_id\":\"12"));
    assert_eq!(line(&short).0, task);
    let twice = but(&|l| l.insert(task + 1, l[task].clone()));
    assert_eq!(line(&twice).0, task + 1);
    let order = but(&|l| l.swap(task, last - 1));
    assert!(line(&order).1.contains("before"));

    assert!(!dir.path().join("aegis.db").exists() || exported_is_empty(dir.path()));
}

fn exported_is_empty(dir: &Path) -> bool {
    // A header and an end.
    exported(dir).iter().filter(|byte| **byte == b'\n').count() == 2
}

#[tokio::test]
async fn a_line_without_an_end_is_not_read_into_memory() {
    struct Endless;
    impl std::io::Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            buffer.fill(b' ');
            Ok(buffer.len())
        }
    }
    let bytes = exported(Fixture::new().dir.path());
    let header = bytes.split_inclusive(|byte| *byte == b'\n').next().unwrap();
    let endless = BufReader::new(std::io::Read::chain(header, Endless));
    let dir = tempfile::tempdir().unwrap();
    let refused = import(dir.path(), endless, Destination::Empty, ctx(0)).unwrap_err();
    assert!(matches!(refused, ImportError::LongLine { line: 2, .. }), "{refused}");
}

#[tokio::test]
async fn into_what_is_not_empty_only_when_somebody_says_so() {
    let fixture = full().await;
    let bytes = exported(fixture.dir.path());
    fixture.store.close();
    let refused = take(fixture.dir.path(), &bytes, Destination::Empty).unwrap_err();
    assert!(matches!(refused, ImportError::NotEmpty), "{refused}");
    let merged = take(fixture.dir.path(), &bytes, Destination::Existing).unwrap();
    assert_eq!((merged.tasks, merged.skipped), (0, 3));
    assert_eq!(exported(fixture.dir.path()), bytes, "what is there stays as it is");
}

/// The most memory that this process has had, in MB: proc_pid_status(5).
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() / 1024
}

/// 2,000 tasks; 1,000,000 with `AEGIS_PROMISES=full`.
#[tokio::test]
async fn many_tasks_go_through_one_import() {
    let full = std::env::var("AEGIS_PROMISES").as_deref() == Ok("full");
    let count: u64 = if full { 1_000_000 } else { 2_000 };
    let fixture = Fixture::new();
    fixture.create("task", Schedule::Manual).await;
    let text = String::from_utf8(exported(fixture.dir.path())).unwrap();
    let task = text.lines().find(|line| line.starts_with("{\"task\"")).unwrap();
    let mut task: serde_json::Value = serde_json::from_str(task).unwrap();
    let mut ctx = ctx(0);
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut to = BufWriter::new(file.as_file());
    let mut hash = Sha256::new();
    let mut put = |line: &str| {
        let line = format!("{line}\n");
        hash.update(&line);
        to.write_all(line.as_bytes()).unwrap();
    };
    put(text.lines().next().unwrap());
    for number in 1..=count {
        let id = TaskId(ctx.uuid());
        let row = &mut task["task"]["task"];
        row["id"] = json!(id);
        row["number"] = json!(number);
        row["short_id"] = json!(ShortId::candidates(id).last().unwrap());
        put(&task.to_string());
    }
    let sum = hex::encode(hash.finalize());
    writeln!(to, "{}", json!({ "end": { "lines": count + 1, "sha256": sum } })).unwrap();
    to.flush().unwrap();
    drop(to);
    let dir = tempfile::tempdir().unwrap();
    let from = BufReader::new(std::fs::File::open(file.path()).unwrap());
    let imported = import(dir.path(), from, Destination::Empty, ctx).unwrap();
    assert_eq!(imported.tasks, count);
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let last: TaskRef = format!("#{count}").parse().unwrap();
    assert!(store.read(move |r| r.task(&last)).await.unwrap().is_some());
    // The file has half a kilobyte a task: a tenth of it would not fit.
    let memory = most_memory();
    assert!(memory < 200, "{memory} MB");
    println!("promise P20 {count} tasks in one import, with {memory} MB of memory at most");
}
