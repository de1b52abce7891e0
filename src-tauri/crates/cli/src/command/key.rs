//! `aegis key`: what is in the keychain.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{keys, visible};
use aegis_domain::MAX_SECRET;
use aegis_protocol::{ListKeys, RemoveKey, SetKey, TestKey};
use clap::Subcommand;
use console::Term;
use std::io::{self, IsTerminal as _, Read as _};

/// Keys in the system's keychain, such as that of Anthropic's API
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Show their names, and the tasks that use them
    List,
    /// Keep one: it is asked for, or read from standard input when that is no terminal
    Set {
        /// Its name: lower-case words with - between them, such as anthropic
        name: String,
    },
    /// Look whether one is there, and ask its service whether it takes it
    Test {
        /// Its name
        name: String,
    },
    /// Remove one from the keychain
    Remove {
        /// Its name
        name: String,
    },
}

impl Key {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::List => {
                let view = engine.call(ListKeys {}).await?;
                out.answer(&view, keys::list)?;
                if view.keys.is_empty() {
                    out.note("No keys yet. Keep one with: aegis key set anthropic");
                }
                if view.more_uses {
                    out.note("Only the newest tasks were looked at for the keys that they use.");
                }
            }
            Self::Set { name } => {
                let value = read(&name)?;
                engine.call(SetKey { name: name.clone(), value }).await?;
                let said = format!("{name} is in the keychain");
                out.answer(&(), |(), _| visible::cell(&said).into_owned())?;
            }
            Self::Test { name } => {
                let found = engine.call(TestKey { name }).await?;
                out.answer(&found, keys::tested)?;
                if found.category.is_some() {
                    return Ok(Exit::Failed);
                }
            }
            Self::Remove { name } => {
                let said = format!("{name} is not in the keychain any more");
                engine.call(RemoveKey { name }).await?;
                out.answer(&(), |(), _| visible::cell(&said).into_owned())?;
            }
        }
        Ok(Exit::Success)
    }
}

/// What is typed without being shown, or what a pipe brings, without the line end behind it.
fn read(name: &str) -> Result<String, Error> {
    let unread = |error: io::Error| {
        Error::usage(
            format!("The key cannot be read: {error}."),
            "Type it when it is asked for, or give it on standard input.",
        )
    };
    let mut text = String::new();
    if io::stdin().is_terminal() {
        let term = Term::stderr();
        term.write_str(&format!("{} (it is not shown): ", visible::cell(name))).map_err(unread)?;
        text = term.read_secure_line().map_err(unread)?;
    } else {
        // A byte more than fits, so that what is too long is refused and not cut.
        let most = u64::try_from(MAX_SECRET + 3).unwrap_or(u64::MAX);
        io::stdin().lock().take(most).read_to_string(&mut text).map_err(unread)?;
    }
    let end = text.trim_end_matches(['\n', '\r']).len();
    text.truncate(end);
    if text.is_empty() {
        return Err(Error::usage(
            "There is no key: nothing was read.",
            "Type it when it is asked for, or give it on standard input.",
        ));
    }
    Ok(text)
}
