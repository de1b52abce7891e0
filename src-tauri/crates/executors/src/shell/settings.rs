//! The settings of a shell task, and what can be said about them without looking at the machine.

use std::collections::BTreeMap;

use aegis_domain::{ExecutorSpec, Invalid, ShellSettings};
use aegis_helper::remains::RUN_VARIABLE;
use serde::Deserialize as _;

use super::environment::is_reserved;
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

const COMMAND: &str = "command";
const ENV: &str = "env";
const STDIN: &str = "stdin";
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
            "They have a command (a list of words), and may have cwd, env, stdin, pause and sandbox.",
        )
    })?;
    check_command(&settings.command)?;
    check_env(&settings.env)?;
    check_stdin(settings.stdin.as_deref())?;
    Ok(settings)
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
    fn can_stand(#[case] settings: Value) {
        assert_eq!(read(settings).map(drop), Ok(()));
    }

    #[rstest]
    #[case(json!(null), "settings")]
    #[case(json!({}), "settings")]
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
