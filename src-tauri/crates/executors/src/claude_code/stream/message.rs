//! One message, as far as it can be understood.

use std::time::Duration;

use serde_json::{Map, Value};

use super::picture::Picture;
use super::result::Final;
use crate::words;

/// Most bytes of a text that a message brings; the rest of it is left out.
const MAX_TEXT: usize = 256 * 1024;
/// Most blocks of a message.
const MAX_BLOCKS: usize = 1000;
/// Most bytes of a name, an id and the like.
const MAX_WORD: usize = 200;

/// A message, and of which session.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    /// The session, if it names one.
    pub(crate) session: Option<String>,
    /// What it says.
    pub(crate) message: Message,
}

/// What a message says. What Aegis has no use for is `Other`.
#[derive(Debug, PartialEq)]
pub(crate) enum Message {
    /// A session has begun.
    Init(Init),
    /// The service did not do what it was asked; Claude Code will ask again.
    Retry(Retry),
    /// The plan of the account has a limit, and this is how much of it is used.
    Limit(Limit),
    /// What the model said.
    Turn(Turn),
    /// What tools gave back.
    Results(Vec<ToolResult>),
    /// The end of it.
    Final(Box<Final>),
    /// Anything else.
    Other,
}

/// The beginning of a session.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Init {
    /// The model at work.
    pub(crate) model: Option<String>,
    /// Which Claude Code.
    pub(crate) version: Option<String>,
}

/// A call of the service that is tried again.
#[derive(Debug, PartialEq)]
pub(crate) struct Retry {
    /// The how manieth try failed.
    pub(crate) attempt: u64,
    /// How long it waits before the next.
    pub(crate) delay: Duration,
    /// The status of HTTP, if there was an answer.
    pub(crate) status: Option<u64>,
    /// What kind of trouble it is.
    pub(crate) trouble: Trouble,
}

/// How far the account is from the limit of its plan.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// The limit was reached: nothing is done any more.
    pub(crate) reached: bool,
    /// When there is room again, in seconds since 1970.
    pub(crate) resets_at: Option<i64>,
}

/// What went wrong between Claude Code and the service, in Claude Code's words
/// (`SDKAssistantMessageError` of its SDK, as version 2.1.197 has it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// There is no login, or it was refused.
    Auth,
    /// There is no credit left.
    Billing,
    /// Too much was asked for.
    RateLimit,
    /// The service has too much to do.
    Overloaded,
    /// The service failed.
    Server,
    /// There is no such model for this account.
    Model,
    /// The request could not be answered as it was.
    Request,
    /// The answer was longer than the model may say at once.
    OutputLimit,
    /// Anything else; without an answer, the network.
    Unknown,
}

impl Trouble {
    fn of(word: &str) -> Self {
        match word {
            "authentication_failed" | "oauth_org_not_allowed" => Self::Auth,
            "billing_error" => Self::Billing,
            "rate_limit" => Self::RateLimit,
            "overloaded" => Self::Overloaded,
            "server_error" => Self::Server,
            "model_not_found" => Self::Model,
            "invalid_request" => Self::Request,
            "max_output_tokens" => Self::OutputLimit,
            _ => Self::Unknown,
        }
    }
}

/// What the model said at once.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Turn {
    /// Which message of the service; one comes in several pieces.
    pub(crate) id: Option<String>,
    /// The model that said it.
    pub(crate) model: Option<String>,
    /// What it consists of.
    pub(crate) blocks: Vec<Block>,
    /// What it used, as far as is known yet.
    pub(crate) tokens: Tokens,
    /// Not the model said it, but Claude Code, because of this.
    pub(crate) trouble: Option<Trouble>,
    /// An agent said it that the session started.
    pub(crate) nested: bool,
}

/// A piece of what the model said.
#[derive(Debug, PartialEq)]
pub(crate) enum Block {
    /// Words.
    Text(String),
    /// A tool is to be used.
    Call {
        /// By which its result is known.
        id: String,
        /// Which tool.
        name: String,
        /// With what.
        input: Value,
    },
}

