//! `aegis task answer`.

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::{AskId, State, TaskRef, machine};
use aegis_protocol::{AnswerTask, ApiError, CardView, ErrorKind, ShowTask};
use clap::Args;

/// Answer what it asks
#[derive(Debug, Args)]
pub(crate) struct Answer {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,

    #[command(flatten)]
    answer: AnswerArgs,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct AnswerArgs {
    /// Yes
    #[arg(long)]
    grant: bool,

    /// No, and with that the work has failed
    #[arg(long)]
    deny: bool,

    /// No to this; the work goes on without it
    #[arg(long)]
    refuse: bool,

    /// In words
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

impl Answer {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        // An answer belongs to the question that was read, so it names it: one that was answered
        // meanwhile is refused by the engine.
        let view = engine.call(ShowTask { task: self.task.clone() }).await?;
        let ask = open_question(&view.card)?;
        let answer = self.answer.into_answer();
        let card = engine.call(AnswerTask { task: self.task, ask, answer }).await?;
        confirm(engine, out, &card, |card| card)
    }
}

impl AnswerArgs {
    fn into_answer(self) -> machine::Answer {
        match self.text {
            Some(text) => machine::Answer::Text(text),
            None if self.deny => machine::Answer::Deny,
            None if self.refuse => machine::Answer::Refuse { words: String::new() },
            None => machine::Answer::Grant,
        }
    }
}

fn open_question(card: &CardView) -> Result<AskId, Error> {
    match &card.state {
        Some(State::Awaiting { ask, .. }) => Ok(ask.id),
        _ => Err(ApiError::new(ErrorKind::Conflict, format!("#{} asks nothing.", card.number))
            .with_hint(format!("Look how it stands: aegis task status {}", card.number))
            .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn a_task_without_a_question_cannot_be_answered() {
        for card in samples::cards() {
            let asks = matches!(card.state, Some(State::Awaiting { .. }));
            match open_question(&card) {
                Ok(_) => assert!(asks),
                Err(error) => {
                    assert!(!asks);
                    assert_eq!(error.exit(), Exit::Rejected);
                }
            }
        }
    }
}
