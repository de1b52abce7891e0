//! Makes text from outside harmless to a terminal.
//!
//! Whatever a terminal would obey instead of showing is written so that it can be seen, in the way
//! of `less` and `cat -v`: `^[` for escape, `<U+202E>` for a direction override. Colours alone
//! (the SGR sequences that compilers print) do no harm: they are kept in logs where the terminal has
//! colours, and left out elsewhere.

use aegis_domain::is_unseen;
use std::borrow::Cow;

/// Text for one cell or one line: every kind of white space becomes a space.
pub(crate) fn cell(text: &str) -> Cow<'_, str> {
    clean(text, false, |c| matches!(c, '\n' | '\r' | '\t').then_some(' '))
}

/// A line of a log: tabs stay, and so do colours where there are some. They end with the line.
pub(crate) fn log_line(text: &str, colours: bool) -> Cow<'_, str> {
    // What is left of a line that ended in CR LF.
    let text = text.strip_suffix('\r').unwrap_or(text);
    let mut clean = clean(text, colours, |c| (c == '\t').then_some(c));
    if colours && clean.contains("\u{1b}[") {
        clean.to_mut().push_str("\u{1b}[0m");
    }
    clean
}

/// Text of several lines: line ends and tabs stay.
pub(crate) fn paragraphs(text: &str) -> Cow<'_, str> {
    clean(text, false, |c| matches!(c, '\n' | '\t').then_some(c))
}

/// Text of several lines that somebody decides about: colours and whatever cannot be seen are
/// written out, too, such as joiners and fillers that make two texts look alike.
pub(crate) fn every(text: &str) -> Cow<'_, str> {
    let stays = |c: char| !is_unseen(c);
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut seen = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if stays(c) { seen.push(c) } else { write_out(c, &mut seen) }
    }
    Cow::Owned(seen)
}

/// What can be written instead of a character, where something stands for it.
fn clean(text: &str, colours: bool, stand_in: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if !text.chars().any(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = after_colour(rest) {
            if colours {
                clean.push_str(&rest[..rest.len() - after.len()]);
            }
            rest = after;
            continue;
        }
        match c {
            c if !is_obeyed(c) => clean.push(c),
            c => match stand_in(c) {
                Some(other) => clean.push(other),
                None => write_out(c, &mut clean),
            },
        }
        rest = &rest[c.len_utf8()..];
    }
    Cow::Owned(clean)
}

/// In the way of `less` and `cat -v`.
fn write_out(c: char, to: &mut String) {
    match u32::from(c) {
        code @ 0..0x20 => {
            to.push('^');
            to.extend(char::from_u32(code + 0x40));
        }
        0x7f => to.push_str("^?"),
        code => to.push_str(&format!("<U+{code:04X}>")),
    }
}

/// What follows a colour sequence at the beginning: `ESC [ digits ; : … m` (ECMA-48, SGR).
fn after_colour(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
    parameters[end..].strip_prefix('m')
}

/// Whether a terminal does something else than show it: controls of ASCII and Latin-1, direction
/// overrides and isolates (Unicode TR 36, section 2.10), separators of lines and paragraphs, the
/// byte order mark, and invisible tags.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("plain, ünïcödé, 日本語, ترقية العميل", "plain, ünïcödé, 日本語, ترقية العميل")]
    #[case("\u{1b}[31mred\u{1b}[0m and \u{1b}[1;38:5:9mbold", "red and bold")]
    #[case("\u{1b}[2J\u{1b}[H", "^[[2J^[[H")]
    #[case("\u{1b}]0;a title\u{7}", "^[]0;a title^G")]
    #[case("\u{1b}]8;;http://x\u{1b}\\link", "^[]8;;http://x^[\\link")]
    #[case("\u{1b}[31", "^[[31")]
    #[case("\u{1b}", "^[")]
    #[case("del\u{7f} nul\0", "del^? nul^@")]
    #[case("\u{9b}2J", "<U+009B>2J")]
    #[case("a\u{202e}cod.exe\u{2066}", "a<U+202E>cod.exe<U+2066>")]
    #[case("\u{feff}\u{2028}\u{e0041}", "<U+FEFF><U+2028><U+E0041>")]
    fn what_a_terminal_would_obey_is_shown(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(log_line(text, false), shown);
        assert_eq!(cell(text), shown);
        assert_eq!(paragraphs(text), shown);
    }

    #[test]
    fn white_space_stays_where_it_has_a_place() {
        let text = "a\tb\nc\rd\r";
        assert_eq!(cell(text), "a b c d ");
        assert_eq!(log_line(text, false), "a\tb^Jc^Md");
        assert_eq!(paragraphs(text), "a\tb\nc^Md^M");
    }

    #[test]
    fn colours_stay_where_there_are_some_and_end_with_the_line() {
        assert_eq!(log_line("\u{1b}[31mred\u{1b}[2J", true), "\u{1b}[31mred^[[2J\u{1b}[0m");
        assert_eq!(log_line("plain", true), "plain");
        assert_eq!(log_line("\u{1b}[2J\u{1b}]0;x\u{7}", true), "^[[2J^[]0;x^G");
    }

    #[test]
    fn where_one_decides_everything_is_seen() {
        let text = "rm\u{200b} a\u{a0}b\u{3164}\n\tc\u{1b}[8mx\u{202e}\r";
        let shown = "rm<U+200B> a<U+00A0>b<U+3164>\n\tc^[[8mx<U+202E>^M";
        assert_eq!(every(text), shown);
        assert!(matches!(every("git status"), Cow::Borrowed(_)));
    }

    #[test]
    fn harmless_text_is_not_copied() {
        assert!(matches!(cell("harmless"), Cow::Borrowed("harmless")));
    }
}
