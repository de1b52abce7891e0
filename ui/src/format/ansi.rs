//! What programs print to colour their output (ECMA-48 control sequences), made safe to show.
//!
//! Colours and weight are kept; everything else that would move a cursor or set a title is dropped.

/// One of the sixteen colours of a terminal; the bright ones show as their plain ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    /// 30, 90.
    Black,
    /// 31, 91.
    Red,
    /// 32, 92.
    Green,
    /// 33, 93.
    Yellow,
    /// 34, 94.
    Blue,
    /// 35, 95.
    Magenta,
    /// 36, 96.
    Cyan,
    /// 37, 97.
    White,
}

impl Colour {
    const ALL: [Self; 8] = [
        Self::Black,
        Self::Red,
        Self::Green,
        Self::Yellow,
        Self::Blue,
        Self::Magenta,
        Self::Cyan,
        Self::White,
    ];

    /// Its name in the style sheet.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Black => "black",
            Self::Red => "red",
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Blue => "blue",
            Self::Magenta => "magenta",
            Self::Cyan => "cyan",
            Self::White => "white",
        }
    }
}

/// How a stretch of text looks. It carries over from one line to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    /// The text's colour; `None` is the default.
    pub(crate) colour: Option<Colour>,
    /// Stronger than its surroundings.
    pub(crate) bold: bool,
    /// Weaker than its surroundings.
    pub(crate) dim: bool,
}

/// A stretch of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Styled {
    /// What is read; without control characters.
    pub(crate) text: String,
    /// How it looks.
    pub(crate) style: Style,
}

/// Splits one line into styled stretches, beginning in `style`; returns the style that the next line begins in.
pub(crate) fn parse(line: &str, mut style: Style) -> (Vec<Styled>, Style) {
    let mut out: Vec<Styled> = Vec::new();
    let mut text = String::new();
    let mut rest = line.trim_end_matches('\r').chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => {
                if let Some(parameters) = escape(&mut rest) {
                    flush(&mut out, &mut text, style);
                    apply(&parameters, &mut style);
                }
            }
            // A progress display that writes over itself: only its last state is of interest.
            '\r' => {
                out.clear();
                text.clear();
            }
            '\u{8}' => {
                text.pop();
            }
            '\t' => text.push(c),
            c if c.is_control() || is_override(c) => {}
            c => text.push(c),
        }
    }
    flush(&mut out, &mut text, style);
    (out, style)
}

/// Direction overrides and isolates: they make text read as something that it does not say (Unicode TR 36, 2.10).
const fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn flush(out: &mut Vec<Styled>, text: &mut String, style: Style) {
    if !text.is_empty() {
        out.push(Styled { text: std::mem::take(text), style });
    }
}

/// Reads the rest of an escape sequence; its parameters when it selects a style (`ESC [ … m`).
fn escape(rest: &mut std::str::Chars<'_>) -> Option<String> {
    match rest.next()? {
        '[' => {
            let mut parameters = String::new();
            for c in rest.by_ref() {
                match c {
                    'm' => return Some(parameters),
                    '\u{40}'..='\u{7e}' => return None,
                    c => parameters.push(c),
                }
            }
            None
        }
        // Operating system commands and other strings, up to BEL or ESC \.
        ']' | 'P' | 'X' | '^' | '_' => {
            while let Some(c) = rest.next() {
                if c == '\u{7}' {
                    break;
                }
                if c == '\u{1b}' {
                    rest.next();
                    break;
                }
            }
            None
        }
        // Two-character sequences carry nothing to show; those that name a character set have a third.
        '(' | ')' | '*' | '+' | '#' | ' ' | '%' => {
            rest.next();
            None
        }
        _ => None,
    }
}

/// Applies the parameters of one "select graphic rendition".
fn apply(parameters: &str, style: &mut Style) {
    let mut numbers = parameters.split([';', ':']).map(|number| number.parse::<u16>().unwrap_or(0));
    while let Some(number) = numbers.next() {
        match number {
            0 => *style = Style::default(),
            1 => style.bold = true,
            2 => style.dim = true,
            22 => (style.bold, style.dim) = (false, false),
            30..=37 => style.colour = Some(Colour::ALL[usize::from(number - 30)]),
            90..=97 => style.colour = Some(Colour::ALL[usize::from(number - 90)]),
            39 => style.colour = None,
            // 256 colours: the first sixteen are ours, the others stay as they are. True colour has three more
            // numbers. A background has the same form and is left out.
            38 | 48 => match numbers.next() {
                Some(5) => {
                    let index = numbers.next();
                    if number == 38 {
                        style.colour = index
                            .filter(|index| *index < 16)
                            .map(|index| Colour::ALL[usize::from(index % 8)]);
                    }
                }
                Some(2) => {
                    numbers.by_ref().take(3).for_each(drop);
                }
                _ => {}
            },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn plain(line: &str) -> String {
        parse(line, Style::default()).0.into_iter().map(|styled| styled.text).collect()
    }

    #[test]
    fn colours_and_weight_are_kept() {
        let (stretches, end) = parse("a \u{1b}[1;31mred\u{1b}[0m b", Style::default());
        let red = Style { colour: Some(Colour::Red), bold: true, dim: false };
        let expected = [("a ", Style::default()), ("red", red), (" b", Style::default())];
        let seen: Vec<_> =
            stretches.iter().map(|styled| (styled.text.as_str(), styled.style)).collect();
        assert_eq!(seen, expected);
        assert_eq!(end, Style::default());
    }

    #[test]
    fn a_style_carries_over_to_the_next_line() {
        let (_, end) = parse("\u{1b}[32mgreen", Style::default());
        let (next, _) = parse("still", end);
        assert_eq!(next[0].style.colour, Some(Colour::Green));
    }

    #[rstest]
    #[case("\u{1b}]0;title\u{7}text", "text")]
    #[case("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link")]
    #[case("\u{1b}[2J\u{1b}[1;1Htop", "top")]
    #[case("10%\r20%\r30%", "30%")]
    #[case("windows\r", "windows")]
    #[case("ab\u{8}c", "ac")]
    #[case("\u{1b}(Btext", "text")]
    #[case("nul\0bell\u{7}", "nulbell")]
    #[case("invoice\u{202e}fdp.exe", "invoicefdp.exe")]
    #[case("open \u{1b}[31", "open ")]
    #[case("\u{1b}[38;2;1;2;3mtrue\u{1b}[48;5;9m", "true")]
    fn what_moves_a_cursor_is_dropped(#[case] line: &str, #[case] shown: &str) {
        assert_eq!(plain(line), shown);
    }

    #[test]
    fn an_indexed_colour_does_not_leak_into_the_style() {
        let (_, style) = parse("\u{1b}[38;5;2mx", Style::default());
        assert_eq!(style, Style { colour: Some(Colour::Green), bold: false, dim: false });
        let (_, style) = parse("\u{1b}[48;5;1mx", Style::default());
        assert_eq!(style, Style::default());
    }

    proptest! {
        #[test]
        fn nothing_shown_is_a_control_character(line in "[\\x00-\\x7f\u{9b}é]{0,80}") {
            let shown = plain(&line);
            prop_assert!(shown.chars().all(|c| c == '\t' || !c.is_control()));
        }

        #[test]
        fn plain_text_is_untouched(line in "[ -~é日]{0,80}") {
            prop_assert_eq!(plain(&line), line);
        }
    }
}
