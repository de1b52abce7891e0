//! Every request, with its name and its reply.

mod approval;
mod artifact;
mod board;
mod data;
mod engine;
mod events;
mod key;
mod knowledge;
mod log;
mod metrics;
mod pool;
mod quick_add;
mod schedule;
mod search;
mod settings;
mod task;

pub use approval::*;
pub use artifact::*;
pub use board::*;
pub use data::*;
pub use engine::*;
pub use events::*;
pub use key::*;
pub use knowledge::*;
pub use log::*;
pub use metrics::*;
pub use pool::*;
pub use quick_add::*;
pub use schedule::*;
pub use search::*;
pub use settings::*;
pub use task::*;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A request with one reply.
pub trait Method: Serialize + DeserializeOwned + Send + 'static {
    /// Its stable name: `task.create`.
    const NAME: &'static str;
    /// What is answered.
    type Reply: Serialize + DeserializeOwned + Send + 'static;
}

/// A request that is answered by items, until somebody ends it.
pub trait Feed: Serialize + DeserializeOwned + Send + 'static {
    /// Its stable name: `events.subscribe`.
    const NAME: &'static str;
    /// What is sent.
    type Item: Serialize + DeserializeOwned + Send + 'static;
}

/// Names a request and its reply in one line.
macro_rules! method {
    ($name:literal, $request:ty => $reply:ty) => {
        impl crate::Method for $request {
            const NAME: &'static str = $name;
            type Reply = $reply;
        }
    };
}
pub(crate) use method;
