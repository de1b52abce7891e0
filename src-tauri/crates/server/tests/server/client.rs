//! The client: a service like any other.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aegis_api::Service;
use aegis_protocol::{ApiError, ErrorKind, MAX_FRAME};
use aegis_server::{Client, Limits, Listener, serve};
use futures::{StreamExt, future};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::harness::{COUNT, Demo, FLOOD, Raw, SOON, Server, until};

#[tokio::test]
async fn many_calls_at_once_get_their_own_answers() {
    let server = Server::start();
    let client = server.client().await;
    let calls = (0..200).map(|number| client.call("echo", json!(number)));
    let answers = future::try_join_all(calls).await.unwrap();
    assert_eq!(answers, (0..200).map(|number| json!(number)).collect::<Vec<_>>());
    server.stop().await;
}

#[tokio::test]
async fn two_clients_do_not_know_of_each_other() {
    let server = Server::start();
    let (one, other) = (server.client().await, server.client().await);
    let (first, second) =
        future::join(one.call("echo", json!("one")), other.call("echo", json!("other"))).await;
    assert_eq!((first.unwrap(), second.unwrap()), (json!("one"), json!("other")));
    drop(one);
    assert_eq!(other.call("echo", json!("still here")).await.unwrap(), "still here");
    server.stop().await;
}

#[tokio::test]
async fn refusals_arrive_as_they_were_made() {
    let server = Server::start();
    let client = server.client().await;
    assert_eq!(
        client.call("make.coffee", Value::Null).await,
        Err(ApiError::new(ErrorKind::NotFound, "There is no method “make.coffee”."))
    );
    let refused = client.open(COUNT, json!({ "refuse": true })).await.err();
    assert_eq!(refused, Some(ApiError::new(ErrorKind::Refused, "Not for you.")));
    server.stop().await;
}

#[tokio::test]
async fn a_feed_gives_its_items_and_its_end() {
    let server = Server::start();
    let client = server.client().await;
    let items: Vec<_> = client.open(COUNT, json!({ "to": 3 })).await.unwrap().collect().await;
    assert_eq!(items, [Ok(json!(0)), Ok(json!(1)), Ok(json!(2))]);
    let failing = client.open(COUNT, json!({ "to": 1, "fails": true })).await.unwrap();
    let items: Vec<_> = failing.collect().await;
    let failure = ApiError::new(ErrorKind::Corrupt, "It broke.");
    assert_eq!(items, [Ok(json!(0)), Err(failure)]);
    server.stop().await;
}

#[tokio::test]
async fn dropping_a_feed_ends_it() {
    let server = Server::start();
    let client = server.client().await;
    let mut feed = client.open(COUNT, json!({ "slow": true })).await.unwrap();
    assert_eq!(feed.next().await, Some(Ok(json!(0))));
    assert_eq!(server.demo.open.load(Ordering::SeqCst), 1);
    drop(feed);
    until("the feed has ended", || server.demo.open.load(Ordering::SeqCst) == 0).await;
    assert_eq!(client.call("echo", json!("fine")).await.unwrap(), "fine");
    server.stop().await;
}

#[tokio::test]
async fn a_feed_that_is_not_read_holds_nothing_else_up() {
    let server = Server::start();
    let client = server.client().await;
    let unread = client.open(FLOOD, json!({})).await.unwrap();
    let mut read = client.open(COUNT, json!({})).await.unwrap();
    assert_eq!(timeout(SOON, read.next()).await.unwrap(), Some(Ok(json!(0))));
    let answer = timeout(SOON, client.call("echo", json!("fine"))).await.unwrap();
    assert_eq!(answer.unwrap(), "fine");
    drop(read);
    drop(unread);
    server.stop().await;
}

#[tokio::test]
async fn when_the_engine_goes_away_everybody_learns_it() {
    let limits = Limits { grace: Duration::from_millis(100), ..Limits::default() };
    let server = Server::start_with(limits);
    let client = Arc::new(server.client().await);
    let mut feed = client.open(COUNT, json!({ "slow": true })).await.unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.call("wait", Value::Null).await }
    });
    until("it has begun", || server.demo.waiting.load(Ordering::SeqCst) == 1).await;
    server.stop().await;

    timeout(SOON, client.gone()).await.expect("the client notices");
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(error.message, "The engine went away before it answered “wait”.");
    assert!(error.hint.unwrap().contains("look whether it was done"));

    let last = async {
        loop {
            if let Some(Err(error)) = feed.next().await {
                break error;
            }
        }
    };
    assert_eq!(timeout(SOON, last).await.unwrap().kind, ErrorKind::Unavailable);
    assert_eq!(feed.next().await, None);

    for error in
        [client.call("echo", Value::Null).await.err(), client.open(COUNT, Value::Null).await.err()]
    {
        let error = error.unwrap();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(error.hint.unwrap().contains("aegis serve"));
    }
}

#[tokio::test]
async fn the_next_engine_needs_a_new_connection_and_has_the_same_path() {
    let server = Server::start();
    let client = server.client().await;
    let path = server.path.clone();
    server.stop.cancel();
    timeout(SOON, client.gone()).await.unwrap();

    let stop = CancellationToken::new();
    let next = serve(
        Listener::bind(&path).unwrap(),
        Arc::new(Demo::default()),
        Limits::default(),
        stop.clone(),
    );
    let next = tokio::spawn(next);
    assert_eq!(client.call("echo", Value::Null).await.unwrap_err().kind, ErrorKind::Unavailable);
    let again = Client::connect(&path).await.unwrap();
    assert_eq!(again.call("echo", json!("hello")).await.unwrap(), "hello");
    stop.cancel();
    next.await.unwrap();
}

#[tokio::test]
async fn a_client_that_is_turned_away_says_why() {
    let server = Server::start_with(Limits { connections: 1, ..Limits::default() });
    let mut first = Raw::connect(&server.path).await;
    first.request(1, "echo", &json!("in")).await;
    first.frame().await.unwrap();
    let client = server.client().await;
    timeout(SOON, client.gone()).await.unwrap();
    let error = client.call("echo", Value::Null).await.unwrap_err();
    assert_eq!(error.message, "Too many programs talk to this engine: 1 can at once.");
    drop(first);
    server.stop().await;
}

#[tokio::test]
async fn what_nobody_would_take_is_not_sent() {
    let server = Server::start();
    let client = server.client().await;
    let error = client.call("echo", Value::String("x".repeat(MAX_FRAME))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_eq!(client.call("echo", json!("fine")).await.unwrap(), "fine");
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_the_connection_whole() {
    let server = Server::start();
    let client = server.client().await;
    for _ in 0..20 {
        let call = client.call("echo", json!("x".repeat(100_000)));
        let _ = timeout(Duration::from_micros(200), call).await;
    }
    sleep(Duration::from_millis(20)).await;
    assert_eq!(client.call("echo", json!("fine")).await.unwrap(), "fine");
    server.stop().await;
}
