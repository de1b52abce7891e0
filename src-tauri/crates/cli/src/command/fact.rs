//! `aegis fact`: what conditions can name.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{knowledge, visible};
use crate::value;
use aegis_protocol::{ListFacts, RemoveFact, SetFact};
use clap::Subcommand;

/// Facts that conditions can name, such as fact.mood
#[derive(Debug, Subcommand)]
pub(crate) enum Fact {
    /// Show them
    List,
    /// Tell one; what was known under its name is forgotten
    Set {
        /// Its name: a letter, then letters, digits and _
        name: String,
        /// Its value, as JSON or text
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Take one away
    Remove {
        /// Its name
        name: String,
    },
}

impl Fact {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::List => {
                let facts = engine.call(ListFacts {}).await?;
                out.answer(&facts[..], knowledge::facts)?;
                if facts.is_empty() {
                    out.note("No facts yet. Tell one with: aegis fact set mood 4");
                }
            }
            Self::Set { name, value } => {
                let value = value::json_or_text(&value);
                let said = format!("fact.{name} is {value}");
                engine.call(SetFact { name, value }).await?;
                out.answer(&(), |(), _| visible::cell(&said).into_owned())?;
            }
            Self::Remove { name } => {
                let said = format!("fact.{name} is not known any more");
                engine.call(RemoveFact { name }).await?;
                out.answer(&(), |(), _| visible::cell(&said).into_owned())?;
            }
        }
        Ok(Exit::Success)
    }
}
