//! What the service does when it is asked.

use std::time::Duration;

use serde_json::{Value, json};

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Words.
    Text(String),
    /// Words that the model says to itself.
    Thinking(String),
    /// A tool is to be used.
    Call {
        /// Which.
        name: String,
        /// With what.
        input: Value,
    },
}

/// Words.
pub fn text(words: impl Into<String>) -> Block {
    Block::Text(words.into())
}

/// Words that the model says to itself.
pub fn thinking(words: impl Into<String>) -> Block {
    Block::Thinking(words.into())
}

/// A tool is to be used.
pub fn call(name: impl Into<String>, input: Value) -> Block {
    Block::Call { name: name.into(), input }
}

/// How an answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// As it should.
    #[default]
    Whole,
    /// The connection breaks after so many bytes of the body.
    CutAfter(usize),
    /// The connection breaks in the middle of the first character that has several bytes.
    CutInACharacter,
    /// Nothing comes any more after so many bytes, and the connection stays.
    StallAfter(usize),
    /// So many bytes at once, with this much time between.
    Dribble(usize, Duration),
}

/// Something that goes wrong instead of an answer, or in its middle.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// An answer with a status and an error, in the API's own form.
    Status {
        /// Of HTTP.
        status: u16,
        /// The API's name for it: `rate_limit_error`.
        kind: &'static str,
        /// What it says.
        message: String,
        /// Further headers.
        headers: Vec<(&'static str, String)>,
    },
    /// An event `error` after the first block.
    InTheMiddle {
        /// The API's name for it: `overloaded_error`.
        kind: &'static str,
        /// What it says.
        message: String,
    },
    /// A page of somebody else's.
    NotTheApi,
    /// The connection is closed without a word.
    Silence,
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub(super) blocks: Vec<Block>,
    pub(super) stop_reason: Option<String>,
    pub(super) input_tokens: u64,
    pub(super) cache_read: u64,
    pub(super) cache_write: u64,
    pub(super) output_tokens: u64,
    pub(super) delivery: Delivery,
    pub(super) fault: Option<Fault>,
}

impl Turn {
    /// An answer of these pieces.
    #[must_use]
    pub fn of(blocks: impl IntoIterator<Item = Block>) -> Self {
        Self {
            blocks: blocks.into_iter().collect(),
            stop_reason: None,
            input_tokens: 100,
            cache_read: 0,
            cache_write: 0,
            output_tokens: 50,
            delivery: Delivery::Whole,
            fault: None,
        }
    }

    /// Something that goes wrong.
    #[must_use]
    pub fn fault(fault: Fault) -> Self {
        Self { fault: Some(fault), ..Self::of([]) }
    }

    /// An error as the API gives it.
    #[must_use]
    pub fn status(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        let (message, headers) = (message.into(), Vec::new());
        Self::fault(Fault::Status { status, kind, message, headers })
    }

    /// A request for a pause, with the headers that go with it.
    #[must_use]
    pub fn rate_limit(retry_after: u64, resets_at: &str) -> Self {
        let headers = vec![
            ("retry-after", retry_after.to_string()),
            ("anthropic-ratelimit-requests-limit", "50".to_owned()),
            ("anthropic-ratelimit-requests-remaining", "0".to_owned()),
            ("anthropic-ratelimit-requests-reset", resets_at.to_owned()),
        ];
        let message = "This request would exceed the rate limit of your organization.".to_owned();
        Self::fault(Fault::Status { status: 429, kind: "rate_limit_error", message, headers })
    }

    /// The same, and in its middle something goes wrong.
    #[must_use]
    pub fn then(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    /// The same, travelling otherwise.
    #[must_use]
    pub fn delivered(self, delivery: Delivery) -> Self {
        Self { delivery, ..self }
    }

    /// The same with another reason to stop, true or not.
    #[must_use]
    pub fn stopping(self, reason: &str) -> Self {
        Self { stop_reason: Some(reason.to_owned()), ..self }
    }

    /// The same with other figures: read, read from what was kept, written.
    #[must_use]
    pub fn using(self, input_tokens: u64, cache_read: u64, output_tokens: u64) -> Self {
        Self { input_tokens, cache_read, output_tokens, ..self }
    }

    /// Why it stops, unless it was told otherwise.
    pub(super) fn reason(&self) -> &str {
        let calls = self.blocks.iter().any(|block| matches!(block, Block::Call { .. }));
        self.stop_reason.as_deref().unwrap_or(if calls { "tool_use" } else { "end_turn" })
    }

    /// What it used, as the API says at the beginning of a message.
    pub(super) fn usage(&self, output_tokens: u64) -> Value {
        json!({
            "input_tokens": self.input_tokens,
            "cache_creation_input_tokens": self.cache_write,
            "cache_read_input_tokens": self.cache_read,
            "output_tokens": output_tokens,
        })
    }
}
