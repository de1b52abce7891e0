//! The form of requests and answers on a wire: one JSON object a line.

use crate::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longest line, in bytes. A longer one ends the connection.
pub const MAX_FRAME: usize = 16 * 1024 * 1024;

/// What a client sends.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ClientFrame {
    /// A call of a method, or the opening of a feed.
    Request {
        /// The client's own number for it; answers carry it.
        id: u64,
        /// The method's or feed's name.
        method: String,
        /// Its arguments.
        #[serde(default)]
        params: Value,
    },
    /// Whoever uses the client is an agent, and no person. It counts from here on, is not answered,
    /// and cannot be taken back.
    Introduce {
        /// What it calls itself.
        agent: String,
    },
    /// The client wants no more items of a feed.
    End {
        /// The number of the request that opened it.
        id: u64,
    },
}

/// What a server sends.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ServerFrame {
    /// A method's reply.
    Reply {
        /// The number of the request.
        id: u64,
        /// The reply.
        result: Value,
    },
    /// A feed's item.
    Item {
        /// The number of the request.
        id: u64,
        /// The item.
        item: Value,
    },
    /// A feed has no more items.
    Ended {
        /// The number of the request.
        id: u64,
    },
    /// A refusal; it also ends a feed.
    Error {
        /// The number of the request.
        id: u64,
        /// Why.
        error: ApiError,
    },
}
