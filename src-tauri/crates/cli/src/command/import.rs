//! `aegis import`.

use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use aegis_protocol::ApiError;
use aegis_runtime::{Imported, Paths, import};
use clap::Args;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

/// Take in what `aegis export` wrote
#[derive(Debug, Args)]
#[command(after_help = "\
All or nothing. The engine must not run meanwhile. Without --merge the data
directory has to be empty. With it, tasks that are there already stay as they are,
and a task whose number or slug is taken gets another number or none.

Runs that had not ended count as cut off: what then happens is what their task says
of interruptions. Where the export was made they go on all the same.")]
pub(crate) struct Import {
    /// The file to take in; - is standard input
    file: PathBuf,
    /// Take it in beside what is there
    #[arg(long)]
    merge: bool,
}

impl Import {
    pub(crate) fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let paths = Paths::from_env().map_err(ApiError::from)?;
        let imported = if self.file == Path::new("-") {
            import(&paths, io::stdin().lock(), self.merge)?
        } else {
            let file = File::open(&self.file).map_err(|error| {
                let file = self.file.display();
                let message = format!("The export {file} cannot be read: {error}.");
                Error::usage(message, "Name a file that `aegis export` wrote, or -.")
            })?;
            import(&paths, BufReader::new(file), self.merge)?
        };
        out.answer(&imported, |imported, _| draw(imported))?;
        Ok(Exit::Success)
    }
}

fn draw(imported: &Imported) -> String {
    let mut said = vec![format!("Imported {} tasks", imported.tasks)];
    let mut also = |count: u64, what: &str| {
        if count > 0 {
            said.push(format!("{count} {what}"));
        }
    };
    also(imported.skipped, "were there already");
    also(imported.renumbered, "got another number");
    also(imported.without_slug, "lost their slug");
    also(imported.kept_names, "resources, facts and templates stay as they were");
    also(imported.cut_off, "runs count as cut off");
    said.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happened_is_said() {
        let imported = Imported { tasks: 3, ..Imported::default() };
        assert_eq!(draw(&imported), "Imported 3 tasks");
        let imported = Imported { skipped: 2, renumbered: 1, ..imported };
        assert_eq!(
            draw(&imported),
            "Imported 3 tasks · 2 were there already · 1 got another number"
        );
    }
}
