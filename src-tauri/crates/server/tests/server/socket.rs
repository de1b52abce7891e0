//! The socket in the file system.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener as StdListener;
use std::sync::Arc;

use aegis_api::Service;
use aegis_server::{BindError, Client, ConnectError, Limits, Listener, serve};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::harness::Demo;

#[tokio::test]
async fn a_path_of_any_length_works() {
    let root = tempfile::tempdir().unwrap();
    let mut folder = root.path().to_owned();
    while folder.as_os_str().len() < 400 {
        folder.push("a-folder-with-a-name-that-is-rather-long-but-not-forbidden");
    }
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("engine.sock");
    let listener = Listener::bind(&path).unwrap();
    assert!(fs::metadata(&path).unwrap().file_type().is_socket());

    let stop = CancellationToken::new();
    let task =
        tokio::spawn(serve(listener, Arc::new(Demo::default()), Limits::default(), stop.clone()));
    let client = Client::connect(&path).await.unwrap();
    assert_eq!(client.call("echo", json!("far away")).await.unwrap(), "far away");
    stop.cancel();
    task.await.unwrap();
    assert!(!path.exists());
}

#[tokio::test]
async fn a_socket_that_was_left_behind_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("engine.sock");
    // Closing a listener does not remove its file: as after a crash.
    drop(StdListener::bind(&path).unwrap());
    assert!(path.exists());
    assert!(matches!(Client::connect(&path).await, Err(ConnectError::Nobody(_))));
    let _listener = Listener::bind(&path).unwrap();
    Client::connect(&path).await.unwrap();
}

#[tokio::test]
async fn only_the_user_may_connect() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("engine.sock");
    let _listener = Listener::bind(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn what_is_not_a_socket_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("engine.sock");
    fs::write(&path, "precious").unwrap();
    let error = Listener::bind(&path).unwrap_err();
    assert!(matches!(error, BindError::Occupied(_)));
    assert!(error.to_string().contains("Move it away"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    assert!(matches!(Client::connect(&path).await, Err(ConnectError::Nobody(_))));
}

#[tokio::test]
async fn a_folder_that_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing/engine.sock");
    let error = Listener::bind(&path).unwrap_err().to_string();
    assert!(error.contains(path.to_str().unwrap()), "{error}");
    assert!(matches!(Client::connect(&path).await, Err(ConnectError::Nobody(_))));
    fs::write(folder.path().join("missing"), "").unwrap();
    assert!(matches!(Client::connect(&path).await, Err(ConnectError::Nobody(_))));
}
