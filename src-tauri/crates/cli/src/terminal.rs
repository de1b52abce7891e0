//! Yes or no from whoever sits at the terminal.

use crate::error::Error;
use crate::output::Output;
use std::io::{BufRead, IsTerminal};

/// Asks, and waits for the answer; anything but yes is no.
///
/// # Errors
/// [`Error::Usage`] with `hint` when nobody can be asked: a program reads, or the input is no
/// terminal.
pub(crate) async fn agrees(
    question: &str,
    out: &mut Output,
    hint: impl Into<String>,
) -> Result<bool, Error> {
    let input = std::io::stdin();
    if out.is_json() || !out.is_error_terminal() || !input.is_terminal() {
        return Err(Error::usage("Nobody can be asked here.", hint));
    }
    out.complain(&format!("{question} [y/N] "));
    // On a thread of its own: an engine of this process goes on meanwhile.
    let answer = tokio::task::spawn_blocking(move || read(&mut input.lock()));
    answer.await.map_err(std::io::Error::other)?.map_err(Error::from)
}

fn read(input: &mut impl BufRead) -> std::io::Result<bool> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;
    use crate::output::Captured;

    #[test]
    fn only_a_yes_is_a_yes() {
        let said = |text: &str| read(&mut text.as_bytes()).unwrap();
        assert!(said("y\n") && said(" YES \n") && said("y"));
        for no in ["", "\n", "n\n", "yep\n", "no, y\n", "1\n"] {
            assert!(!said(no), "{no:?}");
        }
    }

    #[tokio::test]
    async fn where_nobody_sits_nobody_is_asked() {
        let captured = Captured::new();
        for json in [true, false] {
            let error = agrees("Really?", &mut captured.output(json), "Use --yes.").await;
            let error = error.unwrap_err();
            assert_eq!((error.exit(), error.hint()), (Exit::Usage, Some("Use --yes.")));
        }
        assert_eq!(captured.stderr(), "");
    }
}
