//! Answers that are given in a notification, on their way to the engine.

use aegis_api::{Api, Service, call};
use aegis_domain::machine::{Answer, Answerable};
use aegis_domain::{About, Actor, TaskRef};
use aegis_ports::OnAnswer;
use aegis_protocol::{AnswerTask, ApiError, ListApprovals};
use std::sync::{Arc, Weak};
use tracing::{info, warn};

/// Hands answers to the engine for as long as it is there. What was answered elsewhere meanwhile is
/// refused by the engine.
pub(crate) fn to(api: &Arc<Api>) -> OnAnswer {
    // The engine holds the notifier, so this must not hold the engine.
    let api: Weak<Api> = Arc::downgrade(api);
    Arc::new(move |question, yes| {
        let Some(api) = api.upgrade() else { return };
        let door = api.door(Actor::Human("notification".to_owned()));
        tokio::spawn(async move {
            match answer(&door, question, yes).await {
                Ok(()) => info!(yes, "a question was answered in its notification"),
                Err(error) => warn!(%error, "an answer in a notification came to nothing"),
            }
        });
    })
}

/// A no to a call of a tool is no more than that: the work goes on without it.
async fn answer(service: &dyn Service, question: Answerable, yes: bool) -> Result<(), ApiError> {
    let answer = if yes {
        Answer::Grant
    } else {
        let open = call(service, ListApprovals {}).await?;
        let asked = open.into_iter().find(|open| open.ask.id == question.ask);
        match asked.and_then(|asked| asked.ask.about).as_deref() {
            Some(About::Call(_)) => Answer::Refuse { words: String::new() },
            _ => Answer::Deny,
        }
    };
    let request = AnswerTask { task: TaskRef::Id(question.task), ask: question.ask, answer };
    call(service, request).await.map(drop)
}
