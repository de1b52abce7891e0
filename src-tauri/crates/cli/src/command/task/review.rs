//! `aegis task review`.

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::machine::Verdict;
use aegis_domain::{ReviewKind, TaskRef};
use aegis_protocol::ReviewTask;
use clap::{Args, ValueEnum};

/// Say whether its outcome is good
#[derive(Debug, Args)]
pub(crate) struct Review {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,

    #[command(flatten)]
    verdict: VerdictArgs,

    /// With --pass: what is good about it
    #[arg(long, value_name = "TEXT", conflicts_with = "reject")]
    feedback: Option<String>,

    /// How good it is: 0 to 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    score: Option<u8>,

    /// In what role you look at it; user when absent
    #[arg(long = "as", value_enum, value_name = "ROLE")]
    role: Option<Role>,
}

/// In what role somebody reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// You asked for the work
    User,
    /// You did it
    #[value(name = "self")]
    Doer,
    /// You are another agent
    Peer,
    /// You are a test
    Automated,
}

impl From<Role> for ReviewKind {
    fn from(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Doer => Self::SelfReview,
            Role::Peer => Self::Peer,
            Role::Automated => Self::Automated,
        }
    }
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct VerdictArgs {
    /// It is good
    #[arg(long)]
    pass: bool,

    /// It is not good yet: what is missing
    #[arg(long, value_name = "FEEDBACK")]
    reject: Option<String>,
}

impl Review {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let verdict = match self.verdict.reject {
            Some(feedback) => Verdict::Reject { feedback },
            None => Verdict::Pass { feedback: self.feedback.unwrap_or_default() },
        };
        let kind = self.role.map(ReviewKind::from).unwrap_or_default();
        let request = ReviewTask { task: self.task, verdict, kind, score: self.score };
        let card = engine.call(request).await?;
        confirm(engine, out, &card, |card| card)
    }
}
