//! Splitting a command into words by the quoting rules of a shell (POSIX, Shell Command Language,
//! section 2.2), and nothing else of a shell.

use crate::quick_add::Problem;
use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

/// Characters that mean something to a shell outside quotes.
const SYNTAX: &str = "|&;<>$`*?()";
/// Of these, those that make another operator when they are doubled.
const DOUBLED: &str = "|&;<>";

/// A word of a command.
#[derive(Debug, Default)]
pub(crate) struct ShellWord {
    /// Where it is in the line, with its quotes.
    pub(crate) bytes: Range<usize>,
    /// What it stands for, without quotes.
    pub(crate) value: String,
    /// Whether it begins with a tilde outside quotes.
    pub(crate) tilde: bool,
    /// The bytes of the first operator, expansion or pattern outside quotes.
    pub(crate) syntax: Option<Range<usize>>,
    /// Whether a shell would replace something inside its double quotes.
    pub(crate) expands_in_quotes: bool,
}

/// The words of `line` from byte `from` on.
pub(crate) fn split(line: &str, from: usize) -> Result<Vec<ShellWord>, Problem> {
    let mut words = Vec::new();
    let mut chars = line[from..].char_indices().peekable();
    while let Some(&(at, c)) = chars.peek() {
        if c.is_whitespace() {
            chars.next();
            continue;
        }
        let mut word = word(&mut chars, from)?;
        let end = chars.peek().map_or(line.len(), |&(end, _)| from + end);
        word.bytes = from + at..end;
        words.push(word);
    }
    Ok(words)
}

/// One word: up to white space outside quotes.
fn word(chars: &mut Peekable<CharIndices<'_>>, from: usize) -> Result<ShellWord, Problem> {
    let tilde = chars.peek().is_some_and(|next| next.1 == '~');
    let mut word = ShellWord { tilde, ..ShellWord::default() };
    while let Some(&(at, c)) = chars.peek() {
        if c.is_whitespace() {
            break;
        }
        chars.next();
        match c {
            '\'' => single_quoted(chars, &mut word)?,
            '"' => double_quoted(chars, &mut word)?,
            '\\' => word.value.push(chars.next().ok_or_else(trailing_backslash)?.1),
            _ => {
                word.value.push(c);
                let doubled = DOUBLED.contains(c) && chars.peek().is_some_and(|next| next.1 == c);
                if word.syntax.is_none() && SYNTAX.contains(c) {
                    let end = at + if doubled { 2 } else { 1 };
                    word.syntax = Some(from + at..from + end);
                }
            }
        }
    }
    Ok(word)
}

fn single_quoted(
    chars: &mut Peekable<CharIndices<'_>>,
    word: &mut ShellWord,
) -> Result<(), Problem> {
    for (_, c) in chars {
        if c == '\'' {
            return Ok(());
        }
        word.value.push(c);
    }
    Err(unclosed('\''))
}

fn double_quoted(
    chars: &mut Peekable<CharIndices<'_>>,
    word: &mut ShellWord,
) -> Result<(), Problem> {
    while let Some((_, c)) = chars.next() {
        match c {
            '"' => return Ok(()),
            '\\' => match chars.peek() {
                Some(&(_, escaped @ ('$' | '`' | '"' | '\\'))) => {
                    chars.next();
                    word.value.push(escaped);
                }
                _ => word.value.push('\\'),
            },
            _ => {
                word.expands_in_quotes |= c == '$' || c == '`';
                word.value.push(c);
            }
        }
    }
    Err(unclosed('"'))
}

fn unclosed(quote: char) -> Problem {
    Problem::new(
        format!("A quote ({quote}) in the command has no end."),
        format!("Close it, or write \\{quote} for the character itself."),
    )
}

fn trailing_backslash() -> Problem {
    Problem::new(
        "The command ends in a backslash with nothing to escape.",
        "Remove it, or write \\\\ for the character itself.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn values(text: &str) -> Vec<String> {
        split(text, 0).unwrap().into_iter().map(|word| word.value).collect()
    }

    #[rstest]
    #[case("a  b ", &["a", "b"])]
    #[case("'a b' c", &["a b", "c"])]
    #[case(r#""a b"c"#, &["a bc"])]
    #[case(r#"a\ b \" \\"#, &["a b", "\"", "\\"])]
    #[case(r#"'a\b' "a\b" "\"\\\$""#, &["a\\b", "a\\b", "\"\\$"])]
    #[case(r#"'' "" x"#, &["", "", "x"])]
    #[case(r#"'it'\''s'"#, &["it's"])]
    #[case("größe '日本 語'", &["größe", "日本 語"])]
    fn words_are_split_as_a_shell_splits_them(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(values(text), expected);
    }

    #[rstest]
    #[case("a|b", Some("|"))]
    #[case("a && b", Some("&&"))]
    #[case("a >> b", Some(">>"))]
    #[case("a 2>&1", Some(">"))]
    #[case("echo '|' \"&&\" \\; '~'", None)]
    #[case("echo $HOME", Some("$"))]
    #[case("echo \"$HOME\"", None)]
    #[case("é* b", Some("*"))]
    fn the_syntax_of_a_shell_is_found_outside_quotes(
        #[case] text: &str,
        #[case] expected: Option<&str>,
    ) {
        let words = split(text, 0).unwrap();
        let found = words.iter().find_map(|word| word.syntax.clone()).map(|bytes| &text[bytes]);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_tilde_counts_at_the_beginning_and_outside_quotes() {
        let tildes: Vec<bool> =
            split("~/a b~ '~' \\~ ~", 0).unwrap().iter().map(|word| word.tilde).collect();
        assert_eq!(tildes, [true, false, false, false, true]);
    }

    #[test]
    fn an_expansion_in_double_quotes_is_noticed_unless_it_is_escaped() {
        assert!(split("\"$HOME\"", 0).unwrap()[0].expands_in_quotes);
        assert!(!split("\"\\$HOME\" '$HOME'", 0).unwrap()[0].expands_in_quotes);
    }

    #[rstest]
    #[case("echo 'a", "A quote (') in the command has no end.")]
    #[case("echo \"a", "A quote (\") in the command has no end.")]
    #[case("echo a\\", "The command ends in a backslash with nothing to escape.")]
    fn an_open_end_is_a_problem(#[case] text: &str, #[case] message: &str) {
        assert_eq!(split(text, 0).unwrap_err().message, message);
    }
}
