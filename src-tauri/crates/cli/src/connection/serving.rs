//! The engine of `aegis serve`.

use super::{LOG, without_log};
use crate::error::Error;
use crate::render::engine;
use aegis_protocol::{ApiError, EngineHost, EngineStatus, ErrorKind, GetEngineStatus};
use aegis_runtime::{Connection, Logging, LoggingError, Paths, Runtime};
use std::path::{Path, PathBuf};

/// An engine of this process that serves others until it is told to stop.
pub(crate) struct Serving {
    runtime: Runtime,
    paths: Paths,
    log: Result<Logging, LoggingError>,
}

impl Serving {
    /// Becomes the engine.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] when another process is it, with who that is; otherwise what keeps the
    /// data from being used.
    pub(crate) async fn start() -> Result<Self, Error> {
        let paths = Paths::from_env().map_err(ApiError::from)?;
        paths.prepare().map_err(ApiError::from)?;
        let log = Logging::start(&paths, LOG);
        match aegis_runtime::attach_or_start(&paths, EngineHost::Serve, None).await? {
            Connection::Own(runtime) => Ok(Self { runtime, paths, log }),
            Connection::Attached(client) => {
                let status = aegis_api::call(&*client, GetEngineStatus {}).await?;
                Err(in_the_way(&status).into())
            }
        }
    }

    /// What is wrong with this engine, though it works.
    pub(crate) fn complaint(&self) -> Option<String> {
        self.log.as_ref().err().map(without_log)
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        self.paths.socket()
    }

    /// Where its data is.
    pub(crate) fn data_dir(&self) -> &Path {
        self.paths.data()
    }

    /// Returns when somebody has called `engine.stop`.
    pub(crate) async fn stop_requested(&self) {
        self.runtime.stop_requested().await;
    }

    /// Ends every run, writes everything down, and stops; bounded in time.
    pub(crate) async fn stop(self) {
        self.runtime.shutdown().await;
    }
}

/// The error of whoever wants to be the engine while another process is it.
fn in_the_way(status: &EngineStatus) -> ApiError {
    let hint = match status.host {
        EngineHost::Command => "Wait until it is done, then try again.",
        EngineHost::Window | EngineHost::Serve => {
            "Every command reaches it as it is. To take its place, stop it first: aegis engine stop"
        }
    };
    let (host, pid) = (engine::host(status.host), status.pid);
    let message = format!("An engine is already running with this data: {host}, pid {pid}.");
    ApiError::new(ErrorKind::Locked, message).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use crate::render::samples;

    #[test]
    fn an_engine_in_the_way_is_named_with_how_to_stop_it() {
        let error = in_the_way(&samples::engine());
        assert_eq!(
            error.message,
            "An engine is already running with this data: `aegis serve`, pid 4711."
        );
        assert!(error.hint.as_deref().unwrap().contains("aegis engine stop"));
        assert_eq!(Error::from(error).exit(), Exit::Unavailable);
    }
}
