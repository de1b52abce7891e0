//! What was made, found out and printed just now is found.

use crate::support::World;
use aegis_domain::search::SearchQuery;
use aegis_store::list::TaskFilter;
use aegis_store::search::{Order, Place, SearchRequest};

async fn find(world: &World, words: &str) -> Vec<(u64, Place)> {
    let query = SearchQuery::new(words).unwrap();
    let (filter, order) = (TaskFilter::default(), Order::Best);
    let request = SearchRequest { query, filter, order, after: None, limit: 50 };
    let answer = world.engine.search(request).await.unwrap();
    assert_eq!(answer.behind, 0);
    answer.page.items.iter().map(|f| (f.card.task.number.0, f.place)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_just_been_committed_is_found() {
    let world = World::new(2).await;
    for n in 1..=300 {
        world.create_at(&format!("hold number{n}"), aegis_domain::Schedule::Manual).await;
        if n % 100 == 0 {
            assert_eq!(find(&world, &format!("number{n}")).await, [(n, Place::Title)]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_and_a_failure_are_found_once_the_run_has_ended() {
    let world = World::new(2).await;
    let id = world.create("broken lamp").await;
    world.until(id, "failed").await;
    assert_eq!(find(&world, "acting").await, [(1, Place::Log)]);
    assert_eq!(find(&world, "\"not there\"").await, [(1, Place::Result)]);
    let log = std::fs::read(world.log_path(world.card(id).await.run.unwrap().id)).unwrap();
    assert!(String::from_utf8(log).unwrap().contains("acting on broken lamp"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_is_kept_while_nobody_asks() {
    let world = World::new(2).await;
    world.create("done").await;
    let behind = async || world.engine.store().search(|index| index.behind()).await.unwrap().events;
    world.eventually("taken in", async || behind().await == 0).await;
}
