//! What is found, and where.

use crate::support::{Fixture, ctx, instant};
use aegis_domain::machine::{Command, Ending, RunRef};
use aegis_domain::search::SearchQuery;
use aegis_domain::{Actor, Entropy, NewTask, Outcome, RunId, Schedule, Tag, TaskEdit, TaskId};
use aegis_store::list::TaskFilter;
use aegis_store::search::{Found, Order, Place, SearchRequest};
use serde_json::json;

/// The log of every run.
fn log(_: RunId) -> String {
    "warning: the Flux capacitor is cold".to_owned()
}

fn request(text: &str) -> SearchRequest {
    SearchRequest {
        query: SearchQuery::new(text).unwrap(),
        filter: TaskFilter::default(),
        order: Order::Best,
        after: None,
        limit: 50,
    }
}

impl Fixture {
    async fn take_in(&self) {
        self.store
            .search(|index| {
                while index.catch_up(100, &log)?.events > 0 {}
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn look_for(&self, request: SearchRequest) -> Vec<Found> {
        self.take_in().await;
        self.store.search(move |index| index.find(&request)).await.unwrap().items
    }

    async fn found(&self, text: &str) -> Vec<String> {
        let found = self.look_for(request(text)).await;
        found.into_iter().map(|f| f.card.task.definition.title.to_string()).collect()
    }

    async fn make(&self, new: NewTask) -> TaskId {
        let id = TaskId(ctx(0).uuid());
        let draft = Box::new(new.check(instant(0)).unwrap());
        let by = Actor::Human("test".to_owned());
        self.submit(Command::CreateTask { id, draft, by, origin: None }, 0).await.unwrap();
        id
    }

    /// Runs what is ready, with this result.
    async fn run(&self, result: serde_json::Value) {
        let ready = self.ready(9).await;
        for row in ready {
            let run = RunId(ctx(9).uuid());
            let (occurrence, agent) = (row, "here".to_owned());
            let claim =
                Command::Claim { occurrence, run, agent, fingerprint: None, at_once: Vec::new() };
            let claimed = self.submit(claim, 9).await.unwrap();
            let token = claimed.rows.iter().find_map(|row| match row {
                aegis_domain::machine::Row::Run(run) => Some(run.token),
                _ => None,
            });
            let held = RunRef { run, token: token.unwrap() };
            self.submit(Command::Start { run: held, process: None }, 10).await.unwrap();
            let outcome = Outcome::Succeeded { summary: "did it well".to_owned() };
            let ending = Ending { log_len: 40, result: result.clone(), ..outcome.into() };
            self.submit(Command::Finish { run: held, ending }, 11).await.unwrap();
        }
    }
}

fn task(title: &str, description: &str) -> NewTask {
    let (title, description) = (title.to_owned(), description.to_owned());
    NewTask { title, description, schedule: Schedule::Manual, ..NewTask::default() }
}

#[tokio::test]
async fn words_are_found_wherever_they_stand_and_the_title_comes_first() {
    let fixture = Fixture::new();
    fixture.make(task("Other work", "Renew the certificate of the mail server")).await;
    fixture.make(task("Renew the Zertifikat – été", "")).await;
    let tagged = NewTask {
        tags: vec!["renew".to_owned()],
        slug: Some("my_slug".to_owned()),
        ..task("Tagged", "")
    };
    fixture.make(tagged).await;
    assert_eq!(
        fixture.found("renew").await,
        ["Renew the Zertifikat – été", "Tagged", "Other work"]
    );
    assert_eq!(fixture.found("renew mail").await, ["Other work"]);
    assert_eq!(fixture.found("\"mail server\"").await, ["Other work"]);
    assert!(fixture.found("\"server mail\"").await.is_empty());
    assert_eq!(fixture.found("cert*").await, ["Other work"]);
    assert!(fixture.found("cert").await.is_empty());
    assert_eq!(fixture.found("ETE").await, ["Renew the Zertifikat – été"]);
    assert_eq!(fixture.found("renew -mail -tagged").await, ["Renew the Zertifikat – été"]);
    assert_eq!(fixture.found("my_slug").await, ["Tagged"]);
}

#[tokio::test]
async fn results_and_logs_are_found_with_their_run() {
    let fixture = Fixture::new();
    let id = fixture.create("measure", Schedule::Now).await;
    fixture.run(json!({ "temperature": "minus forty", "volts": 1210 })).await;
    let [found] = &fixture.look_for(request("flux capacitor")).await[..] else { panic!() };
    assert_eq!((found.card.task.id, found.place), (id, Place::Log));
    assert_eq!(found.run.unwrap().1, 1);
    let (begin, end) = found.snippet.marks[0];
    assert_eq!(&found.snippet.text[begin as usize..end as usize], "Flux");
    let [found] = &fixture.look_for(request("forty volts")).await[..] else { panic!() };
    assert_eq!(found.place, Place::Result);
    // One line for the task, however many of its runs have it.
    fixture
        .submit(
            Command::Trigger {
                task: id,
                cause: aegis_domain::Cause::RunAgain,
                values: aegis_domain::Values::new(),
                by: Actor::System,
                continues: None,
                origin: None,
            },
            12,
        )
        .await
        .unwrap();
    fixture.run(json!(null)).await;
    assert_eq!(fixture.found("capacitor").await, ["measure"]);
}

#[tokio::test]
async fn an_edit_replaces_what_is_found_and_a_deletion_hides_it_until_it_is_taken_back() {
    let fixture = Fixture::new();
    let id = fixture.make(task("aardvark", "")).await;
    assert_eq!(fixture.found("aardvark").await.len(), 1);
    let edit = TaskEdit::default().set("title", "badger");
    let by = Actor::System;
    fixture.submit(Command::EditTask { task: id, edit, by: by.clone() }, 1).await.unwrap();
    assert!(fixture.found("aardvark").await.is_empty());
    assert_eq!(fixture.found("badger").await.len(), 1);
    fixture.submit(Command::DeleteTask { task: id, by: by.clone() }, 2).await.unwrap();
    assert!(fixture.found("badger").await.is_empty());
    fixture.submit(Command::RestoreTask { task: id, by }, 3).await.unwrap();
    assert_eq!(fixture.found("badger").await.len(), 1);
}

#[tokio::test]
async fn a_search_can_be_narrowed_and_goes_on_page_by_page() {
    let fixture = Fixture::new();
    for n in 0..25 {
        let tags = if n % 5 == 0 { vec!["fifth".to_owned()] } else { Vec::new() };
        let description = "needle ".repeat(1 + n % 3);
        fixture.make(NewTask { tags, ..task(&format!("task {n}"), &description) }).await;
    }
    let filter = TaskFilter { tags: vec![Tag::new("fifth").unwrap()], ..TaskFilter::default() };
    let found = fixture.look_for(SearchRequest { filter, ..request("needle") }).await;
    assert_eq!(found.len(), 5);
    for order in [Order::Best, Order::Newest] {
        let mut seen = Vec::new();
        let mut next = SearchRequest { order, limit: 4, ..request("needle") };
        loop {
            let request = next.clone();
            let page = fixture.store.search(move |index| index.find(&request)).await.unwrap();
            seen.extend(page.items.iter().map(|found| found.card.task.number.0));
            let Some(after) = page.next else { break };
            next.after =
                Some(aegis_store::list::Cursor::of_search(&after.to_text(), order).unwrap());
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=25).collect::<Vec<_>>(), "{order:?}");
        if order == Order::Newest {
            assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn a_lost_or_damaged_index_is_made_again() {
    let fixture = Fixture::new();
    fixture.make(task("findable", "")).await;
    assert_eq!(fixture.found("findable").await.len(), 1);
    for damage in [None, Some(&b"not a database at all"[..])] {
        fixture.store.close();
        let index = fixture.dir.path().join("search.db");
        match damage {
            None => std::fs::remove_file(&index).unwrap(),
            Some(bytes) => std::fs::write(&index, bytes).unwrap(),
        }
        let store = aegis_store::Store::open(fixture.dir.path(), Default::default()).unwrap();
        let query = request("findable");
        let found = store
            .search(move |index| {
                while index.catch_up(100, &log)?.events > 0 {}
                index.find(&query)
            })
            .await
            .unwrap();
        assert_eq!(found.items.len(), 1, "{damage:?}");
        store.close();
    }
}

#[tokio::test]
async fn a_look_at_the_index_finds_what_is_wrong_with_it() {
    use aegis_store::search::inspect_index;
    let fixture = Fixture::new();
    assert_eq!(inspect_index(fixture.dir.path()), None);
    fixture.make(task("findable", "")).await;
    fixture.take_in().await;
    fixture.make(task("not taken in", "")).await;
    let state = inspect_index(fixture.dir.path()).unwrap().unwrap();
    assert_eq!((state.docs, state.behind), (1, 1));
    fixture.store.close();
    // Words without their document, as a fault would leave them.
    let conn = rusqlite::Connection::open(fixture.dir.path().join("search.db")).unwrap();
    conn.execute("DELETE FROM words_content", []).unwrap();
    drop(conn);
    assert!(inspect_index(fixture.dir.path()).unwrap().is_err());
}

#[tokio::test]
async fn an_index_that_is_damaged_while_it_is_used_is_made_again() {
    let fixture = Fixture::new();
    fixture.make(task("findable", "")).await;
    assert_eq!(fixture.found("findable").await.len(), 1);
    let conn = rusqlite::Connection::open(fixture.dir.path().join("search.db")).unwrap();
    conn.execute("DELETE FROM words_data WHERE id > 1", []).unwrap();
    drop(conn);
    let damaged = request("findable");
    let error = fixture.store.search(move |index| index.find(&damaged)).await.unwrap_err();
    assert!(matches!(error, aegis_store::StoreError::Corrupt(_)), "{error}");
    assert_eq!(fixture.found("findable").await.len(), 1);
}

/// The index of another past than the database's is not used: after a restore, or when somebody
/// put another database in its place.
#[tokio::test]
async fn the_index_of_another_past_is_not_used() {
    use aegis_store::backup;
    let fixture = Fixture::new();
    fixture.make(task("before", "")).await;
    let made = fixture.store.back_up(instant(5)).await.unwrap();
    fixture.make(task("after", "")).await;
    assert_eq!(fixture.found("after").await.len(), 1);
    fixture.store.close();
    backup::restore(fixture.dir.path(), &made.path, instant(6)).unwrap();
    let fixture = fixture.reopen();
    assert!(fixture.found("after").await.is_empty());
    assert_eq!(fixture.found("before").await.len(), 1);
    fixture.store.close();
    for file in ["aegis.db", "aegis.db-wal", "aegis.db-shm"] {
        drop(std::fs::remove_file(fixture.dir.path().join(file)));
    }
    let fixture = fixture.reopen();
    assert!(fixture.found("before").await.is_empty());
    fixture.make(task("afterwards", "")).await;
    assert_eq!(fixture.found("afterwards").await.len(), 1);
}

#[tokio::test]
async fn whatever_is_typed_is_no_error() {
    let fixture = Fixture::new();
    fixture.make(task("a NEAR b AND c", "")).await;
    let words =
        ["NEAR(", "AND", "OR", "NOT", "\"", "^a", "*", "col:", "-", "{", "b\"c", "日本", "'"];
    let mut random = Entropy::new(3);
    fixture.take_in().await;
    let mut asked = 0;
    for _ in 0..500 {
        let text: Vec<_> = (0..5).map(|_| words[random.next() as usize % words.len()]).collect();
        let Ok(query) = SearchQuery::new(&text.join(" ")) else { continue };
        let request = SearchRequest { query, ..request("x") };
        fixture.store.search(move |index| index.find(&request)).await.unwrap();
        asked += 1;
    }
    assert!(asked > 400, "{asked}");
}
