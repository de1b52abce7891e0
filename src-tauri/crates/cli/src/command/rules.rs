//! `aegis rules`: what agents may do without asking, must ask about, and may not do.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::approval;
use crate::value;
use aegis_domain::policy::{Effect, InputMatch, NewRule, Pattern};
use aegis_domain::{Invalid, TaskId, TaskRef};
use aegis_protocol::{
    ApiError, ErrorKind, ListRules, MakeRule, PreviewRule, ProposeRules, RemoveRule, RuleView,
    ShowTask,
};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What agents may do without asking, and what they may not do at all
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  aegis rules allow Bash --input command='cargo test*' --in ~/src
  aegis rules deny  Bash --input command='*rm -rf*' --note 'never'
  aegis rules preview allow WebFetch --input url='https://docs.rs/*'

A rule that refuses beats one that asks, and that beats one that allows. A star
in a rule that allows stands for nothing that would begin another command.")]
pub(crate) enum Rules {
    /// Show them, the oldest first
    List,
    /// Let calls through without asking
    Allow {
        #[command(flatten)]
        calls: Calls,
    },
    /// Ask about calls each time
    Ask {
        #[command(flatten)]
        calls: Calls,
    },
    /// Refuse calls
    Deny {
        #[command(flatten)]
        calls: Calls,
    },
    /// Take a rule away
    Remove {
        /// Its id, or the end of it, as `aegis rules list` shows it
        id: String,
    },
    /// Say which of the last calls a rule would mean, without making it
    Preview {
        /// What it would do
        #[arg(value_enum)]
        effect: EffectArg,
        #[command(flatten)]
        calls: Calls,
    },
    /// The narrowest rules that let through what the last run of a task did
    Propose {
        /// Which task: its number, its short id, its slug, or its id
        #[arg(value_parser = value::task)]
        task: TaskRef,

        /// Make them, and let the task ask about everything else
        #[arg(long)]
        keep: bool,
    },
}

/// Which calls are meant.
#[derive(Debug, Args)]
pub(crate) struct Calls {
    /// The tool, such as Bash or `mcp__github__*`; * is any text
    tool: String,

    /// Only when this part of the input looks like this: command='git *', a.b=x
    #[arg(long, value_name = "NAME=PATTERN", value_parser = input)]
    input: Vec<InputMatch>,

    /// Only for work in this folder or below it
    #[arg(long = "in", value_name = "FOLDER")]
    folder: Option<PathBuf>,

    /// Only for this task
    #[arg(long, value_name = "TASK", value_parser = value::task)]
    task: Option<TaskRef>,

    /// Why there is this rule
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EffectArg {
    /// Let through
    Allow,
    /// Ask each time
    Ask,
    /// Refuse
    Deny,
}

impl From<EffectArg> for Effect {
    fn from(effect: EffectArg) -> Self {
        match effect {
            EffectArg::Allow => Self::Allow,
            EffectArg::Ask => Self::Ask,
            EffectArg::Deny => Self::Deny,
        }
    }
}

impl Rules {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::List => {
                let rules = engine.call(ListRules {}).await?;
                out.answer(&rules[..], approval::rules)?;
                if rules.is_empty() {
                    out.note("No rules yet. Agents ask before they change anything.");
                }
            }
            Self::Allow { calls } => make(Effect::Allow, calls, engine, out).await?,
            Self::Ask { calls } => make(Effect::Ask, calls, engine, out).await?,
            Self::Deny { calls } => make(Effect::Deny, calls, engine, out).await?,
            Self::Remove { id } => {
                let rule = named(&id, engine.call(ListRules {}).await?)?;
                engine.call(RemoveRule { id: rule.rule.id }).await?;
                out.answer(&rule, |rule, _| approval::removed(rule))?;
            }
            Self::Preview { effect, calls } => {
                let rule = calls.rule(effect.into(), engine).await?;
                let preview = engine.call(PreviewRule { rule }).await?;
                out.answer(&preview, approval::preview)?;
            }
            Self::Propose { task, keep } => {
                let name = task.to_string();
                let proposal = engine.call(ProposeRules { task, keep }).await?;
                out.answer(&proposal, approval::proposal)?;
                if !keep && !proposal.rules.is_empty() {
                    let word = name.trim_start_matches('#');
                    out.note(&format!("Make them with: aegis rules propose {word} --keep"));
                }
            }
        }
        Ok(Exit::Success)
    }
}

async fn make(
    effect: Effect,
    calls: Calls,
    engine: &Engine,
    out: &mut Output,
) -> Result<(), Error> {
    let rule = calls.rule(effect, engine).await?;
    let made = engine.call(MakeRule { rule }).await?;
    out.answer(&made, |made, _| approval::made(made))
}

impl Calls {
    async fn rule(self, effect: Effect, engine: &Engine) -> Result<NewRule, Error> {
        let tool = Pattern::new(&self.tool).map_err(|error| refused("tool", error))?;
        Ok(NewRule {
            input: self.input,
            workspace: self.folder.as_deref().map(value::folder).transpose()?,
            task: of_task(self.task, engine).await?,
            note: self.note.unwrap_or_default(),
            ..NewRule::new(effect, tool)
        })
    }
}

async fn of_task(task: Option<TaskRef>, engine: &Engine) -> Result<Option<TaskId>, Error> {
    let Some(task) = task else { return Ok(None) };
    Ok(Some(engine.call(ShowTask { task }).await?.card.id))
}

fn refused(field: &str, error: Invalid) -> Error {
    let mut refused = ApiError::new(ErrorKind::Invalid, error.message).with_hint(error.hint);
    refused.field = Some(field.to_owned());
    refused.into()
}

/// `command=git *`.
fn input(text: &str) -> Result<InputMatch, String> {
    let how = "write the name of a part of the input, = and what it looks like, such as \
               command='git *'";
    let (name, pattern) = text.split_once('=').ok_or(how)?;
    let is = Pattern::new(pattern).map_err(|error| error.to_string())?;
    InputMatch::of(name, is).map_err(|_| how.to_owned())
}

/// The rule of this id, or the one whose id ends so.
fn named(id: &str, rules: Vec<RuleView>) -> Result<RuleView, Error> {
    const FEWEST: usize = 4;
    let end = id.trim().to_ascii_lowercase();
    let ends = |rule: &RuleView| rule.rule.id.to_string().ends_with(&end);
    let mut fitting = rules.into_iter().filter(|rule| end.len() >= FEWEST && ends(rule));
    let hint = "Name it as `aegis rules list` shows it.";
    match (fitting.next(), fitting.next()) {
        (Some(rule), None) => Ok(rule),
        (None, _) => {
            let error = ApiError::new(ErrorKind::NotFound, format!("There is no rule “{id}”."));
            Err(error.with_hint(hint).into())
        }
        (Some(_), Some(_)) => {
            let error =
                ApiError::new(ErrorKind::Invalid, format!("“{id}” may mean several rules."));
            Err(error.with_hint("Give more of its id.").into())
        }
    }
}

#[cfg(test)]
mod tests;
