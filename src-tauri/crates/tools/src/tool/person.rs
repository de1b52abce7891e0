//! Telling and asking the person at this machine.

use super::Work;
use crate::hash::hash_of;
use crate::registry::{Done, Input, ToolError};
use aegis_domain::machine::Asks;
use aegis_domain::policy::{Nature, Reach};
use aegis_domain::{About, AskKind, AskedCall, ErrorCategory};
use aegis_ports::Notification;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// Most characters of a notification's title and text.
const MAX_TITLE: usize = 100;
const MAX_TEXT: usize = 1_000;

/// Ask the user.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskUser {
    /// The question, with all that is needed to answer it.
    question: String,
}

impl Input for AskUser {
    const NAME: &'static str = "ask_user";
    const DESCRIPTION: &'static str = "Ask the user something and wait for the answer. Ask only \
        what you cannot find out; it may take long.";

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Tell)
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            let question = self.question.trim().to_owned();
            if question.is_empty() {
                let message = "There is no question.";
                return Err(ToolError::new(ErrorCategory::SyntaxError, message));
            }
            let input = json!({ "question": question });
            let call = AskedCall {
                tool: Self::NAME.to_owned(),
                hash: hash_of(&input),
                input,
                nature: Self::nature(None),
                why: "The agent asks you.".to_owned(),
            };
            let about = Some(Box::new(About::Call(call)));
            let asks = Asks { kind: AskKind::Answer, question, about, limit_secs: None };
            let answer = work.ask_person(asks).await?;
            Ok(json!({ "success": true, "answer": answer.unwrap_or_else(|| "Yes.".to_owned()) }))
        })
    }
}

/// Show a notification.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notify {
    /// One line.
    title: String,
    /// The rest.
    #[serde(default)]
    message: String,
}

impl Input for Notify {
    const NAME: &'static str = "notify";
    const DESCRIPTION: &'static str = "Show the user a notification on this machine.";

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Tell)
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            let title = line(&self.title, MAX_TITLE);
            // Whoever reads it has to know that an agent says so, and not Aegis.
            let title = match work.task {
                Some((_, number)) => format!("#{number}: {title}"),
                None => format!("An agent: {title}"),
            };
            let notification =
                Notification { title, body: line(&self.message, MAX_TEXT), asks: None };
            work.notifier.notify(notification).await.map_err(|error| {
                ToolError::new(ErrorCategory::CommandFailed, format!("{error}."))
            })?;
            Ok(json!({ "success": true }))
        })
    }
}

/// Say something.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Speak {
    /// What is to be said.
    text: String,
}

impl Input for Speak {
    const NAME: &'static str = "speak";
    const DESCRIPTION: &'static str = "Say something to the user: aloud where a voice is there, \
        else as a sound with a notification.";

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Tell)
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            let body = line(&self.text, MAX_TEXT);
            let title = match work.task {
                Some((_, number)) => format!("#{number} says"),
                None => "An agent says".to_owned(),
            };
            let heard = work.speaker.chime().await.is_ok();
            let shown = work.notifier.notify(Notification { title, body, asks: None }).await;
            if let (false, Err(error)) = (heard, &shown) {
                return Err(ToolError::new(ErrorCategory::CommandFailed, format!("{error}.")));
            }
            Ok(json!({ "success": true, "sound": heard, "shown": shown.is_ok() }))
        })
    }
}

/// Text for people, without what cannot be seen.
fn line(text: &str, most: usize) -> String {
    let seen = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c });
    seen.take(most).collect::<String>().trim().to_owned()
}
