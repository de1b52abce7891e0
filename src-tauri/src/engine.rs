//! The engine that the window talks to.

use aegis_api::{Service, call};
use aegis_ports::Notifier;
use aegis_protocol::{
    ApiError, EngineHost, EngineStatus, ErrorKind, GetEngineStatus, PauseEngine, ResumeEngine,
};
use aegis_runtime::{Connection, Paths, attach_or_start};
use futures::FutureExt;
use std::sync::Arc;
use tauri::AppHandle;
use tokio::sync::Mutex;

/// Reaches an engine when it is needed, and again when it has gone.
pub(crate) struct Engine {
    paths: Paths,
    notifier: Arc<dyn Notifier>,
    connection: Mutex<State>,
}

enum State {
    Away,
    Here(Connection),
    /// The window is closing: nothing is started any more.
    Closed,
}

impl Engine {
    pub(crate) fn new(paths: Paths, notifier: Arc<dyn Notifier>) -> Self {
        Self { paths, notifier, connection: Mutex::new(State::Away) }
    }

    /// The engine. The first call reaches it, and so does the first one after it has gone; what
    /// hinders it is told to every caller until it is solved.
    pub(crate) async fn service(&self, app: &AppHandle) -> Result<Arc<dyn Service>, ApiError> {
        let mut state = self.connection.lock().await;
        if let State::Here(Connection::Attached(client)) = &*state
            && client.gone().now_or_never().is_some()
        {
            tracing::info!("the engine of the other program has gone");
            *state = State::Away;
        }
        if matches!(*state, State::Away) {
            let notifier = Some(Arc::clone(&self.notifier));
            let connection = attach_or_start(&self.paths, EngineHost::Window, notifier).await?;
            if let Connection::Own(runtime) = &connection {
                quit_when_stopped(app.clone(), runtime.stop_requested());
            }
            *state = State::Here(connection);
        }
        match &*state {
            State::Here(connection) => Ok(connection.service()),
            State::Away | State::Closed => {
                Err(ApiError::new(ErrorKind::Unavailable, "Aegis is closing.")
                    .with_hint("Open it again."))
            }
        }
    }

    /// Holds new work back, or lets it go, whichever it does not do now.
    pub(crate) async fn toggle_pause(&self, app: &AppHandle) -> Result<EngineStatus, ApiError> {
        let service = self.service(app).await?;
        let status = call(&*service, GetEngineStatus {}).await?;
        if status.paused {
            call(&*service, ResumeEngine {}).await
        } else {
            call(&*service, PauseEngine {}).await
        }
    }

    /// Stops an engine of our own; leaves another program's alone. Bounded in time.
    pub(crate) async fn close(&self) {
        let state = std::mem::replace(&mut *self.connection.lock().await, State::Closed);
        if let State::Here(connection) = state {
            connection.close().await;
        }
    }
}

/// `aegis engine stop` ends the whole window: without its engine it would only show errors.
fn quit_when_stopped(app: AppHandle, stopped: impl Future<Output = ()> + Send + 'static) {
    tauri::async_runtime::spawn(async move {
        stopped.await;
        app.exit(0);
    });
}
