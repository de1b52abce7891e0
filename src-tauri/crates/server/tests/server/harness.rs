//! A service to talk about, a server for it, and a client that knows nothing but the wire.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aegis_api::{Items, Service};
use aegis_protocol::{ApiError, ErrorKind, Feed, FollowLog, SubscribeEvents};
use aegis_server::{Client, Limits, Listener, serve};
use async_trait::async_trait;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// For what has to happen soon.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// A feed that counts: `{"to": n}` ends after n items; without it, never.
pub(crate) const COUNT: &str = SubscribeEvents::NAME;
/// A feed of 64 KiB items without an end.
pub(crate) const FLOOD: &str = FollowLog::NAME;

/// Echoes, waits, fails and counts.
#[derive(Default)]
pub(crate) struct Demo {
    /// Feeds that somebody holds open.
    pub(crate) open: Arc<AtomicUsize>,
    /// Items that feeds gave out.
    pub(crate) given: Arc<AtomicUsize>,
    /// Calls of `wait` that have begun.
    pub(crate) waiting: AtomicUsize,
    /// Calls of `wait` that have ended.
    pub(crate) waited: AtomicUsize,
    /// Lets one call of `wait` go on.
    pub(crate) go: Notify,
}

#[async_trait]
impl Service for Demo {
    async fn call(&self, method: &str, params: Value) -> Result<Value, ApiError> {
        match method {
            "echo" => Ok(params),
            "size" => Ok(json!(params.to_string().len())),
            "wait" => {
                self.waiting.fetch_add(1, Ordering::SeqCst);
                self.go.notified().await;
                self.waited.fetch_add(1, Ordering::SeqCst);
                Ok(json!("waited"))
            }
            "panic" => panic!("as asked"),
            "huge" => Ok(Value::String("x".repeat(aegis_protocol::MAX_FRAME))),
            other => {
                Err(ApiError::new(ErrorKind::NotFound, format!("There is no method “{other}”.")))
            }
        }
    }

    async fn open(&self, feed: &str, params: Value) -> Result<Items, ApiError> {
        if params["refuse"] == true {
            return Err(ApiError::new(ErrorKind::Refused, "Not for you."));
        }
        let last = params["to"].as_u64().unwrap_or(u64::MAX);
        let fails = params["fails"] == true;
        let item = if feed == FLOOD { "x".repeat(64 * 1024) } else { String::new() };
        let held = Held::new(&self.open);
        let given = self.given.clone();
        let numbers = stream::iter(0..last).map(move |number| {
            let _held = &held;
            given.fetch_add(1, Ordering::SeqCst);
            Ok(if item.is_empty() { json!(number) } else { json!(item) })
        });
        let numbers = if params["slow"] == true {
            numbers
                .then(|item| async {
                    sleep(Duration::from_millis(20)).await;
                    item
                })
                .boxed()
        } else {
            numbers.boxed()
        };
        let end = fails.then(|| Err(ApiError::new(ErrorKind::Corrupt, "It broke.")));
        Ok(numbers.chain(stream::iter(end)).boxed())
    }
}

/// Counts itself as open while it lives.
struct Held(Arc<AtomicUsize>);

impl Held {
    fn new(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        Self(open.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A server at a path of its own.
pub(crate) struct Server {
    pub(crate) demo: Arc<Demo>,
    pub(crate) path: PathBuf,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<()>,
    _folder: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(Limits::default())
    }

    pub(crate) fn start_with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.sock");
        let demo = Arc::new(Demo::default());
        let stop = CancellationToken::new();
        let listener = Listener::bind(&path).unwrap();
        let task = tokio::spawn(serve(listener, demo.clone(), limits, stop.clone()));
        Self { demo, path, stop, task, _folder: folder }
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(&self.path).await.unwrap()
    }

    /// Stops it, and waits until it has stopped.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        timeout(SOON, self.task).await.expect("it stops in time").unwrap();
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let limit = async {
        while !so() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(SOON, limit).await.unwrap_or_else(|_| panic!("waited too long: {what}"));
}

/// A client that writes and reads bytes.
pub(crate) struct Raw {
    lines: Lines<BufReader<OwnedReadHalf>>,
    write: OwnedWriteHalf,
}

impl Raw {
    pub(crate) async fn connect(path: &Path) -> Self {
        let (read, write) = UnixStream::connect(path).await.unwrap().into_split();
        Self { lines: BufReader::new(read).lines(), write }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.write.write_all(bytes.as_ref()).await.unwrap();
    }

    pub(crate) async fn request(&mut self, id: u64, method: &str, params: &Value) {
        let frame = json!({ "type": "request", "id": id, "method": method, "params": params });
        self.send(format!("{frame}\n")).await;
    }

    /// The next frame; `None` when the server has closed the connection.
    pub(crate) async fn frame(&mut self) -> Option<Value> {
        let line = timeout(SOON, self.lines.next_line()).await.expect("a frame in time");
        line.ok().flatten().map(|line| serde_json::from_str(&line).unwrap())
    }

    /// Says that nothing more will be sent.
    pub(crate) async fn shut(&mut self) {
        self.write.shutdown().await.unwrap();
    }
}
