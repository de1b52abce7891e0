//! What a command is run with.

use crate::document;
use crate::error::Error;
use crate::value;
use aegis_domain::{KeyName, Prompt, ShellSettings};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "Command")]
pub(crate) struct ShellArgs {
    /// What a shell is to run, in place of a command; - reads it from standard input. Values of
    /// parameters come as variables: "$AEGIS_PARAM_CITY"
    #[arg(long, value_name = "SCRIPT", conflicts_with = "command")]
    script: Option<String>,

    /// The same from a file, as it is now
    #[arg(long, value_name = "FILE", conflicts_with_all = ["script", "command"])]
    script_file: Option<PathBuf>,

    /// Which shell runs the script; sh when absent
    #[arg(long, value_name = "PROGRAM")]
    shell: Option<String>,

    /// A variable that it sees; as often as there are some. What looks like a key goes into the
    /// keychain
    #[arg(long, value_name = "NAME=VALUE", value_parser = value::variable)]
    env: Vec<(String, String)>,

    /// A variable whose value is a key of the keychain, by the key's name; as often as there are
    /// some
    #[arg(long = "secret", value_name = "NAME=KEY", value_parser = value::secret)]
    secrets: Vec<(String, KeyName)>,

    /// What it reads from its standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    stdin: Option<String>,

    /// The same from a file, as it is now; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "stdin")]
    stdin_file: Option<PathBuf>,

    /// Run it in a terminal of its own, of 80 columns and 24 rows
    #[arg(long)]
    pty: bool,

    /// What to type when it shows something, once: a part of what it shows, or a regular
    /// expression between slashes. In a terminal of its own; as often as there are some
    #[arg(long = "prompt", value_name = "SHOWN=ANSWER", value_parser = value::prompt)]
    prompts: Vec<(String, String)>,

    /// The same with a key of the keychain as the answer, by its name
    #[arg(long = "prompt-key", value_name = "SHOWN=KEY", value_parser = value::prompt_key)]
    prompt_keys: Vec<(String, KeyName)>,
}

impl ShellArgs {
    /// Whether there is a script to be run.
    pub(crate) const fn has_script(&self) -> bool {
        self.script.is_some() || self.script_file.is_some()
    }

    /// Whether nothing is said of a command.
    pub(crate) fn is_absent(&self) -> bool {
        *self == Self::default()
    }

    /// The settings as typed.
    ///
    /// # Errors
    /// [`Error::Usage`] for a file that cannot be read, or when standard input is named twice.
    pub(crate) fn into_settings(self) -> Result<ShellSettings, Error> {
        let from_stdin = |path: &Option<PathBuf>| path.as_deref() == Some("-".as_ref());
        let dash = PathBuf::from("-");
        let script_file = match self.script.as_deref() {
            Some("-") => Some(dash),
            _ => self.script_file,
        };
        if from_stdin(&script_file) && from_stdin(&self.stdin_file) {
            return Err(Error::usage(
                "Standard input cannot be the script and its input.",
                "Put one of them into a file.",
            ));
        }
        let script = match script_file {
            Some(file) => Some(document::plain("script", &file)?),
            None => self.script,
        };
        let stdin = match self.stdin_file {
            Some(file) => Some(document::plain("input", &file)?),
            None => self.stdin,
        };
        let answers = self.prompts.into_iter();
        let answers = answers.map(|(expect, send)| Prompt { expect, send: Some(send), key: None });
        let keys = self.prompt_keys.into_iter();
        let keys = keys.map(|(expect, key)| Prompt { expect, send: None, key: Some(key) });
        let prompts: Vec<_> = answers.chain(keys).collect();
        Ok(ShellSettings {
            script,
            shell: self.shell,
            env: self.env.into_iter().collect(),
            secrets: self.secrets.into_iter().collect(),
            stdin,
            pty: self.pty || !prompts.is_empty(),
            prompts,
            ..ShellSettings::default()
        })
    }
}
