//! How a server ends.

use aegis_server::{Client, ConnectError, Limits};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::harness::{COUNT, FLOOD, Raw, Server, until};

#[tokio::test]
async fn feeds_are_told_and_methods_that_have_begun_are_answered() {
    let server = Server::start();
    let mut client = Raw::connect(&server.path).await;
    client.request(1, COUNT, &json!({ "slow": true })).await;
    client.request(2, "wait", &Value::Null).await;
    until("it has begun", || server.demo.waiting.load(Ordering::SeqCst) == 1).await;
    server.stop.cancel();
    let error = loop {
        let frame = client.frame().await.unwrap();
        if frame["type"] == "error" {
            break frame;
        }
    };
    assert_eq!((&error["id"], &error["error"]["kind"]), (&json!(1), &json!("unavailable")));
    assert_eq!(error["error"]["message"], "The engine is stopping.");
    server.demo.go.notify_one();
    assert_eq!(client.frame().await.unwrap()["result"], "waited");
    assert_eq!(client.frame().await, None);
    server.stop().await;
}

#[tokio::test]
async fn the_socket_goes_with_it() {
    let server = Server::start();
    let path = server.path.clone();
    let mut client = Raw::connect(&path).await;
    client.request(1, "wait", &Value::Null).await;
    until("it has begun", || server.demo.waiting.load(Ordering::SeqCst) == 1).await;
    server.stop.cancel();
    // At once, not only when the last client has its answer.
    until("the socket has gone", || !path.exists()).await;
    assert!(matches!(Client::connect(&path).await, Err(ConnectError::Nobody(_))));
    server.demo.go.notify_one();
    server.stop().await;
}

#[tokio::test]
async fn it_does_not_wait_for_ever() {
    let grace = Duration::from_millis(300);
    let server = Server::start_with(Limits { grace, ..Limits::default() });
    let mut waits = Raw::connect(&server.path).await;
    waits.request(1, "wait", &Value::Null).await;
    let mut slow = Raw::connect(&server.path).await;
    slow.request(1, FLOOD, &json!({})).await;
    until("both have begun", || {
        server.demo.waiting.load(Ordering::SeqCst) + server.demo.open.load(Ordering::SeqCst) == 2
    })
    .await;
    let begun = Instant::now();
    server.stop().await;
    let taken = begun.elapsed();
    assert!(taken >= grace && taken < grace * 10, "it took {taken:?}");
    assert_eq!(waits.frame().await, None);
}
