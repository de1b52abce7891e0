//! The settings of a shell task, and what can be said about them without looking at the machine.

use std::collections::BTreeMap;

use aegis_domain::{ExecutorSpec, Invalid, ShellSettings};
use aegis_helper::remains::RUN_VARIABLE;
use serde::Deserialize as _;

use super::environment::is_reserved;
use crate::process::Expected;
use crate::words;

/// Most words of a command.
const MAX_WORDS: usize = 4_096;
/// Most bytes of a command, and of the variables that a task sets.
const MAX_BYTES: usize = 256 * 1024;
/// Most bytes of one word, and of one variable with its name: Linux takes 128 KiB, the closing NUL
/// included (MAX_ARG_STRLEN, execve(2)).
const MAX_STRING: usize = 128 * 1024 - 1;
/// Most bytes of standard input.
const MAX_STDIN: usize = 1024 * 1024;

/// Most answers that are given ahead.
const MAX_PROMPTS: usize = 100;
/// Most bytes of one: a terminal takes no longer lines (termios(3), canonical mode).
const MAX_ANSWER: usize = 4095;

const COMMAND: &str = "command";
const ENV: &str = "env";
const STDIN: &str = "stdin";
const SECRETS: &str = "secrets";
const PROMPTS: &str = "prompts";
const INTO_A_FILE: &str = "Put it into a file, and let the command read that file.";
const NO_NUL: &str = "Remove it: for a program, the text would end there.";

/// The settings, each of them checked except the working directory.
///
/// # Errors
/// [`Invalid`] for the first that cannot stand.
pub(super) fn read(spec: &ExecutorSpec) -> Result<ShellSettings, Invalid> {
    let settings = ShellSettings::deserialize(&spec.settings).map_err(|error| {
        Invalid::new(
            "settings",
            format!(
                "The settings of the shell executor cannot be read: {}.",
                words::quoted(&error.to_string())
            ),
            "They have a command (a list of words) or a script, and may have shell, cwd, env, \
             secrets, stdin, pty, prompts, pause and sandbox.",
        )
    })?;
    match &settings.script {
        Some(script) => check_script(script, &settings)?,
        None if settings.shell.is_some() => {
            return Err(Invalid::new(
                "shell",
                "A shell is named, and there is no script for it.",
                "Give the script too, or leave the shell out.",
            ));
        }
        None => check_command(&settings.command)?,
    }
    check_env(&settings.env)?;
    check_secrets(&settings)?;
    check_stdin(settings.stdin.as_deref())?;
    check_terminal(&settings)?;
    Ok(settings)
}

fn check_script(script: &str, settings: &ShellSettings) -> Result<(), Invalid> {
    let invalid = |message: String, hint: &str| Err(Invalid::new("script", message, hint));
    if !settings.command.is_empty() {
        return invalid(
            "There is a command and a script.".into(),
            "Leave one of them out: the script is run in place of a command.",
        );
    }
    if script.trim().is_empty() {
        return invalid("The script is empty.".into(), "Write what the shell is to run.");
    }
    if script.contains('\0') {
        return invalid("The script has a NUL character.".into(), NO_NUL);
    }
    if script.len() > MAX_STRING {
        let message = format!("The script has {} bytes; at most {MAX_STRING} fit.", script.len());
        return invalid(message, "Put it into a file, and let the command run that file.");
    }
    let shell = settings.shell.as_deref().unwrap_or(ShellSettings::SHELL);
    if shell.trim().is_empty() || shell.contains(['\0', '\n']) {
        return Err(Invalid::new(
            "shell",
            "The shell has no name.",
            "Name a program that runs a script behind -c, such as: bash",
        ));
    }
    Ok(())
}

fn check_secrets(settings: &ShellSettings) -> Result<(), Invalid> {
    let names = settings.secrets.keys().map(|name| (name.clone(), String::new())).collect();
    check_env(&names).map_err(|invalid| Invalid { field: SECRETS.to_owned(), ..invalid })?;
    if let Some(name) = settings.secrets.keys().find(|name| settings.env.contains_key(*name)) {
        let message = format!("{} is a variable and a key at once.", words::quoted(name));
        return Err(Invalid::new(SECRETS, message, "Leave it out of one of them."));
    }
    Ok(())
}

