//! `aegis approvals`: what the user is asked, and the answers.

use crate::command::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::approval;
use crate::{terminal, value};
use aegis_domain::TaskRef;
use aegis_domain::machine::Answer;
use aegis_protocol::{
    AllowAlways, AnswerTask, ApiError, ApprovalView, ErrorKind, ListApprovals, PreviewRule,
    ShowTask,
};
use clap::{Args, Subcommand};

/// What you are asked, and your answers
#[derive(Debug, Args)]
#[command(after_help = "\
An answer is good for the very call that is shown, and once. `--always` makes a
rule of it; rules are seen and taken away with `aegis rules`.")]
pub(crate) struct Approvals {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every open question, the oldest first; this is what happens without a word, too
    List,
    /// One question whole: what is asked, with what, and why
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// Yes
    Allow {
        #[command(flatten)]
        which: Which,

        /// And make a rule, so that such calls are not asked about again
        #[arg(long)]
        always: bool,

        /// Make the rule without asking once more
        #[arg(long, requires = "always")]
        yes: bool,
    },
    /// No to this; the work goes on without it
    Refuse {
        #[command(flatten)]
        which: Which,

        /// Why, or what to do instead
        #[arg(long, value_name = "TEXT")]
        because: Option<String>,
    },
    /// No, and with that the work has failed
    Deny {
        #[command(flatten)]
        which: Which,
    },
    /// Answer in words
    Answer {
        #[command(flatten)]
        which: Which,

        /// The words
        text: String,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// Whose: the task's number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,
}

impl Approvals {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        match self.what.unwrap_or(What::List) {
            What::List => list(engine, out).await,
            What::Show { which } => {
                let asked = which.find(engine).await?;
                out.answer(&asked, approval::draw)?;
                Ok(Exit::Success)
            }
            What::Allow { which, always: true, yes } => allow_always(which, yes, engine, out).await,
            What::Allow { which, .. } => which.answer(Answer::Grant, engine, out).await,
            What::Refuse { which, because } => {
                let words = because.unwrap_or_default();
                which.answer(Answer::Refuse { words }, engine, out).await
            }
            What::Deny { which } => which.answer(Answer::Deny, engine, out).await,
            What::Answer { which, text } => which.answer(Answer::Text(text), engine, out).await,
        }
    }
}

async fn list(engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
    let open = engine.call(ListApprovals {}).await?;
    out.answer(&open[..], approval::list)?;
    if open.is_empty() {
        out.note("Nothing is asked.");
    }
    Ok(Exit::Success)
}

/// Shows the rule and what it would have let through, before it is made.
async fn allow_always(
    which: Which,
    yes: bool,
    engine: &Engine,
    out: &mut Output,
) -> Result<Exit, Error> {
    let asked = which.find(engine).await?;
    let number = asked.number;
    let Some(rule) = asked.always else {
        let message = "No rule can say this call, so there is no “always” for it.";
        let hint = format!("Allow it this once: aegis approvals allow {number}");
        return Err(ApiError::new(ErrorKind::Conflict, message).with_hint(hint).into());
    };
    if !yes {
        let preview = engine.call(PreviewRule { rule: rule.clone() }).await?;
        let shown = approval::preview(&preview, &out.error_canvas());
        out.remark(shown.trim_end());
        let hint = format!(
            "Look at the rule, and make it with: aegis approvals allow {number} --always --yes"
        );
        if !terminal::agrees("Allow this always?", out, hint).await? {
            out.note("Nothing was allowed.");
            return Ok(Exit::Success);
        }
    }
    let request = AllowAlways { task: TaskRef::Id(asked.task), ask: asked.ask.id, rule };
    let card = engine.call(request).await?;
    confirm(engine, out, &card, |card| card)
}

impl Which {
    /// The question that is open; of several the one that waits longest.
    async fn find(&self, engine: &Engine) -> Result<ApprovalView, Error> {
        let card = engine.call(ShowTask { task: self.task.clone() }).await?.card;
        let open = engine.call(ListApprovals {}).await?;
        open.into_iter().find(|asked| asked.task == card.id).ok_or_else(|| {
            ApiError::new(ErrorKind::Conflict, format!("#{} asks nothing.", card.number))
                .with_hint("See what is asked: aegis approvals")
                .into()
        })
    }

    /// Answers the question that is open now, and no other one.
    async fn answer(
        self,
        answer: Answer,
        engine: &Engine,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let asked = self.find(engine).await?;
        let request = AnswerTask { task: TaskRef::Id(asked.task), ask: asked.ask.id, answer };
        let card = engine.call(request).await?;
        confirm(engine, out, &card, |card| card)
    }
}

#[cfg(test)]
mod tests;
