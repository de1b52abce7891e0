//! `aegis mcp`.

use crate::connection::{Engine, Purpose};
use crate::error::Error;
use crate::exit::Exit;
use aegis_domain::Actor;
use aegis_ports::{Caller, Commands};
use aegis_protocol::{ApiError, ErrorKind};
use aegis_runtime::Paths;
use async_trait::async_trait;
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncWriteExt as _, copy, stdin, stdout};
use tokio::net::UnixStream;

/// The variable that leads a run's own agent to the tools of its run.
const TOOLS: &str = "AEGIS_TOOLS";

/// Offer the board to another agent, as an MCP server on standard input and output
#[derive(Debug, Args)]
#[command(after_help = "\
Claude Code gets it with: claude mcp add aegis -- aegis mcp
What a call would need your word for is refused, unless there is a rule for it
(`aegis rules`). With no engine running, tasks are kept until one is.")]
pub(crate) struct Mcp {
    /// What the other agent is called in the history, before the name that it gives itself
    #[arg(long, default_value = "mcp", value_name = "NAME")]
    name: String,

    /// The folder whose files it may read and write; none when absent
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
}

impl Mcp {
    pub(crate) async fn run(self) -> Result<Exit, Error> {
        if let Some(socket) = std::env::var_os(TOOLS) {
            return pass_through(PathBuf::from(socket)).await;
        }
        let workspace = self.workspace.map(|dir| whole(&dir)).transpose()?;
        let paths = Paths::from_env().map_err(ApiError::from)?;
        let tools = aegis_runtime::visitor(&paths, &self.name, workspace, Arc::new(EachTime))?;
        let served = aegis_tools::mcp::serve((stdin(), stdout()), tools, false).await;
        served.map_err(|error| not_mcp(&error))?;
        Ok(Exit::Success)
    }
}

/// Hands everything on to the engine that the run belongs to.
async fn pass_through(socket: PathBuf) -> Result<Exit, Error> {
    let stream = UnixStream::connect(&socket).await.map_err(|error| {
        let message = format!("The tools of this run cannot be reached: {error}.");
        ApiError::new(ErrorKind::Unavailable, message).with_hint("The run may be over.")
    })?;
    let (mut from, mut to) = stream.into_split();
    let say = async {
        // Either side may go away at any time; then there is nothing left to hand on.
        let _ = copy(&mut stdin(), &mut to).await;
        let _ = to.shutdown().await;
    };
    let hear = async {
        let mut out = stdout();
        let _ = copy(&mut from, &mut out).await;
        let _ = out.flush().await;
    };
    // When the engine has gone there is nobody to hand on to.
    tokio::select! {
        () = hear => {}
        () = async { say.await; std::future::pending().await } => {}
    }
    Ok(Exit::Success)
}

/// Reaches the engine anew for each call, so that engines may come and go.
struct EachTime;

#[async_trait]
impl Commands for EachTime {
    async fn call(&self, caller: &Caller, method: &str, params: Value) -> Result<Value, ApiError> {
        let mut engine = Engine::connect(Purpose::OneCommand).await.map_err(Error::into_api)?;
        if let Actor::Agent(name) = &caller.actor {
            engine.introduce(name).await?;
        }
        let answer = engine.call_by_name(method, params).await;
        engine.close().await;
        answer
    }
}

fn whole(dir: &std::path::Path) -> Result<String, Error> {
    let real = std::fs::canonicalize(dir).map_err(|error| {
        let message = format!("{} cannot be used: {error}.", dir.display());
        ApiError::new(ErrorKind::Invalid, message).with_hint("Name a folder that is there.")
    })?;
    Ok(real.display().to_string())
}

fn not_mcp(error: &str) -> ApiError {
    let error: String = error.chars().filter(|c| !c.is_control()).take(300).collect();
    ApiError::new(ErrorKind::Invalid, format!("The other side does not speak MCP: {error}."))
        .with_hint(
            "`aegis mcp` is started by an agent, such as Claude Code; see `aegis mcp --help`.",
        )
}
