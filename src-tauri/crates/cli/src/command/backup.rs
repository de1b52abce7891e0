//! `aegis backup`: copies of everything but the logs of runs.

use super::with_engine;
use crate::connection::Purpose;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{data, visible};
use aegis_protocol::{ApiError, CreateBackup};
use aegis_runtime::{Paths, backups, look_into, restore};
use clap::Subcommand;
use std::path::PathBuf;

/// Copies of everything but the logs of runs
#[derive(Debug, Subcommand)]
#[command(after_help = "\
A running engine makes one a day and keeps the newest seven. A newer Aegis makes
one before it changes the form of the database.

Backups are in the folder `backups` of the data directory. The logs of runs are
not part of a backup: copy the folder `runs` to keep them.")]
pub(crate) enum Backup {
    /// Make one now, beside the work, and check it
    Create,
    /// Show those that are kept, newest first
    List,
    /// Open one and check it whole
    Verify {
        /// A backup's name, or the path of a file (with a / in it)
        backup: PathBuf,
    },
    /// Put one in the place of the database; the engine must not run
    #[command(after_help = "\
The backup is checked first. The database that it replaces is kept among the
backups, so that this can be undone. Work that ran when the backup was made
counts as cut off: what then happens to it is what its task says of
interruptions. The logs of runs stay as they are.")]
    Restore {
        /// A backup's name, or the path of a file (with a / in it)
        backup: PathBuf,
    },
}

impl Backup {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        match self {
            Self::Create => {
                return with_engine(Purpose::OneCommand, out, async |engine, out| {
                    let made = engine.call(CreateBackup {}).await?;
                    out.answer(&made, data::made)?;
                    Ok(Exit::Success)
                })
                .await;
            }
            Self::List => {
                let kept = backups(&paths()?)?;
                out.answer(&kept[..], data::backups)?;
                if kept.is_empty() {
                    out.note("No backups yet. Make one with: aegis backup create");
                }
            }
            Self::Verify { backup } => {
                let contents = look_into(&paths()?, &backup)?;
                out.answer(&contents, data::contents)?;
            }
            Self::Restore { backup } => {
                let restored = restore(&paths()?, &backup)?;
                out.answer(&restored, data::restored)?;
                if let Some(kept) = &restored.kept {
                    out.note(&format!("What was there before is kept: {}", visible::cell(kept)));
                }
                out.note("The logs of runs are not part of a backup: they are as they were.");
            }
        }
        Ok(Exit::Success)
    }
}

/// Where everything is.
fn paths() -> Result<Paths, ApiError> {
    Ok(Paths::from_env()?)
}