/// What a command that runs in a terminal can have, and what only such a one can.
fn check_terminal(settings: &ShellSettings) -> Result<(), Invalid> {
    if settings.pty && settings.stdin.is_some() {
        return Err(Invalid::new(
            STDIN,
            "A command in a terminal reads from the terminal, so it can have no other input.",
            "Say in prompts what to answer, or leave the terminal out.",
        ));
    }
    if settings.prompts.is_empty() {
        return Ok(());
    }
    let invalid = |message: String, hint: &str| Err(Invalid::new(PROMPTS, message, hint));
    if !settings.pty {
        return invalid(
            "Answers can only be given in a terminal.".into(),
            "Let the command run in one (pty), or put its whole input into stdin.",
        );
    }
    if settings.prompts.len() > MAX_PROMPTS {
        return invalid(
            format!("There are {} prompts; at most {MAX_PROMPTS} fit.", settings.prompts.len()),
            "Let a program such as expect answer.",
        );
    }
    for (prompt, number) in settings.prompts.iter().zip(1_u64..) {
        if let Err(why) = Expected::read(&prompt.expect) {
            return invalid(
                format!("What prompt {number} expects cannot be read: {}.", words::quoted(&why)),
                "Write a part of what the command shows, or a regular expression between slashes.",
            );
        }
        if prompt.send.is_some() == prompt.key.is_some() {
            return invalid(
                format!("Prompt {number} needs one answer."),
                "Say either what to send, or the name of the key to send.",
            );
        }
        if prompt.send.as_ref().is_some_and(|text| text.len() > MAX_ANSWER) {
            return invalid(
                format!("The answer to prompt {number} has more than {MAX_ANSWER} bytes."),
                INTO_A_FILE,
            );
        }
    }
    Ok(())
}

fn check_command(command: &[String]) -> Result<(), Invalid> {
    let invalid = |message: String, hint: &str| Err(Invalid::new(COMMAND, message, hint));
    let Some(program) = command.first() else {
        return invalid("There is no command.".into(), "Name a program, such as: cargo test");
    };
    if program.trim().is_empty() {
        return invalid(
            "The first word of the command, the program, is empty.".into(),
            "Name a program, such as: cargo test",
        );
    }
    if command.len() > MAX_WORDS {
        let message = format!("The command has {} words; at most {MAX_WORDS} fit.", command.len());
        return invalid(message, "Put the list into a file, and let the command read that file.");
    }
    for (word, number) in command.iter().zip(1_u64..) {
        if word.contains('\0') {
            return invalid(format!("Word {number} of the command has a NUL character."), NO_NUL);
        }
        if word.len() > MAX_STRING {
            let message = format!(
                "Word {number} of the command has {} bytes; at most {MAX_STRING} fit.",
                word.len()
            );
            return invalid(message, INTO_A_FILE);
        }
    }
    let bytes: usize = command.iter().map(String::len).sum();
    if bytes > MAX_BYTES {
        let message = format!("The command has {bytes} bytes; at most {MAX_BYTES} fit.");
        return invalid(message, INTO_A_FILE);
    }
    Ok(())
}

fn check_env(env: &BTreeMap<String, String>) -> Result<(), Invalid> {
    let invalid = |message: String, hint: &str| Err(Invalid::new(ENV, message, hint));
    for (name, value) in env {
        let shown = words::quoted(name);
        let unfit = |c: char| c == '=' || c.is_whitespace() || c.is_control();
        if name.is_empty() || name.contains(unfit) {
            return invalid(
                format!("“{shown}” cannot be the name of a variable."),
                "Use letters, digits and _, such as: RUST_LOG",
            );
        }
        if is_reserved(name) || name == RUN_VARIABLE {
            return invalid(
                format!("{shown} is set by Aegis itself."),
                "Leave it out, or choose another name.",
            );
        }
        if value.contains('\0') {
            return invalid(format!("The variable {shown} has a NUL character."), NO_NUL);
        }
        let bytes = name.len() + "=".len() + value.len();
        if bytes > MAX_STRING {
            let message =
                format!("The variable {shown} has {bytes} bytes; at most {MAX_STRING} fit.");
            return invalid(message, INTO_A_FILE);
        }
    }
    let bytes: usize = env.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > MAX_BYTES {
        let message = format!("The variables have {bytes} bytes; at most {MAX_BYTES} fit.");
        return invalid(message, INTO_A_FILE);
    }
    Ok(())
}

