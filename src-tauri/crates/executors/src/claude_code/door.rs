//! The door to Aegis' own tools: an MCP server that Claude Code reaches through
//! `aegis-helper connect`, and that answers for the tools of Claude Code where its own rules want a
//! person asked.

use std::convert::Infallible;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aegis_helper::SocketAddress;
use aegis_ports::{Permit, RunTools, ToolAnswer, ToolInfo, Used};
use async_trait::async_trait;
use serde_json::Value;
use tokio::net::UnixListener;
use tokio::task::JoinSet;

use super::tap::Listener;

/// Connections that are open at once: Claude Code makes one, and its sub-agents theirs.
const MAX_OPEN: usize = 16;
/// After a question was put off, how long the program may take to hear of it.
const PARK_GRACE: Duration = Duration::from_secs(1);

/// The socket of one run.
pub(super) struct Door {
    socket: UnixListener,
    path: PathBuf,
    tools: Arc<dyn RunTools>,
}

impl Door {
    /// Listens in the run's own folder, which nobody else may enter.
    pub(super) fn open(scratch: &Path, tools: Arc<dyn RunTools>) -> io::Result<Self> {
        let path = scratch.join("tools.sock");
        let address = SocketAddress::of(&path)?;
        let socket = UnixListener::bind(address.path())?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self { socket, path, tools })
    }

    /// Where it listens.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Serves everybody who comes, for as long as it is polled.
    pub(super) async fn serve(&self, listener: &Arc<Listener>) -> Infallible {
        let tools: Arc<dyn RunTools> =
            Arc::new(Parking { tools: Arc::clone(&self.tools), listener: Arc::clone(listener) });
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.socket.accept(), if open.len() < MAX_OPEN => match accepted {
                    Ok((stream, _)) => {
                        let tools = Arc::clone(&tools);
                        open.spawn(async move {
                            let served = aegis_tools::mcp::serve(stream.into_split(), tools, true);
                            if let Err(error) = served.await {
                                tracing::info!(%error, "a session left its tools");
                            }
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the tools of a run were not heard");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                Some(_) = open.join_next() => {}
            }
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // The folder goes with the run; a socket that stays in it hurts nobody.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Ends the run when an answer is not waited for: the next one has it.
struct Parking {
    tools: Arc<dyn RunTools>,
    listener: Arc<Listener>,
}

impl Parking {
    fn park(&self) {
        if self.listener.park() {
            let listener = Arc::clone(&self.listener);
            tokio::spawn(async move {
                tokio::time::sleep(PARK_GRACE).await;
                listener.end();
            });
        }
    }
}

#[async_trait]
impl RunTools for Parking {
    fn list(&self) -> Vec<ToolInfo> {
        self.tools.list()
    }

    async fn call(&self, tool: &str, input: Value) -> ToolAnswer {
        let answer = self.tools.call(tool, input).await;
        if answer == ToolAnswer::Park {
            self.park();
        }
        answer
    }

    async fn permit(&self, tool: &str, input: &Value, use_id: Option<&str>) -> Permit {
        let permit = self.tools.permit(tool, input, use_id).await;
        if permit == Permit::Park {
            self.park();
        }
        permit
    }

    fn used(&self, used: Used) {
        self.tools.used(used);
    }
}
