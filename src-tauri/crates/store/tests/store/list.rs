//! Lists in every order, page by page, while rows change.

use crate::support::{Fixture, ctx, instant};
use aegis_domain::machine::Command;
use aegis_domain::{Actor, Entropy, NewTask, Schedule, Tag, TaskEdit, TaskId};
use aegis_store::CardRow;
use aegis_store::list::{Cursor, ListQuery, Sort, TaskFilter};
use serde_json::json;
use std::collections::BTreeMap;

async fn make(fixture: &Fixture, new: NewTask, at: i64) -> TaskId {
    let id = TaskId(ctx(at).uuid());
    let draft = Box::new(new.check(instant(at)).unwrap());
    let by = Actor::Human("test".to_owned());
    fixture.submit(Command::CreateTask { id, draft, by, origin: None }, at).await.unwrap();
    id
}

fn named(title: &str, priority: u8) -> NewTask {
    let (title, priority) = (title.to_owned(), Some(priority));
    NewTask { title, priority, schedule: Schedule::Manual, ..NewTask::default() }
}

async fn page(fixture: &Fixture, query: &ListQuery) -> (Vec<CardRow>, Option<Cursor>) {
    let query = query.clone();
    let page = fixture.store.read(move |r| r.list(&query)).await.unwrap();
    // A place goes out and comes back as a word.
    let back = page.next.map(|next| next.to_text());
    (page.items, back.map(|text| Cursor::parse_any(&text)))
}

async fn titles(fixture: &Fixture, query: &ListQuery) -> Vec<String> {
    let (items, _) = page(fixture, query).await;
    items.into_iter().map(|row| row.card_title()).collect()
}

trait Title {
    fn card_title(&self) -> String;
}

impl Title for CardRow {
    fn card_title(&self) -> String {
        self.task.definition.title.to_string()
    }
}

trait ParseAny: Sized {
    fn parse_any(text: &str) -> Self;
}

impl ParseAny for Cursor {
    fn parse_any(text: &str) -> Self {
        let all = Sort::ALL.into_iter().flat_map(|sort| [(sort, false), (sort, true)]);
        let mut found = all.filter_map(|(sort, reverse)| Self::of_list(text, sort, reverse).ok());
        found.next().unwrap()
    }
}

#[tokio::test]
async fn every_order_puts_them_where_they_belong() {
    let fixture = Fixture::new();
    let b = make(&fixture, named("beta", 5), 10).await;
    make(&fixture, named("Alpha", 9), 20).await;
    let at = NewTask { schedule: Schedule::at(instant(9_000)), ..named("gamma", 5) };
    let at =
        NewTask { executor: Some(aegis_domain::ReminderSettings::default().into_spec()), ..at };
    make(&fixture, at, 30).await;
    fixture.submit(Command::CompleteByHand { task: b, by: Actor::System }, 99).await.unwrap();
    for (sort, order) in [
        (Sort::Priority, ["Alpha", "gamma", "beta"]),
        (Sort::Created, ["gamma", "Alpha", "beta"]),
        (Sort::Number, ["gamma", "Alpha", "beta"]),
        (Sort::Title, ["Alpha", "beta", "gamma"]),
        (Sort::Updated, ["beta", "gamma", "Alpha"]),
        (Sort::Due, ["gamma", "Alpha", "beta"]),
        (Sort::State, ["Alpha", "gamma", "beta"]),
    ] {
        let query = ListQuery { sort, limit: 10, ..ListQuery::default() };
        assert_eq!(titles(&fixture, &query).await, order, "{sort:?}");
        // Those without a time stand last either way.
        if sort != Sort::Due {
            let backwards = ListQuery { reverse: true, ..query };
            let reversed: Vec<_> = order.into_iter().rev().collect();
            assert_eq!(titles(&fixture, &backwards).await, reversed, "{sort:?} reversed");
        }
    }
}

