//! `aegis completions`.

use crate::args;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use clap::Args;
use clap_complete::Shell;

/// Print what makes a shell complete `aegis`
#[derive(Debug, Args)]
#[command(
    after_help = "For bash: aegis completions bash > ~/.local/share/bash-completion/completions/aegis"
)]
pub(crate) struct Completions {
    /// Which shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut args::program(), "aegis", &mut script);
        out.write(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Success)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Captured;

    #[test]
    fn every_shell_has_its_script() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Elvish, Shell::PowerShell] {
            let captured = Captured::new();
            Completions { shell }.run(&mut captured.output(false)).unwrap();
            let script = captured.stdout();
            assert!(script.contains("quick-add") && script.contains("on-interrupt"), "{shell}");
        }
    }
}