/// What a tool gave back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ToolResult {
    /// Which call it belongs to.
    pub(crate) call: String,
    /// It did not do what it should.
    pub(crate) failed: bool,
    /// What it said, not all of it.
    pub(crate) text: String,
    /// How many bytes it said in all.
    pub(crate) bytes: u64,
    /// The first picture that it gave back.
    pub(crate) picture: Option<Picture>,
}

/// What was read and written, as the service counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    /// Read anew.
    pub(crate) input: u64,
    /// Read from what was kept.
    pub(crate) cache_read: u64,
    /// Read, and kept.
    pub(crate) cache_write: u64,
    /// Written.
    pub(crate) output: u64,
}

impl Tokens {
    pub(super) fn of(usage: Option<&Value>) -> Self {
        let number = |name| usage.and_then(|usage| whole(usage.get(name)?)).unwrap_or(0);
        Self {
            input: number("input_tokens"),
            cache_read: number("cache_read_input_tokens"),
            cache_write: number("cache_creation_input_tokens"),
            output: number("output_tokens"),
        }
    }
}

impl Said {
    /// Reads a line.
    ///
    /// # Errors
    /// The line, as far as one can read it, when it is no message.
    pub(super) fn read(line: &[u8]) -> Result<Self, String> {
        let mut parsed = serde_json::from_slice::<Value>(line);
        // A character that was cut in two is no reason to lose what is around it.
        if parsed.is_err() && std::str::from_utf8(line).is_err() {
            parsed = serde_json::from_str(&String::from_utf8_lossy(line));
        }
        let Ok(Value::Object(mut all)) = parsed else {
            let head = &line[..line.len().min(MAX_WORD * 4)];
            return Err(words::quoted(String::from_utf8_lossy(head).trim()));
        };
        let Some(kind) = word(all.get("type")) else {
            return Err(words::quoted(
                String::from_utf8_lossy(&line[..line.len().min(800)]).trim(),
            ));
        };
        let session = word(all.get("session_id"));
        Ok(Self { session, message: Message::of(&kind, &mut all) })
    }
}

impl Message {
    fn of(kind: &str, all: &mut Map<String, Value>) -> Self {
        match (kind, word(all.get("subtype")).as_deref()) {
            ("system", Some("init")) => Self::Init(Init {
                model: word(all.get("model")),
                version: word(all.get("claude_code_version")),
            }),
            ("system", Some("api_retry")) => Self::Retry(Retry {
                attempt: all.get("attempt").and_then(whole).unwrap_or(0),
                delay: millis(all.get("retry_delay_ms")),
                status: all.get("error_status").and_then(whole),
                trouble: trouble(all.get("error")).unwrap_or(Trouble::Unknown),
            }),
            ("rate_limit_event", _) => {
                let info = all.get("rate_limit_info");
                let at = |name| info.and_then(|info| info.get(name));
                Self::Limit(Limit {
                    reached: at("status").and_then(Value::as_str) == Some("rejected"),
                    resets_at: at("resetsAt").and_then(Value::as_i64),
                })
            }
            ("assistant", _) => Self::Turn(turn(all)),
            ("user", _) => Self::Results(results(all.get_mut("message"))),
            ("result", subtype) => Self::Final(Box::new(Final::of(subtype, all))),
            _ => Self::Other,
        }
    }
}

fn turn(all: &mut Map<String, Value>) -> Turn {
    let trouble = trouble(all.get("error"));
    let nested = all.get("parent_tool_use_id").is_some_and(Value::is_string);
    let Some(Value::Object(message)) = all.get_mut("message") else {
        return Turn { trouble, nested, ..Turn::default() };
    };
    let blocks = match message.get_mut("content").map(Value::take) {
        Some(Value::Array(blocks)) => {
            blocks.into_iter().take(MAX_BLOCKS).filter_map(block).collect()
        }
        Some(Value::String(text)) => vec![Block::Text(cut(text))],
        _ => Vec::new(),
    };
    Turn {
        id: word(message.get("id")),
        model: word(message.get("model")).filter(|model| model != "<synthetic>"),
        tokens: Tokens::of(message.get("usage")),
        blocks,
        trouble,
        nested,
    }
}

