//! The engine behind the window: found, started, lost and found again.

use aegis_api::Service;
use aegis_ports::Notifier;
use aegis_protocol::{ApiError, EngineHost, ErrorKind};
use aegis_runtime::{Connection, Paths, attach, attach_or_start};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// After another process's engine has gone: who stopped it may be about to start the next one.
const HANDOVER: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(100);

/// Has an engine at hand as far as there can be one. Whoever asks after a failure tries again.
pub(crate) struct Backend {
    paths: Paths,
    notifier: Arc<dyn Notifier>,
    on_stop: Box<dyn Fn() + Send + Sync>,
    state: Mutex<State>,
    closing: CancellationToken,
}

enum State {
    /// None was looked for, or the last one that was looked for was not to be had.
    Away(Option<Failure>),
    /// Here it is.
    Here(Connection),
    /// It was another process's, which has ended.
    Lost,
}

/// A failure is everybody's answer who asked before it was known.
struct Failure {
    error: ApiError,
    at: Instant,
}

impl Backend {
    /// An engine, once somebody asks. `on_stop` is called when somebody asks our own to stop.
    pub(crate) fn new(
        paths: Paths,
        notifier: Arc<dyn Notifier>,
        on_stop: impl Fn() + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            paths,
            notifier,
            on_stop: Box::new(on_stop),
            state: Mutex::new(State::Away(None)),
            closing: CancellationToken::new(),
        })
    }

    /// The engine: the one that runs, or our own.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) async fn service(self: &Arc<Self>) -> Result<Arc<dyn Service>, ApiError> {
        let asked = Instant::now();
        let looking = async {
            let mut state = self.state().await;
            let was_lost = match &*state {
                State::Here(connection) => return Ok(connection.service()),
                State::Away(Some(failure)) if failure.at >= asked => {
                    return Err(failure.error.clone());
                }
                State::Away(_) => false,
                State::Lost => true,
            };
            match self.connect(was_lost).await {
                Ok(connection) => {
                    let service = connection.service();
                    self.watch(&connection);
                    *state = State::Here(connection);
                    Ok(service)
                }
                Err(error) => {
                    // The pages ask again and again: the log says it once.
                    if !matches!(&*state, State::Away(Some(known)) if known.error == error) {
                        warn!(kind = ?error.kind, %error, "there is no engine");
                    }
                    let failure = Failure { error: error.clone(), at: Instant::now() };
                    *state = State::Away(Some(failure));
                    Err(error)
                }
            }
        };
        let closed = || Err(ApiError::new(ErrorKind::Unavailable, "The window is closing."));
        self.closing.run_until_cancelled(looking).await.unwrap_or_else(closed)
    }

    /// Ends our own engine, and everything that asks for one.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        let state = std::mem::replace(&mut *self.state.lock().await, State::Away(None));
        if let State::Here(connection) = state {
            connection.close().await;
        }
    }

    async fn connect(&self, was_lost: bool) -> Result<Connection, ApiError> {
        let end = Instant::now() + HANDOVER;
        while was_lost && Instant::now() < end {
            if let Some(client) = attach(&self.paths).await? {
                return Ok(Connection::Attached(Arc::new(client)));
            }
            sleep(LOOK).await;
        }
        attach_or_start(&self.paths, EngineHost::Window, Some(self.notifier.clone())).await
    }

    fn watch(self: &Arc<Self>, connection: &Connection) {
        let backend = self.clone();
        match connection {
            Connection::Attached(client) => {
                info!("another process has the engine");
                let client = client.clone();
                tauri::async_runtime::spawn(async move {
                    client.gone().await;
                    info!("the engine has gone away");
                    // The pages may be asleep: reminders are not to wait for them.
                    let _ = backend.service().await;
                });
            }
            Connection::Own(runtime) => {
                let stop = runtime.stop_requested();
                tauri::async_runtime::spawn(async move {
                    stop.await;
                    (backend.on_stop)();
                });
            }
        }
    }

    /// The state, in which an engine that has gone away is lost.
    async fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().await;
        if let State::Here(Connection::Attached(client)) = &*state
            && client.is_gone()
        {
            *state = State::Lost;
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_api::Items;
    use aegis_ports::{Notification, NotifyError};
    use aegis_server::{Limits, Listener, serve};
    use async_trait::async_trait;
    use serde_json::{Value, json};
    use std::path::Path;
    use tempfile::TempDir;
    use tokio::task::JoinHandle;
    use tokio::time::timeout;

    const SOON: Duration = Duration::from_secs(10);

    struct Nobody;

    #[async_trait]
    impl Notifier for Nobody {
        async fn notify(&self, _: Notification) -> Result<(), NotifyError> {
            Ok(())
        }
    }

    /// An engine of another process, as far as a socket shows.
    struct Other(&'static str);

    #[async_trait]
    impl Service for Other {
        async fn call(&self, _: &str, _: Value) -> Result<Value, ApiError> {
            Ok(json!(self.0))
        }

        async fn open(&self, _: &str, _: Value) -> Result<Items, ApiError> {
            Err(ApiError::new(ErrorKind::NotFound, "It has no feeds."))
        }
    }

    struct Running {
        stop: CancellationToken,
        task: JoinHandle<()>,
    }

    impl Running {
        fn start(paths: &Paths, name: &'static str) -> Self {
            let stop = CancellationToken::new();
            let listener = Listener::bind(&paths.socket()).unwrap();
            let other = serve(listener, Arc::new(Other(name)), Limits::default(), stop.clone());
            Self { stop, task: tokio::spawn(other) }
        }

        async fn stop(self) {
            self.stop.cancel();
            self.task.await.unwrap();
        }
    }

    fn user() -> (TempDir, Paths) {
        let root = tempfile::tempdir().unwrap();
        let paths = Paths::all_in(&root.path().join("aegis"), root.path());
        (root, paths)
    }

    fn backend(paths: &Paths) -> Arc<Backend> {
        Backend::new(paths.clone(), Arc::new(Nobody), || {})
    }

    async fn name(backend: &Arc<Backend>) -> String {
        let service = timeout(SOON, backend.service()).await.expect("an answer in time").unwrap();
        service.call("name", Value::Null).await.unwrap().as_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn it_attaches_and_stays_attached() {
        let (_root, paths) = user();
        paths.prepare().unwrap();
        let other = Running::start(&paths, "first");
        let backend = backend(&paths);
        assert_eq!(name(&backend).await, "first");
        assert_eq!(name(&backend).await, "first");
        other.stop().await;
    }

    #[tokio::test]
    async fn after_a_loss_it_finds_the_next_engine() {
        let (_root, paths) = user();
        paths.prepare().unwrap();
        let first = Running::start(&paths, "first");
        let backend = backend(&paths);
        let service = backend.service().await.unwrap();
        first.stop().await;
        let error = service.call("name", Value::Null).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        // It is looked for while it is not there yet.
        let (found, second) = tokio::join!(name(&backend), async {
            sleep(LOOK * 3).await;
            Running::start(&paths, "second")
        });
        assert_eq!(found, "second");
        second.stop().await;
    }

    #[tokio::test]
    async fn what_keeps_it_from_starting_is_said_to_everybody_until_it_is_put_right() {
        let (root, paths) = user();
        std::fs::write(root.path().join("aegis"), "in the way").unwrap();
        let backend = backend(&paths);
        let asked = futures::future::join_all((0..20).map(|_| backend.service())).await;
        for answer in asked {
            let error = answer.err().unwrap();
            assert!(error.message.contains("is not a folder"), "{error}");
            assert!(error.hint.is_some());
        }
        std::fs::remove_file(root.path().join("aegis")).unwrap();
        paths.prepare().unwrap();
        let other = Running::start(&paths, "found");
        assert_eq!(name(&backend).await, "found");
        other.stop().await;
    }

    #[tokio::test]
    async fn closing_ends_a_search_and_every_later_one() {
        let (_root, paths) = user();
        paths.prepare().unwrap();
        let other = Running::start(&paths, "first");
        let backend = backend(&paths);
        let service = backend.service().await.unwrap();
        other.stop().await;
        service.call("name", Value::Null).await.unwrap_err();
        // It would look for 3 seconds.
        let close = async {
            sleep(LOOK).await;
            backend.close().await;
        };
        let (searched, ()) =
            timeout(LOOK * 10, async { tokio::join!(backend.service(), close) }).await.unwrap();
        assert_eq!(searched.err().unwrap().message, "The window is closing.");
        assert_eq!(backend.service().await.err().unwrap().kind, ErrorKind::Unavailable);
        assert!(!Path::new(&paths.lock()).exists(), "nothing was started");
    }
}
