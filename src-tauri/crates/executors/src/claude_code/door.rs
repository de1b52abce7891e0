//! The door to Aegis' own tools: an MCP server that Claude Code reaches through
//! `aegis-helper connect`, and that answers for the tools of Claude Code where its own rules want a
//! person asked.

use std::convert::Infallible;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aegis_ports::{Permit, RunTools, ToolAnswer, ToolInfo, Used};
use async_trait::async_trait;
use serde_json::Value;
use tokio::net::UnixStream;

use super::socket::RunSocket;
use super::tap::Listener;

/// The name of its socket.
pub(super) const SOCKET: &str = "tools.sock";
/// Connections that are open at once: Claude Code makes one, and its sub-agents theirs.
const MAX_OPEN: usize = 16;
/// After a question was put off, how long the program may take to hear of it.
const PARK_GRACE: Duration = Duration::from_secs(1);

/// The door of one run.
pub(super) struct Door {
    socket: RunSocket,
    tools: Arc<dyn RunTools>,
}

impl Door {
    pub(super) fn open(scratch: &Path, tools: Arc<dyn RunTools>) -> io::Result<Self> {
        Ok(Self { socket: RunSocket::open(scratch, SOCKET)?, tools })
    }

    /// Where it listens.
    pub(super) fn path(&self) -> &Path {
        self.socket.path()
    }

    /// Serves everybody who comes, for as long as it is polled.
    pub(super) async fn serve(&self, listener: &Arc<Listener>) -> Infallible {
        let tools: Arc<dyn RunTools> =
            Arc::new(Parking { tools: Arc::clone(&self.tools), listener: Arc::clone(listener) });
        let serve = |stream: UnixStream| {
            let tools = Arc::clone(&tools);
            async move {
                let served = aegis_tools::mcp::serve(stream.into_split(), tools, true);
                if let Err(error) = served.await {
                    tracing::info!(%error, "a session left its tools");
                }
            }
        };
        self.socket.serve(MAX_OPEN, serve).await
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
