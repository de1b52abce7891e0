//! Nobody takes so much that others miss it.

use aegis_server::Limits;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::sleep;

use crate::harness::{FLOOD, Raw, Server, until};

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_and_nobody_else_is() {
    let write = Duration::from_millis(300);
    let server = Server::start_with(Limits { write, ..Limits::default() });
    let mut slow = Raw::connect(&server.path).await;
    slow.request(1, FLOOD, &json!({})).await;
    until("the feed is open", || server.demo.open.load(Ordering::SeqCst) == 1).await;

    let mut other = Raw::connect(&server.path).await;
    other.request(1, "echo", &json!("not held up")).await;
    assert_eq!(other.frame().await.unwrap()["result"], "not held up");

    until("the feed has ended", || server.demo.open.load(Ordering::SeqCst) == 0).await;
    // What fits into the queue and the socket, and not what the feed could have given meanwhile.
    let given = server.demo.given.load(Ordering::SeqCst);
    assert!(given < 64, "{given} items of 64 KiB were held for a client that does not read");

    other.request(2, "echo", &json!("still here")).await;
    assert_eq!(other.frame().await.unwrap()["result"], "still here");
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_reads_in_time_misses_nothing() {
    let write = Duration::from_millis(500);
    let server = Server::start_with(Limits { write, ..Limits::default() });
    let mut client = Raw::connect(&server.path).await;
    client.request(1, FLOOD, &json!({ "to": 60 })).await;
    assert_eq!(client.frame().await.unwrap()["type"], "reply");
    for _ in 0..60 {
        sleep(Duration::from_millis(10)).await;
        assert_eq!(client.frame().await.unwrap()["type"], "item");
    }
    assert_eq!(client.frame().await.unwrap()["type"], "ended");
    server.stop().await;
}

#[tokio::test]
async fn too_many_requests_are_refused_until_some_are_over() {
    let server = Server::start_with(Limits { requests: 2, ..Limits::default() });
    let mut client = Raw::connect(&server.path).await;
    client.request(1, "wait", &Value::Null).await;
    client.request(2, "wait", &Value::Null).await;
    client.request(3, "echo", &Value::Null).await;
    let frame = client.frame().await.unwrap();
    assert_eq!((&frame["id"], &frame["error"]["kind"]), (&json!(3), &json!("unavailable")));
    server.demo.go.notify_one();
    assert_eq!(client.frame().await.unwrap()["result"], "waited");
    client.request(4, "echo", &json!("room again")).await;
    assert_eq!(client.frame().await.unwrap()["result"], "room again");
    server.demo.go.notify_one();
    server.stop().await;
}

#[tokio::test]
async fn too_many_clients_are_turned_away_with_a_sentence_until_some_have_gone() {
    let server = Server::start_with(Limits { connections: 1, ..Limits::default() });
    let mut first = Raw::connect(&server.path).await;
    first.request(1, "echo", &json!("in")).await;
    assert_eq!(first.frame().await.unwrap()["result"], "in");

    let mut second = Raw::connect(&server.path).await;
    let frame = second.frame().await.unwrap();
    assert_eq!((&frame["id"], &frame["error"]["kind"]), (&json!(0), &json!("unavailable")));
    assert_eq!(second.frame().await, None);

    drop(first);
    loop {
        let mut third = Raw::connect(&server.path).await;
        third.request(1, "echo", &json!("in")).await;
        if third.frame().await.is_some_and(|frame| frame["result"] == "in") {
            break;
        }
    }
    server.stop().await;
}