#[tokio::test]
async fn a_filter_lets_through_what_fits_all_of_it() {
    let fixture = Fixture::new();
    let tagged = NewTask { tags: vec!["a".to_owned(), "b".to_owned()], ..named("Tagged one", 5) };
    make(&fixture, tagged, 10).await;
    let owned = NewTask { owner: Some("ada".to_owned()), ..named("owned", 5) };
    make(&fixture, owned, 20).await;
    let gone = make(&fixture, named("gone", 5), 30).await;
    fixture.submit(Command::DeleteTask { task: gone, by: Actor::System }, 40).await.unwrap();
    let tag = |t: &str| Tag::new(t).unwrap();
    let all = TaskFilter::default;
    for (filter, expected) in [
        (all(), vec!["owned", "Tagged one"]),
        (TaskFilter { tags: vec![tag("b"), tag("a")], ..all() }, vec!["Tagged one"]),
        (TaskFilter { tags: vec![tag("a"), tag("c")], ..all() }, vec![]),
        (TaskFilter { owner: Some("ada".to_owned()), ..all() }, vec!["owned"]),
        (TaskFilter { owner: Some("test".to_owned()), ..all() }, vec!["Tagged one"]),
        (TaskFilter { text: Some("TAGGED".to_owned()), ..all() }, vec!["Tagged one"]),
        (TaskFilter { text: Some("%".to_owned()), ..all() }, vec![]),
        (TaskFilter { executor: Some("person".to_owned()), ..all() }, vec!["owned", "Tagged one"]),
        (TaskFilter { executor: Some("shell".to_owned()), ..all() }, vec![]),
        (TaskFilter { states: vec![None], ..all() }, vec!["owned", "Tagged one"]),
        (TaskFilter { category: Some(aegis_domain::Category::Research), ..all() }, vec![]),
        (TaskFilter { since: Some(instant(15)), ..all() }, vec!["owned"]),
        (TaskFilter { until: Some(instant(15)), ..all() }, vec!["Tagged one"]),
        (TaskFilter { before: Some(aegis_domain::TaskNumber(2)), ..all() }, vec!["Tagged one"]),
    ] {
        for sort in Sort::ALL {
            let query = ListQuery { filter: filter.clone(), sort, limit: 10, ..Default::default() };
            let mut found = titles(&fixture, &query).await;
            found.sort_by_key(|title| std::cmp::Reverse(title.to_lowercase()));
            let mut expected = expected.clone();
            expected.sort_by_key(|title| std::cmp::Reverse(title.to_lowercase()));
            assert_eq!(found, expected, "{filter:?} by {sort:?}");
        }
    }
    // What was deleted is back in its place when it is restored.
    fixture.submit(Command::RestoreTask { task: gone, by: Actor::System }, 50).await.unwrap();
    let all = ListQuery { limit: 10, ..ListQuery::default() };
    assert_eq!(titles(&fixture, &all).await, ["gone", "owned", "Tagged one"]);
}

/// Whatever is made, moved and deleted between two pages: a task that stays as it is is seen once.
#[tokio::test]
async fn pages_stay_right_while_rows_change() {
    let fixture = Fixture::new();
    let mut random = Entropy::new(42);
    for sort in Sort::ALL {
        for reverse in [false, true] {
            let mut still = Vec::new();
            let mut busy = Vec::new();
            for n in 0..40_u64 {
                let new = named(&format!("task {}", random.next() % 7), (n % 4) as u8);
                let id = make(&fixture, new, 100 + (n % 5) as i64).await;
                if n % 3 == 0 { busy.push(id) } else { still.push(id) }
            }
            let mut seen: BTreeMap<TaskId, u32> = BTreeMap::new();
            let mut query = ListQuery { sort, reverse, limit: 7, ..ListQuery::default() };
            for step in 0.. {
                let (items, next) = page(&fixture, &query).await;
                for row in items {
                    *seen.entry(row.task.id).or_default() += 1;
                }
                query.after = next;
                if query.after.is_none() {
                    break;
                }
                let id = busy[random.next() as usize % busy.len()];
                let edit = TaskEdit::default()
                    .set("priority", random.next() % 10)
                    .set("title", json!(format!("moved {}", random.next())));
                let by = Actor::System;
                let at = 200 + step;
                // Some of these are refused, because it was deleted before.
                drop(match random.next() % 3 {
                    0 => fixture.submit(Command::DeleteTask { task: id, by }, at).await,
                    1 => fixture.submit(Command::CompleteByHand { task: id, by }, at).await,
                    _ => fixture.submit(Command::EditTask { task: id, edit, by }, at).await,
                });
                make(&fixture, named("new", 9), at).await;
            }
            for id in &still {
                assert_eq!(seen.get(id), Some(&1), "{sort:?} {reverse}");
            }
            for task in still.into_iter().chain(busy) {
                let gone = Command::DeleteTask { task, by: Actor::System };
                drop(fixture.submit(gone, 300).await);
            }
        }
    }
}

#[tokio::test]
async fn a_page_without_a_match_is_short_and_goes_on() {
    let fixture = Fixture::new();
    let path = fixture.dir.path().join("aegis.db");
    let first = make(&fixture, named("needle", 0), 1).await;
    // Rows by the thousand, as an import would bring them.
    let conn = rusqlite::Connection::open(path).unwrap();
    conn.execute(
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
         INSERT INTO tasks (id, number, short_id, board, updated_at, lane, priority, title, row)
         SELECT randomblob(16), i, 's' || i, 'backlog', i, t.lane, t.priority, 'hay',
                json_set(t.row, '$.definition.title', 'hay', '$.number', i)
         FROM n, tasks t WHERE t.id = ?1",
        [first.0],
    )
    .unwrap();
    let filter = TaskFilter { text: Some("needle".to_owned()), ..TaskFilter::default() };
    let mut query = ListQuery { filter, limit: 5, ..ListQuery::default() };
    let (items, next) = page(&fixture, &query).await;
    assert!(items.is_empty() && next.is_some(), "it has looked at so many, and says where");
    query.after = next;
    let (items, next) = page(&fixture, &query).await;
    assert_eq!((items.len(), next), (1, None));
}
