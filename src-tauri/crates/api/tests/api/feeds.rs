//! Following events and logs.

use crate::support::Fixture;
use aegis_domain::EventSeq;
use aegis_domain::coarse::Column;
use aegis_protocol::{BoardSnapshot, EventNews, FollowLog, StopEngine, SubscribeEvents};
use futures::StreamExt;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_from_a_snapshot_misses_nothing() {
    let world = Fixture::new().await;
    world.manual("before").await;
    let board = world.call(BoardSnapshot {}).await.unwrap();
    world.manual("between").await;
    let request = SubscribeEvents { after: Some(board.seq) };
    let mut news = aegis_api::open(&world.door, request).await.unwrap();
    world.create("after", json!({"lines": 1})).await;
    let mut seqs = Vec::new();
    let ended = async {
        while let Some(item) = news.next().await {
            let EventNews::Events { events } = item.unwrap() else { panic!("a gap") };
            seqs.extend(events.iter().map(|e| e.seq.0));
            let last = &events.last().unwrap().what.kind;
            if matches!(last, aegis_domain::EventKind::Moved { to, .. } if to.is_terminal()) {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ended).await.unwrap();
    let expected: Vec<u64> = (board.seq.0 + 1..=board.seq.0 + seqs.len() as u64).collect();
    assert_eq!(seqs, expected, "every event once, in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_from_the_future_is_a_gap() {
    let world = Fixture::new().await;
    let request = SubscribeEvents { after: Some(EventSeq(1_000_000)) };
    let mut news = aegis_api::open(&world.door, request).await.unwrap();
    let first = news.next().await.unwrap().unwrap();
    assert!(matches!(first, EventNews::Gap { snapshot_seq: EventSeq(0) }), "{first:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_followed_to_its_end_and_then_the_feed_ends() {
    let world = Fixture::new().await;
    let card = world.create("tell", json!({"lines": 12})).await;
    let card =
        world.until(card.id, |c| c.run.as_ref().is_some_and(|r| r.started_at.is_some())).await;
    let request = FollowLog { run: card.run.unwrap().id, offset: 0 };
    let pages = aegis_api::open(&world.door, request).await.unwrap();
    let pages = tokio::time::timeout(Duration::from_secs(20), pages.collect::<Vec<_>>());
    let pages: Vec<_> = pages.await.unwrap().into_iter().map(Result::unwrap).collect();
    let texts: Vec<_> =
        pages.iter().flat_map(|p| p.lines.iter().map(|l| l.text.as_str())).collect();
    assert_eq!(texts, (0..12).map(|n| format!("line {n}")).collect::<Vec<_>>());
    assert!(pages.len() > 1, "it came in pieces, as it was printed");
    assert!(pages.last().unwrap().complete && !pages.last().unwrap().tail_lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_cut_says_so() {
    let world = Fixture::new().await;
    let card = world.create("tell", json!({"lines": 3})).await;
    let card = world.until(card.id, |c| c.column == Column::Done).await;
    let run = card.run.unwrap().id;
    let path = world.engine.logs().path(run);
    let bytes = std::fs::read(&path).unwrap();
    let first_line = bytes.iter().position(|b| *b == b'\n').unwrap() + 1;
    std::fs::write(&path, &bytes[..first_line]).unwrap();
    let page = world.call(aegis_protocol::ReadLog { run, offset: 0, limit: None }).await.unwrap();
    assert!(page.tail_lost && page.complete);
    assert_eq!(page.lines.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_the_engine_to_stop_tells_its_host() {
    let world = Fixture::new().await;
    world.call(StopEngine {}).await.unwrap();
    assert!(world.stop.is_cancelled());
    assert!(world.dir.path().exists());
}
