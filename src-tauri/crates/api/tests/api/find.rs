//! Lists by choice, the search, and removing what is old.

use crate::support::Fixture;
use aegis_domain::{NewTask, Schedule};
use aegis_protocol::{
    Clean, CreateTask, DeleteTask, ErrorKind, FindTasks, ListTasks, PurgeDeleted, PurgeTask,
    ReadLog, RestoreTask, SearchOrder, SearchPlace, ShowTask, TaskSort,
};
use serde_json::json;

async fn make(world: &Fixture, title: &str, priority: u8, tags: &[&str]) {
    let new = NewTask {
        title: title.to_owned(),
        description: format!("about {title}"),
        priority: Some(priority),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        schedule: Schedule::Manual,
        ..NewTask::default()
    };
    world.call(CreateTask::from(new)).await.unwrap();
}

async fn listed(world: &Fixture, request: ListTasks) -> Vec<String> {
    let page = world.call(request).await.unwrap();
    page.tasks.into_iter().map(|card| card.title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_sorted_and_narrowed_by_choice() {
    let world = Fixture::new().await;
    make(&world, "beta", 2, &["x"]).await;
    make(&world, "Alpha", 5, &["x", "y"]).await;
    make(&world, "gamma", 5, &[]).await;
    let all = ListTasks::default;
    assert_eq!(listed(&world, all()).await, ["gamma", "Alpha", "beta"], "by priority, then newest");
    let by = |sort| ListTasks { sort, ..all() };
    assert_eq!(listed(&world, by(TaskSort::Title)).await, ["Alpha", "beta", "gamma"]);
    let reverse = ListTasks { reverse: true, ..by(TaskSort::Number) };
    assert_eq!(listed(&world, reverse).await, ["beta", "Alpha", "gamma"]);
    let tagged = |tags: &[&str]| ListTasks {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..all()
    };
    assert_eq!(listed(&world, tagged(&["#x"])).await, ["Alpha", "beta"]);
    assert_eq!(listed(&world, tagged(&["x", "y"])).await, ["Alpha"]);
    let text = ListTasks { text: Some("AMM".to_owned()), ..all() };
    assert_eq!(listed(&world, text).await, ["gamma"]);
    let person = ListTasks {
        executor: Some("person".to_owned()),
        status: Some("pending".to_owned()),
        ..all()
    };
    assert_eq!(listed(&world, person).await.len(), 3);
    let yours = ListTasks { owner: Some("test".to_owned()), ..all() };
    assert_eq!(listed(&world, yours).await.len(), 3, "whoever asked owns what nobody owns");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_of_another_list_is_refused() {
    let world = Fixture::new().await;
    for n in 0..3 {
        make(&world, &format!("task {n}"), 5, &[]).await;
    }
    let first = ListTasks { limit: Some(1), sort: TaskSort::Title, ..ListTasks::default() };
    let next = world.call(first.clone()).await.unwrap().next;
    let other = ListTasks { after: next.clone(), ..ListTasks::default() };
    for request in [other, ListTasks { after: Some("12".to_owned()), ..first.clone() }] {
        let refused = world.call(request).await.unwrap_err();
        assert_eq!((refused.kind, refused.field.as_deref()), (ErrorKind::Invalid, Some("after")));
        assert!(refused.hint.is_some());
    }
    let find = FindTasks { text: "task".to_owned(), after: next, ..FindTasks::default() };
    assert_eq!(world.call(find).await.unwrap_err().field.as_deref(), Some("after"));
    let unknown = world.raw("task.list", json!({"sort": "colour"})).await.unwrap_err();
    assert_eq!(unknown.kind, ErrorKind::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_with_marks_that_are_places_in_the_text() {
    let world = Fixture::new().await;
    make(&world, "Renew <b>the</b> certificate", 5, &["ops"]).await;
    let card = world.create("tell", json!({"lines": 3})).await;
    world.until(card.id, |c| c.run.as_ref().is_some_and(|r| r.ended_at.is_some())).await;
    let find = |text: &str| FindTasks { text: text.to_owned(), ..FindTasks::default() };
    let page = world.call(find("certificate")).await.unwrap();
    let [hit] = &page.hits[..] else { panic!("{page:?}") };
    assert!(page.complete && page.next.is_none());
    assert_eq!(
        (hit.place, hit.title.text.as_str()),
        (SearchPlace::Title, "Renew <b>the</b> certificate")
    );
    let mark = hit.title.marks[0];
    assert_eq!(&hit.title.text[mark.start as usize..mark.end as usize], "certificate");
    let page = world.call(find("\"line 2\"")).await.unwrap();
    assert_eq!((page.hits[0].card.id, page.hits[0].place), (card.id, SearchPlace::Log));
    assert_eq!(page.hits[0].run.unwrap().number, 1);
    // Narrowed, and in another order.
    let narrowed = FindTasks { tags: vec!["ops".to_owned()], ..find("the*") };
    assert_eq!(world.call(narrowed).await.unwrap().hits.len(), 1);
    let failed = FindTasks { status: Some("failed".to_owned()), ..find("tell") };
    assert!(world.call(failed).await.unwrap().hits.is_empty());
    let newest = FindTasks { order: SearchOrder::Newest, ..find("t*") };
    assert_eq!(world.call(newest).await.unwrap().hits[0].card.id, card.id);
    for nothing in ["", " - ", "-only"] {
        let refused = world.call(find(nothing)).await.unwrap_err();
        assert_eq!((refused.kind, refused.field.as_deref()), (ErrorKind::Invalid, Some("text")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_task_is_hidden_comes_back_and_goes_for_good() {
    let world = Fixture::new().await;
    let card = world.create("tell", json!({"lines": 1})).await;
    world.until(card.id, |c| c.run.as_ref().is_some_and(|r| r.ended_at.is_some())).await;
    let find = || FindTasks { text: "line".to_owned(), ..FindTasks::default() };
    let early = world.call(PurgeTask { task: card.id.into() }).await.unwrap_err();
    assert_eq!(early.kind, ErrorKind::Conflict);
    world.call(DeleteTask { task: card.id.into() }).await.unwrap();
    assert!(world.call(find()).await.unwrap().hits.is_empty());
    world.call(RestoreTask { task: card.id.into() }).await.unwrap();
    assert_eq!(world.call(find()).await.unwrap().hits.len(), 1);
    world.call(DeleteTask { task: card.id.into() }).await.unwrap();
    world.call(PurgeTask { task: card.id.into() }).await.unwrap();
    assert_eq!(
        world.call(ShowTask { task: card.id.into() }).await.unwrap_err().kind,
        ErrorKind::NotFound
    );
    let other = world.manual("other").await;
    world.call(DeleteTask { task: other.id.into() }).await.unwrap();
    let purged = world.call(PurgeDeleted {}).await.unwrap();
    assert_eq!((purged.purged, purged.held), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_removed_says_so() {
    let world = Fixture::new().await;
    let card = world.create("tell", json!({"lines": 1})).await;
    let card = world.until(card.id, |c| c.run.as_ref().is_some_and(|r| r.ended_at.is_some())).await;
    let run = card.run.unwrap().id;
    let clean = world.call(Clean { dry_run: false }).await.unwrap();
    assert_eq!((clean.dry_run, clean.logs), (false, 0), "nothing is old: {clean:?}");
    let chore = aegis_store::retention::Chore::LogsGone(vec![run]);
    world.engine.store().tidy(chore).await.unwrap();
    std::fs::remove_file(world.engine.logs().path(run)).unwrap();
    let page = world.call(ReadLog { run, offset: 0, limit: None }).await.unwrap();
    assert!(page.complete && !page.tail_lost);
    assert!(page.lines[0].text.contains("was removed"), "{page:?}");
    let rest = world.call(ReadLog { run, offset: page.next_offset, limit: None }).await.unwrap();
    assert!(rest.complete && rest.lines.is_empty());
}
