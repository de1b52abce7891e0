//! What comes after `run:`: a program with its arguments, and where it runs.

mod split;

use super::Problem;
use split::{ShellWord, split};
use std::ops::Range;

/// The text after `run:`.
#[derive(Debug)]
pub(crate) struct Command {
    /// The bytes of the command in the line, without the place.
    pub(crate) bytes: Range<usize>,
    /// Where it runs, when the line says so.
    pub(crate) place: Option<Place>,
    /// What is started.
    pub(crate) argv: Result<Argv, Problem>,
}

/// Where a command runs.
#[derive(Debug)]
pub(crate) struct Place {
    /// The bytes of “in directory” in the line.
    pub(crate) bytes: Range<usize>,
    /// The directory, without quotes.
    pub(crate) directory: String,
}

/// A program with its arguments.
#[derive(Debug)]
pub(crate) struct Argv {
    /// The program first; never empty.
    pub(crate) argv: Vec<String>,
    /// What had to be assumed, each a sentence.
    pub(crate) assumptions: Vec<String>,
}

/// Reads the command that begins at byte `from` of `line`.
pub(crate) fn read(line: &str, from: usize) -> Command {
    let words = match split(line, from) {
        Ok(words) => words,
        Err(problem) => {
            let start = line.len() - line[from..].trim_start().len();
            let bytes = start..start.max(line.trim_end().len());
            return Command { bytes, place: None, argv: Err(problem) };
        }
    };
    let (own, place) = match words.as_slice() {
        [own @ .., preposition, directory] if is_place(line, preposition, directory) => {
            let bytes = preposition.bytes.start..directory.bytes.end;
            (own, Some(Place { bytes, directory: directory.value.clone() }))
        }
        all => (all, None),
    };
    let start = own.first().map_or(from, |word| word.bytes.start);
    let bytes = start..own.last().map_or(start, |word| word.bytes.end);
    let argv = argv(&line[bytes.clone()], own);
    Command { bytes, place, argv }
}

/// Whether two words are “in” and something that can only be a directory.
fn is_place(line: &str, preposition: &ShellWord, directory: &ShellWord) -> bool {
    let typed = &line[directory.bytes.clone()];
    let looks_like_one = ["~", "/", "./", "../", "'", "\""].iter().any(|p| typed.starts_with(p));
    &line[preposition.bytes.clone()] == "in"
        && looks_like_one
        && directory.syntax.is_none()
        && !directory.value.is_empty()
}

fn argv(text: &str, words: &[ShellWord]) -> Result<Argv, Problem> {
    let Some(program) = words.first() else {
        return Err(Problem::new(
            "There is no command after “run:”.",
            "Write one, such as run: cargo --version in ~/src.",
        ));
    };
    if let Some(because) = shell_syntax(text, words) {
        return Ok(Argv {
            argv: vec!["sh".to_owned(), "-c".to_owned(), text.to_owned()],
            assumptions: vec![format!("Runs in a shell, because of “{because}”.")],
        });
    }
    if program.value.is_empty() {
        return Err(Problem::new(
            "The name of the program is empty.",
            "Write a program after “run:”, such as run: cargo --version.",
        ));
    }
    let literal = words.iter().any(|word| word.expands_in_quotes);
    let note = "“$” and “`” inside double quotes stay as they are, because no shell reads them.";
    Ok(Argv {
        argv: words.iter().map(|word| word.value.clone()).collect(),
        assumptions: literal.then(|| note.to_owned()).into_iter().collect(),
    })
}

/// The first thing in a command that only a shell understands.
fn shell_syntax<'a>(text: &'a str, words: &[ShellWord]) -> Option<&'a str> {
    let start = words.first()?.bytes.start;
    if let Some(assignment) = assignment(text) {
        return Some(assignment);
    }
    words.iter().find_map(|word| match &word.syntax {
        _ if word.tilde => Some("~"),
        Some(syntax) => text.get(syntax.start - start..syntax.end - start),
        None => None,
    })
}

/// The `VAR=` that a command begins with.
fn assignment(text: &str) -> Option<&str> {
    let (name, _) = text.split_once('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then(|| &text[..=name.len()])
}
