//! Keeping values away from where a shell would run them.

use super::{BUILT_IN, Piece, pieces};
use crate::Invalid;
use serde_json::Value;

/// Programs that run a text as commands, by their file names.
const SHELLS: [&str; 12] =
    ["sh", "bash", "rbash", "dash", "ash", "ksh", "mksh", "zsh", "csh", "tcsh", "fish", "pwsh"];
/// Options of these that the next argument belongs to, when they do not end in `=…`.
const LONG_WITH_ARGUMENT: [&str; 9] = [
    "--rcfile",
    "--init-file",
    "--init-command",
    "--emulate",
    "--debug",
    "--debug-output",
    "--features",
    "--profile",
    "--profile-startup",
];

/// Refuses settings of a command in which a value would become a part of what a shell runs.
///
/// Looked at are `command`, `stdin` and `script`, whatever else there is; a script and what names
/// its shell hold no placeholder at all. A shell may stand anywhere in the
/// command, so that `env`, `timeout 5` and `busybox` may come first: sh, bash, rbash, dash, ash,
/// ksh, mksh, zsh, csh, tcsh, fish and pwsh, with or without a folder. What tells it what to run
/// may hold no placeholder: everything up to the text after `-c` (also `-lc`) or the script's name,
/// and its standard input when there is neither. The arguments behind that are data, and free.
///
/// Other programs that run an argument as code (`python -c`, `ssh`) are not known here.
///
/// # Errors
/// [`Invalid`] of the field `executor`, which names the argument.
pub fn refuse_in_shell(settings: &Value) -> Result<(), Invalid> {
    for (field, place) in [("script", "The script"), ("shell", "The name of the shell")] {
        if let Some(root) = settings[field].as_str().and_then(first_root) {
            return Err(refused(place, "the shell", &root));
        }
    }
    let command: Vec<&str> = match &settings["command"] {
        Value::Array(words) => words.iter().map(|word| word.as_str().unwrap_or("")).collect(),
        _ => return Ok(()),
    };
    let mut from = 0;
    while let Some(shell) = (from..command.len()).find(|at| is_shell(command[*at])) {
        let name = base_name(command[shell]);
        let code = code_of(&command, shell);
        let read = command.iter().enumerate().take(code.end).skip(shell + 1);
        for (at, argument) in read {
            if let Some(root) = first_root(argument) {
                return Err(refused(&format!("Argument {at} of the command"), name, &root));
            }
        }
        if code.on_stdin
            && let Some(root) = settings["stdin"].as_str().and_then(first_root)
        {
            return Err(refused("The standard input", name, &root));
        }
        // Behind a text of commands comes what it calls itself, often `sh`.
        from = code.end + usize::from(code.is_text);
    }
    Ok(())
}

fn refused(place: &str, shell: &str, root: &str) -> Invalid {
    let hint = if BUILT_IN.contains(&root) {
        "Put it into a variable in env, and use that variable instead.".to_owned()
    } else {
        format!(
            "Use the environment variable instead: \"$AEGIS_PARAM_{}\".",
            root.to_ascii_uppercase()
        )
    };
    let message =
        format!("{place} tells {shell} what to run: the value of {{{{{root}}}}} would be code.");
    Invalid::new("executor", message, hint)
}

/// Where a shell finds what it is to run.
struct Code {
    /// Behind the last argument that matters.
    end: usize,
    /// Whether that argument is a text of commands.
    is_text: bool,
    /// Whether commands are read from the standard input.
    on_stdin: bool,
}

/// Reads the arguments of the shell at `shell` as it would.
fn code_of(command: &[&str], shell: usize) -> Code {
    let fish = base_name(command[shell]) == "fish";
    let (mut is_text, mut on_stdin, mut options) = (false, false, true);
    let mut at = shell + 1;
    while let Some(argument) = command.get(at) {
        at += 1;
        if options && *argument == "--" {
            options = false;
        } else if options && let Some(long) = argument.strip_prefix("--") {
            is_text |= long == "command" || long.starts_with("command=");
            if long.starts_with("command=") {
                return Code { end: at, is_text, on_stdin: false };
            }
            at += usize::from(LONG_WITH_ARGUMENT.contains(argument));
        } else if options && argument.len() > 1 && argument.starts_with(['-', '+']) {
            let letters = &argument[1..];
            is_text |= argument.starts_with('-') && letters.contains('c');
            on_stdin |= letters.contains('s');
            let with_argument: &[char] =
                if fish { &['C', 'd', 'D', 'f', 'o', 'p'] } else { &['o', 'O'] };
            at += usize::from(letters.ends_with(with_argument));
        } else {
            return Code { end: at, is_text, on_stdin: on_stdin && !is_text };
        }
    }
    // Nothing but options: a shell that is told nothing reads its standard input.
    Code { end: command.len(), is_text, on_stdin: !is_text }
}

fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn is_shell(program: &str) -> bool {
    SHELLS.contains(&base_name(program))
}

/// What the first placeholder in `text` begins with.
fn first_root(text: &str) -> Option<String> {
    pieces(text).find_map(|piece| match piece {
        Piece::Placeholder { path, .. } => Some(path.root().to_owned()),
        Piece::Text(_) | Piece::Misread { .. } => None,
    })
}
