//! The door that every call of a tool goes through before it is made.
//!
//! Claude Code asks a hook; the hook is `aegis-helper connect`, which reaches the socket of the run;
//! here the question is put to the engine's [`RunTools`]. Nothing on the way lets a call through
//! by failing: a hook that cannot ask, or gets no answer, blocks the call.

use std::convert::Infallible;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aegis_ports::{Permit, RunTools};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::socket::RunSocket;
use super::tap::Listener;
use crate::words;

/// The name of its socket.
pub(super) const SOCKET: &str = "gate.sock";
/// Most bytes of a question: the input of a call stands in it.
const MAX_QUESTION: u64 = 64 * 1024 * 1024;
/// Questions that are open at once; more wait to be taken.
const MAX_OPEN: usize = 64;
/// How long a hook may take to put its question.
const ASK_LIMIT: Duration = Duration::from_secs(60);
/// After a call was put off, how long the program may take to end by itself.
const PARK_GRACE: Duration = Duration::from_secs(15);

/// What a hook asks (docs.anthropic.com, “Hooks reference”, PreToolUse input); the rest of it is of
/// no interest.
#[derive(Debug, Deserialize)]
struct Question {
    #[serde(default)]
    hook_event_name: String,
    tool_name: String,
    #[serde(default)]
    tool_input: Value,
    #[serde(default)]
    tool_use_id: Option<String>,
}

/// The gate of one run.
pub(super) struct Gate {
    socket: RunSocket,
    tools: Arc<dyn RunTools>,
}

impl Gate {
    pub(super) fn open(scratch: &Path, tools: Arc<dyn RunTools>) -> io::Result<Self> {
        Ok(Self { socket: RunSocket::open(scratch, SOCKET)?, tools })
    }

    /// Where it listens.
    pub(super) fn path(&self) -> &Path {
        self.socket.path()
    }

    /// Answers every question, for as long as it is polled.
    pub(super) async fn serve(&self, listener: &Arc<Listener>) -> Infallible {
        let ask = |stream| answer(stream, Arc::clone(&self.tools), Arc::clone(listener));
        self.socket.serve(MAX_OPEN, ask).await
    }
}

async fn answer(mut stream: UnixStream, tools: Arc<dyn RunTools>, listener: Arc<Listener>) {
    let mut bytes = Vec::new();
    let read = async { (&mut stream).take(MAX_QUESTION + 1).read_to_end(&mut bytes).await };
    let decision = match timeout(ASK_LIMIT, read).await {
        Ok(Ok(read)) if read as u64 > MAX_QUESTION => {
            deny(&format!("What the call is made with has more than {MAX_QUESTION} bytes."))
        }
        Ok(Ok(_)) => decide(&bytes, &*tools, &listener).await,
        Ok(Err(_)) | Err(_) => deny("Aegis could not read what was to be decided."),
    };
    // A hook that has gone away blocks the call itself.
    let _ = stream.write_all(decision.to_string().as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn decide(bytes: &[u8], tools: &dyn RunTools, listener: &Arc<Listener>) -> Value {
    let question: Question = match serde_json::from_slice(bytes) {
        Ok(question) => question,
        Err(error) => {
            let error = words::quoted(&error.to_string());
            return deny(&format!("Aegis could not read what was to be decided ({error})."));
        }
    };
    if question.hook_event_name != "PreToolUse" {
        return deny("Aegis is asked about calls of tools, and about nothing else.");
    }
    let Question { tool_name, tool_input, tool_use_id, .. } = question;
    match tools.permit(&tool_name, &tool_input, tool_use_id.as_deref()).await {
        Permit::Go => {
            if let Some(id) = tool_use_id {
                listener.expect(id, tool_name, tool_input);
            }
            decision("allow", "Aegis allows it.")
        }
        Permit::No(sentence) => {
            listener.note(&format!("Not allowed: {} — {sentence}", words::quoted(&tool_name)));
            deny(&sentence)
        }
        Permit::Park => {
            if listener.park() {
                let listener = Arc::clone(listener);
                // It ends by itself unless several calls were made at once.
                tokio::spawn(async move {
                    tokio::time::sleep(PARK_GRACE).await;
                    listener.end();
                });
            }
            decision("defer", "A person is asked.")
        }
    }
}

fn deny(reason: &str) -> Value {
    decision("deny", reason)
}

fn decision(decision: &str, reason: &str) -> Value {
    json!({ "hookSpecificOutput": {
        "hookEventName": "PreToolUse",
        "permissionDecision": decision,
        "permissionDecisionReason": reason,
    }})
}
