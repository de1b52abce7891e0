//! What the wire promises.

use aegis_protocol::MAX_FRAME;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

use crate::harness::{COUNT, Raw, Server, until};

#[tokio::test]
async fn a_method_is_answered_under_its_number() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(7, "echo", &json!({ "big": u64::MAX })).await;
    assert_eq!(
        client.frame().await,
        Some(json!({ "type": "reply", "id": 7, "result": { "big": u64::MAX } }))
    );
    server.stop().await;
}

#[tokio::test]
async fn a_method_that_nobody_knows_is_the_services_to_refuse() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.send("{\"type\":\"request\",\"id\":1,\"method\":\"make.coffee\"}\n").await;
    let frame = client.frame().await.unwrap();
    assert_eq!(frame["type"], "error");
    assert_eq!(frame["id"], 1);
    assert_eq!(frame["error"]["kind"], "not_found");
    assert_eq!(frame["error"]["message"], "There is no method “make.coffee”.");
    server.stop().await;
}

#[tokio::test]
async fn answers_come_when_they_are_ready() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, "wait", &Value::Null).await;
    client.request(2, "echo", &json!("quick")).await;
    assert_eq!(client.frame().await.unwrap()["id"], 2);
    server.demo.go.notify_one();
    assert_eq!(client.frame().await.unwrap()["id"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_feed_says_that_it_is_open_then_gives_its_items_then_ends() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(3, COUNT, &json!({ "to": 2 })).await;
    assert_eq!(client.frame().await, Some(json!({ "type": "reply", "id": 3, "result": null })));
    assert_eq!(client.frame().await, Some(json!({ "type": "item", "id": 3, "item": 0 })));
    assert_eq!(client.frame().await, Some(json!({ "type": "item", "id": 3, "item": 1 })));
    assert_eq!(client.frame().await, Some(json!({ "type": "ended", "id": 3 })));
    // The number is free again.
    client.request(3, "echo", &json!("again")).await;
    assert_eq!(client.frame().await.unwrap()["result"], "again");
    server.stop().await;
}

#[tokio::test]
async fn a_feeds_refusal_and_its_failure_are_errors_under_its_number() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, COUNT, &json!({ "refuse": true })).await;
    let refused = client.frame().await.unwrap();
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!(1)));
    client.request(2, COUNT, &json!({ "to": 0, "fails": true })).await;
    assert_eq!(client.frame().await.unwrap()["type"], "reply");
    let failed = client.frame().await.unwrap();
    assert_eq!((&failed["type"], &failed["id"]), (&json!("error"), &json!(2)));
    assert_eq!(failed["error"]["kind"], "corrupt");
    server.stop().await;
}

#[tokio::test]
async fn a_client_ends_a_feed_and_stays() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, COUNT, &json!({ "slow": true })).await;
    assert_eq!(client.frame().await.unwrap()["type"], "reply");
    client.send("{\"type\":\"end\",\"id\":1}\n{\"type\":\"end\",\"id\":99}\n").await;
    while client.frame().await.unwrap() != json!({ "type": "ended", "id": 1 }) {}
    until("the feed is dropped", || server.demo.open.load(Ordering::SeqCst) == 0).await;
    client.request(2, "echo", &json!("still here")).await;
    assert_eq!(client.frame().await.unwrap()["result"], "still here");
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_goes_away_ends_its_feeds() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, COUNT, &json!({ "slow": true })).await;
    client.request(2, COUNT, &json!({ "slow": true })).await;
    until("both are open", || server.demo.open.load(Ordering::SeqCst) == 2).await;
    drop(client);
    until("both have ended", || server.demo.open.load(Ordering::SeqCst) == 0).await;
    server.stop().await;
}

#[tokio::test]
async fn a_method_that_has_begun_goes_on_without_its_client() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, "wait", &Value::Null).await;
    until("it has begun", || server.demo.waiting.load(Ordering::SeqCst) == 1).await;
    drop(client);
    server.demo.go.notify_one();
    until("it has ended", || server.demo.waited.load(Ordering::SeqCst) == 1).await;
    server.stop().await;
}

#[tokio::test]
async fn a_program_that_has_said_all_it_wants_still_gets_its_answer() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, "wait", &Value::Null).await;
    client.shut().await;
    until("it has begun", || server.demo.waiting.load(Ordering::SeqCst) == 1).await;
    server.demo.go.notify_one();
    assert_eq!(client.frame().await.unwrap()["result"], "waited");
    assert_eq!(client.frame().await, None);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_the_connection_stays() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    let cases: [(&[u8], u64); 6] = [
        (b"make me a sandwich\n", 0),
        (b"\n", 0),
        (b"\xff\xfe\x00\n", 0),
        (b"[1,2,3]\n", 0),
        (b"{\"type\":\"request\",\"id\":5}\n", 5),
        (b"{\"type\":\"dance\",\"id\":6}\n", 6),
    ];
    for (line, id) in cases {
        client.send(line).await;
        let frame = client.frame().await.unwrap();
        assert_eq!(frame["type"], "error", "{frame}");
        assert_eq!(frame["id"], id, "{frame}");
        assert_eq!(frame["error"]["kind"], "invalid", "{frame}");
        assert!(frame["error"]["hint"].as_str().unwrap().contains("one JSON object a line"));
    }
    client.request(8, "echo", &json!("fine")).await;
    assert_eq!(client.frame().await.unwrap()["result"], "fine");
    server.stop().await;
}

#[tokio::test]
async fn a_line_that_is_too_long_is_refused_and_ends_the_connection() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.send(vec![b'x'; MAX_FRAME + 1]).await;
    let frame = client.frame().await.unwrap();
    assert_eq!(frame["id"], 0);
    assert_eq!(frame["error"]["kind"], "invalid");
    assert_eq!(client.frame().await, None);
    // Nobody else is concerned.
    let mut other = Raw::connect(&server.path).await;
    other.request(1, "echo", &json!("fine")).await;
    assert_eq!(other.frame().await.unwrap()["result"], "fine");
    server.stop().await;
}

#[tokio::test]
async fn the_longest_line_is_taken() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    let (head, tail) = ("{\"type\":\"request\",\"id\":1,\"method\":\"size\",\"params\":\"", "\"}");
    let text = "x".repeat(MAX_FRAME - head.len() - tail.len());
    client.send(format!("{head}{text}{tail}\n")).await;
    assert_eq!(client.frame().await.unwrap()["result"], text.len() + 2);
    server.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_too_long_becomes_an_error() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, "huge", &Value::Null).await;
    let frame = client.frame().await.unwrap();
    assert_eq!((&frame["type"], &frame["id"]), (&json!("error"), &json!(1)));
    assert_eq!(frame["error"]["kind"], "internal");
    server.stop().await;
}

#[tokio::test]
async fn a_number_in_use_is_refused() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, "wait", &Value::Null).await;
    client.request(1, "echo", &json!("second")).await;
    let frame = client.frame().await.unwrap();
    assert_eq!(frame["error"]["message"], "Number 1 belongs to a request that is not over yet.");
    server.demo.go.notify_one();
    assert_eq!(client.frame().await.unwrap()["result"], "waited");
    server.stop().await;
}

#[tokio::test]
async fn a_panic_is_an_answer_too() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, "panic", &Value::Null).await;
    let frame = client.frame().await.unwrap();
    assert_eq!((&frame["type"], &frame["id"]), (&json!("error"), &json!(1)));
    assert_eq!(frame["error"]["kind"], "internal");
    client.request(2, "echo", &json!("fine")).await;
    assert_eq!(client.frame().await.unwrap()["result"], "fine");
    server.stop().await;
}
