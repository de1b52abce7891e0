//! A command line that could not be read, and the texts that answer `--help` and `--version`.

use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::visible;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Longest part of an argument that is repeated in an error, in characters.
const REPEATED: usize = 60;

/// Says what is wrong, or shows the text that was asked for.
pub(crate) fn report(error: clap::Error, out: &mut Output) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render();
            let text = if out.colours() { text.ansi().to_string() } else { text.to_string() };
            match out.write(&text).and_then(|()| out.flush()) {
                Ok(()) => Exit::Success,
                Err(error) => super::conclude(Err(Error::Output(error)), out),
            }
        }
        _ => {
            let error = tame(error);
            if out.is_json() {
                let text = error.render().to_string();
                let (message, _) = text.split_once("\n\n").unwrap_or((&text, ""));
                let message = message.trim_start_matches("error: ").trim();
                out.error(&Error::usage(message, "See `aegis --help`."));
            } else {
                let text = error.render();
                let coloured = out.error_colours();
                out.complain(&if coloured { text.ansi().to_string() } else { text.to_string() });
            }
            Exit::Usage
        }
    }
}

/// Shortens what it repeats of the arguments, and takes what a terminal would obey out of it.
fn tame(mut error: clap::Error) -> clap::Error {
    let repeated: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(shorten(text)))),
            ContextValue::Strings(texts) => {
                Some((kind, ContextValue::Strings(texts.iter().map(|t| shorten(t)).collect())))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in repeated {
        if error.insert(kind, value.clone()).is_some_and(|before| before != value) {
            // A tip would repeat it as it was.
            error.remove(ContextKind::Suggested);
        }
    }
    error
}

fn shorten(text: &str) -> String {
    let text = visible::cell(text);
    if text.chars().count() <= REPEATED {
        return text.into_owned();
    }
    text.chars().take(REPEATED - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;
    use crate::output::Captured;

    fn refused(words: &[&str], json: bool) -> (Exit, String, String) {
        let words: Vec<_> = std::iter::once(&"aegis").chain(words).map(Into::into).collect();
        let error = args::parse(&words).expect_err("a command line that cannot be read");
        let captured = Captured::new();
        let mut out = captured.output(json);
        let exit = report(error, &mut out);
        (exit, captured.stdout(), captured.stderr())
    }

    #[test]
    fn a_wrong_word_is_told_on_standard_error() {
        let (exit, stdout, stderr) = refused(&["task", "lisst"], false);
        assert_eq!((exit, stdout.as_str()), (Exit::Usage, ""));
        assert!(stderr.starts_with("error: unrecognized subcommand 'lisst'"), "{stderr}");
    }

    #[test]
    fn what_is_repeated_is_short_and_harmless() {
        let long = format!("\u{1b}]0;title\u{7}\u{202e}{}", "x".repeat(100_000));
        let (_, _, stderr) = refused(&["task", "show", &long], false);
        assert!(stderr.len() < 600, "{} bytes", stderr.len());
        assert!(stderr.contains("^[]0;title^G<U+202E>xxx"), "{stderr}");
        assert!(!stderr.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{stderr:?}");
    }

    #[test]
    fn a_tip_repeats_nothing_harmful() {
        let (_, _, stderr) = refused(&["task", "list", "--\u{1b}[2J"], false);
        assert!(stderr.contains("--^[[2J") && !stderr.contains('\u{1b}'), "{stderr:?}");
        let (_, _, stderr) = refused(&["task", "list", "--harmless"], false);
        assert!(stderr.contains("--harmless"), "{stderr}");
    }

    #[test]
    fn programs_get_an_object() {
        let (exit, stdout, stderr) = refused(&["task", "list", "--limit", "0", "--json"], true);
        assert_eq!((exit, stdout.as_str()), (Exit::Usage, ""));
        let error: serde_json::Value = serde_json::from_str(&stderr).unwrap();
        assert_eq!(error["error"]["kind"], "usage");
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains("--limit") && !message.starts_with("error"), "{message}");
    }

    #[test]
    fn help_is_no_error() {
        let (exit, stdout, stderr) = refused(&["--help"], false);
        assert_eq!((exit, stderr.as_str()), (Exit::Success, ""));
        assert!(stdout.contains("Exit codes:"), "{stdout}");
    }
}
