//! `aegis man`.

use crate::args;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use clap::Args;

/// Print the manual, as a page for `man`
#[derive(Debug, Args)]
#[command(after_help = "To read it: aegis man task create | man -l -")]
pub(crate) struct Man {
    /// The page of one command, such as `task create`; the first page when absent
    command: Vec<String>,
}

impl Man {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let mut program = args::program();
        // Names of the whole way down, as in `aegis-task-create`.
        program.build();
        let mut page = &program;
        for name in &self.command {
            page = page.find_subcommand(name).ok_or_else(|| {
                Error::usage(
                    format!("There is no command `aegis {}`.", self.command.join(" ")),
                    "See `aegis --help` for those that there are.",
                )
            })?;
        }
        let mut text = Vec::new();
        clap_mangen::Man::new(page.clone()).render(&mut text)?;
        out.write(&String::from_utf8_lossy(&text))?;
        Ok(Exit::Success)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Captured;

    fn page(words: &[&str]) -> Result<String, Error> {
        let captured = Captured::new();
        let command = words.iter().map(|word| (*word).to_owned()).collect();
        Man { command }.run(&mut captured.output(false))?;
        Ok(captured.stdout())
    }

    #[test]
    fn there_is_a_page_for_every_command() {
        assert!(page(&[]).unwrap().contains("Exit codes"));
        let create = page(&["task", "create"]).unwrap();
        assert!(create.contains("aegis\\-task\\-create") && create.contains("on\\-interrupt"));
    }

    #[test]
    fn a_page_that_is_not_there_is_told() {
        let error = page(&["task", "fly"]).unwrap_err();
        assert_eq!(error.to_string(), "There is no command `aegis task fly`.");
        assert_eq!(error.exit(), Exit::Usage);
    }
}