fn block(mut block: Value) -> Option<Block> {
    match block.get("type")?.as_str()? {
        "text" => match block.get_mut("text")?.take() {
            Value::String(text) => Some(Block::Text(cut(text))),
            _ => None,
        },
        "tool_use" | "server_tool_use" | "mcp_tool_use" => Some(Block::Call {
            id: word(block.get("id"))?,
            name: word(block.get("name"))?,
            input: block.get_mut("input").map(Value::take).unwrap_or_default(),
        }),
        _ => None,
    }
}

fn results(message: Option<&mut Value>) -> Vec<ToolResult> {
    let Some(Value::Array(blocks)) = message.and_then(|message| message.get_mut("content")) else {
        return Vec::new();
    };
    let results = blocks.iter_mut().take(MAX_BLOCKS).filter_map(|block| {
        if block.get("type")?.as_str()? != "tool_result" {
            return None;
        }
        let call = word(block.get("tool_use_id"))?;
        let failed = block.get("is_error").and_then(Value::as_bool).unwrap_or(false);
        let content = block.get_mut("content").map(Value::take).unwrap_or_default();
        let picture = content.as_array().and_then(|parts| parts.iter().find_map(Picture::of));
        let (text, bytes) = said(content);
        Some(ToolResult { call, failed, text, bytes, picture })
    });
    results.collect()
}

/// The words of a result, and how many bytes there were.
fn said(content: Value) -> (String, u64) {
    match content {
        Value::String(text) => {
            let bytes = text.len() as u64;
            (cut(text), bytes)
        }
        Value::Array(parts) => {
            let (mut said, mut bytes) = (String::new(), 0);
            for part in parts {
                let text = match (part.get("text").and_then(Value::as_str), part.get("type")) {
                    (Some(text), _) => text.to_owned(),
                    (None, Some(Value::String(kind))) => format!("[{}]", words::quoted(kind)),
                    _ => continue,
                };
                bytes += text.len() as u64;
                if said.len() < MAX_TEXT {
                    said.push_str(if said.is_empty() { "" } else { "\n" });
                    said.push_str(&text);
                }
            }
            (cut(said), bytes)
        }
        _ => (String::new(), 0),
    }
}

/// The call whose result the beginning of a long line tells, if it is such a line.
pub(super) fn call_of_result(head: &str) -> Option<String> {
    let after = |mark: &str| head.find(mark).map(|at| &head[at + mark.len()..]);
    after("\"type\":\"tool_result\"").or_else(|| after("\"type\":\"user\""))?;
    let id = after("\"tool_use_id\":\"")?;
    let id = &id[..id.find('"')?];
    (!id.is_empty() && id.len() <= MAX_WORD).then(|| id.to_owned())
}

fn trouble(error: Option<&Value>) -> Option<Trouble> {
    error.and_then(Value::as_str).map(Trouble::of)
}

/// A name, an id and the like: what is empty or too long is none.
pub(super) fn word(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?;
    (!text.is_empty() && text.len() <= MAX_WORD).then(|| text.to_owned())
}

/// A whole number that is none of JSON's fractions; a fraction is rounded down.
pub(super) fn whole(value: &Value) -> Option<u64> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It is between the two.
    let rounded = |number: f64| (0.0..1e15).contains(&number).then_some(number as u64);
    value.as_u64().or_else(|| value.as_f64().and_then(rounded))
}

fn millis(value: Option<&Value>) -> Duration {
    Duration::from_millis(value.and_then(whole).unwrap_or(0))
}

/// Text that is not longer than it may be.
pub(super) fn cut(mut text: String) -> String {
    if text.len() > MAX_TEXT {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        text.push('…');
    }
    text
}