fn check_stdin(stdin: Option<&str>) -> Result<(), Invalid> {
    let bytes = stdin.map_or(0, str::len);
    if bytes > MAX_STDIN {
        let message = format!("The standard input has {bytes} bytes; at most {MAX_STDIN} fit.");
        return Err(Invalid::new(STDIN, message, INTO_A_FILE));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn read(settings: Value) -> Result<ShellSettings, Invalid> {
        let name = aegis_domain::ExecutorName::new(ShellSettings::EXECUTOR);
        super::read(&ExecutorSpec { name, settings })
    }

    #[rstest]
    #[case(json!({"command": ["cargo", "--version"]}))]
    #[case(json!({"command": ["printf", "", " ", "déjà\nvu"], "env": {"a.b-c": ""}}))]
    #[case(json!({"command": ["ls"], "sandbox": {"profile": "strict", "protect_git": true}}))]
    #[case(json!({"command": ["ls"], "sandbox": {"network": {"allow": ["a.com:443"]}}}))]
    #[case(json!({"command": vec!["x"; MAX_WORDS]}))]
    #[case(json!({"command": ["x", "y".repeat(MAX_STRING)], "stdin": "z".repeat(MAX_STDIN)}))]
    #[case(json!({"script": "a | b", "shell": "bash", "secrets": {"TOKEN": "github"}}))]
    #[case(json!({"command": ["x"], "pty": true, "prompts": [
        {"expect": "Name:", "send": "Ada"}, {"expect": "/[Pp]assword/", "key": "db"}]}))]
    fn can_stand(#[case] settings: Value) {
        assert_eq!(read(settings).map(drop), Ok(()));
    }

    #[rstest]
    #[case(json!(null), "settings")]
    #[case(json!({}), "command")]
    #[case(json!({"script": "x", "command": ["x"]}), "script")]
    #[case(json!({"script": " \n"}), "script")]
    #[case(json!({"script": "a\u{0}b"}), "script")]
    #[case(json!({"script": "x".repeat(MAX_STRING + 1)}), "script")]
    #[case(json!({"script": "x", "shell": ""}), "shell")]
    #[case(json!({"command": ["x"], "shell": "bash"}), "shell")]
    #[case(json!({"command": ["x"], "secrets": {"A B": "a"}}), "secrets")]
    #[case(json!({"command": ["x"], "secrets": {"AEGIS_RUN": "a"}}), "secrets")]
    #[case(json!({"command": ["x"], "secrets": {"A": "a"}, "env": {"A": "1"}}), "secrets")]
    #[case(json!({"command": ["x"], "secrets": {"A": "Not A Name"}}), "settings")]
    #[case(json!({"command": ["x"], "pty": true, "stdin": "x"}), "stdin")]
    #[case(json!({"command": ["x"], "prompts": [{"expect": "x", "send": "y"}]}), "prompts")]
    #[case(json!({"command": ["x"], "pty": true, "prompts": [{"expect": "x"}]}), "prompts")]
    #[case(json!({"command": ["x"], "pty": true,
        "prompts": [{"expect": "x", "send": "y", "key": "z"}]}), "prompts")]
    #[case(json!({"command": ["x"], "pty": true, "prompts": [{"expect": "", "send": ""}]}), "prompts")]
    #[case(json!({"command": ["x"], "pty": true, "prompts": [{"expect": "/(/", "send": ""}]}), "prompts")]
    #[case(json!({"command": "ls -l"}), "settings")]
    #[case(json!({"command": ["ls"], "sandbox": "strict"}), "settings")]
    #[case(json!({"command": ["ls"], "sandbox": {"profile": "loose"}}), "settings")]
    #[case(json!({"command": ["ls"], "sandbox": {"network": {"allow": ["a.com"]}}}), "settings")]
    #[case(json!({"command": []}), "command")]
    #[case(json!({"command": [""]}), "command")]
    #[case(json!({"command": [" \t"]}), "command")]
    #[case(json!({"command": ["a\u{0}b"]}), "command")]
    #[case(json!({"command": ["ls", "a\u{0}b"]}), "command")]
    #[case(json!({"command": vec!["x"; MAX_WORDS + 1]}), "command")]
    #[case(json!({"command": ["x", "y".repeat(MAX_STRING + 1)]}), "command")]
    #[case(json!({"command": ["x", "y".repeat(MAX_STRING), "y".repeat(MAX_STRING), "zz"]}), "command")]
    #[case(json!({"command": ["x"], "env": {"": "1"}}), "env")]
    #[case(json!({"command": ["x"], "env": {"A=B": "1"}}), "env")]
    #[case(json!({"command": ["x"], "env": {"A B": "1"}}), "env")]
    #[case(json!({"command": ["x"], "env": {"A\u{0}": "1"}}), "env")]
    #[case(json!({"command": ["x"], "env": {"A": "\u{0}"}}), "env")]
    #[case(json!({"command": ["x"], "env": {"AEGIS_RUN": "1"}}), "env")]
    #[case(json!({"command": ["x"], "env": {"AEGIS_TASK": "1"}}), "env")]
    #[case(json!({"command": ["x"], "env": {"A": "y".repeat(MAX_STRING)}}), "env")]
    #[case(json!({"command": ["x"], "stdin": "z".repeat(MAX_STDIN + 1)}), "stdin")]
    fn is_refused(#[case] settings: Value, #[case] field: &str) {
        let refused = read(settings).unwrap_err();
        assert_eq!(refused.field, field);
        assert!(refused.message.ends_with('.'), "{}", refused.message);
        assert!(refused.message.chars().count() < 300, "{}", refused.message);
        assert!(!refused.hint.is_empty());
    }

    #[test]
    fn a_refusal_says_what_is_wrong() {
        let refused = read(json!({"command": ["ls"], "cdw": "/"})).unwrap_err().message;
        assert!(refused.contains("unknown field `cdw`"), "{refused}");
        let refused = read(json!({"command": ["ls", "-l", "\u{0}"]})).unwrap_err().message;
        assert_eq!(refused, "Word 3 of the command has a NUL character.");
    }
}
