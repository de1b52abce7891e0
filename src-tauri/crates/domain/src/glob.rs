//! Patterns of file names below a folder: which files a run leaves behind.

use crate::text::Invalid;
use crate::visible::is_hidden;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most bytes of a pattern.
const MAX_BYTES: usize = 500;
/// Most folders of a pattern: positions in it are bits of a number.
const MAX_PARTS: usize = 40;

/// A pattern of paths below a folder, such as `out/**/*.pdf`.
///
/// `*` is any part of a name, `?` any one character, `[a-z]` one of these, `[!a-z]` one of the
/// others, and `**` any number of folders. As in a shell, a name that begins with a dot has to be
/// meant: only a pattern that begins with a dot itself finds it. A pattern never leads out of the
/// folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Glob {
    text: String,
    parts: Vec<Part>,
}

/// One name of a pattern's path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Part {
    /// Any number of folders.
    Folders,
    /// A name that looks like this.
    Name(Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Piece {
    Char(char),
    AnyChar,
    AnyText,
    OneOf { ranges: Vec<(char, char)>, others: bool },
}

/// How far into a pattern a path has come: where it can go on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matching(u64);

impl Glob {
    /// A pattern from what somebody wrote.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty or too long, leads out of the folder, or does not close a `[`.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let refuse = |problem: &str, hint: &str| {
            let shown: String = text.chars().filter(|c| !is_hidden(*c)).take(60).collect();
            Invalid::new("artifacts", format!("The pattern “{shown}” {problem}."), hint)
        };
        if text.len() > MAX_BYTES || text.split('/').count() > MAX_PARTS {
            return Err(refuse("is too long", "Use * and ** for what is in between."));
        }
        if text.chars().any(is_hidden) {
            let problem = "contains a character that cannot be seen";
            return Err(refuse(problem, "Remove line breaks and control characters."));
        }
        if text.starts_with(['/', '~']) || text.split('/').any(|name| name == "..") {
            let problem = "leads out of the folder in which the task works";
            return Err(refuse(problem, "Name files below it, such as out/*.pdf."));
        }
        let mut parts = Vec::new();
        for name in text.split('/').filter(|name| !name.is_empty() && *name != ".") {
            match name {
                "**" if parts.last() == Some(&Part::Folders) => {}
                "**" => parts.push(Part::Folders),
                name => parts.push(Part::Name(pieces(name).ok_or_else(|| {
                    refuse("opens a [ and does not close it", "Close it, as in [0-9].")
                })?)),
            }
        }
        match parts.last() {
            None => Err(refuse("names no file", "Name files, such as out/*.pdf.")),
            Some(Part::Folders) => {
                Err(refuse("names folders only", "Name the files in them, such as out/**/*.pdf."))
            }
            Some(Part::Name(_)) => Ok(Self { text: text.to_owned(), parts }),
        }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where every path begins.
    #[must_use]
    pub fn start(&self) -> Matching {
        self.passing(1)
    }

    /// Where a path stands after one more name.
    #[must_use]
    pub fn step(&self, from: Matching, name: &str) -> Matching {
        let mut to = 0;
        for (at, part) in self.parts.iter().enumerate() {
            if from.0 & (1 << at) == 0 {
                continue;
            }
            match part {
                Part::Folders if !name.starts_with('.') => to |= 1 << at,
                Part::Name(pieces) if fits(pieces, name) => to |= 1 << (at + 1),
                _ => {}
            }
        }
        self.passing(to)
    }

    /// Whether a path that stands there is one of those that are meant.
    #[must_use]
    pub fn matches(&self, at: Matching) -> bool {
        at.0 & (1 << self.parts.len()) != 0
    }

    /// Whether a path that stands there can become one, with further names.
    #[must_use]
    pub fn goes_on(&self, at: Matching) -> bool {
        at.0 & ((1 << self.parts.len()) - 1) != 0
    }

    /// Any number of folders may be none: where they stand, what follows them may come too.
    fn passing(&self, mut at: u64) -> Matching {
        for (position, part) in self.parts.iter().enumerate() {
            if *part == Part::Folders && at & (1 << position) != 0 {
                at |= 1 << (position + 1);
            }
        }
        Matching(at)
    }
}

/// `None`: a `[` that is not closed.
fn pieces(name: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '*' if pieces.last() == Some(&Piece::AnyText) => continue,
            '*' => Piece::AnyText,
            '?' => Piece::AnyChar,
            '[' => {
                let others = chars.next_if(|c| matches!(c, '!' | '^')).is_some();
                let mut ranges = Vec::new();
                loop {
                    let first = chars.next()?;
                    // As in a shell, a ] that comes first is one of those that are meant.
                    if first == ']' && !ranges.is_empty() {
                        break;
                    }
                    let mut ahead = chars.clone();
                    let last = match (ahead.next(), ahead.next()) {
                        (Some('-'), Some(last)) if last != ']' => {
                            chars = ahead;
                            last
                        }
                        _ => first,
                    };
                    ranges.push((first, last));
                }
                Piece::OneOf { ranges, others }
            }
            c => Piece::Char(c),
        });
    }
    Some(pieces)
}

/// Whether a name looks like `pieces`. Takes time in proportion to their lengths multiplied, never
/// more: after a failure only the last `*` is tried again.
fn fits(pieces: &[Piece], name: &str) -> bool {
    if name.starts_with('.') && pieces.first() != Some(&Piece::Char('.')) {
        return false;
    }
    let name: Vec<char> = name.chars().collect();
    let (mut piece, mut at) = (0, 0);
    let mut again: Option<(usize, usize)> = None;
    while at < name.len() {
        match pieces.get(piece) {
            Some(Piece::AnyText) => {
                again = Some((piece, at));
                piece += 1;
            }
            Some(one) if one.is(name[at]) => {
                piece += 1;
                at += 1;
            }
            _ => {
                let Some((star, from)) = again else { return false };
                again = Some((star, from + 1));
                piece = star + 1;
                at = from + 1;
            }
        }
    }
    pieces[piece..].iter().all(|rest| *rest == Piece::AnyText)
}

impl Piece {
    fn is(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::AnyChar => true,
            Self::AnyText => false,
            Self::OneOf { ranges, others } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != *others
            }
        }
    }
}

impl TryFrom<String> for Glob {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> Self {
        glob.text
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(glob: &str, path: &str) -> bool {
        let glob = Glob::new(glob).unwrap();
        let at = path.split('/').fold(glob.start(), |at, name| glob.step(at, name));
        glob.matches(at)
    }

    #[test]
    fn a_pattern_finds_what_a_shell_would_find() {
        for (glob, found, not) in [
            ("report.pdf", "report.pdf", "out/report.pdf"),
            ("./out//report.pdf", "out/report.pdf", "report.pdf"),
            ("out/*.pdf", "out/a.pdf", "out/b/a.pdf"),
            ("out/**/*.pdf", "out/a.pdf", "a.pdf"),
            ("out/**/*.pdf", "out/b/c/a.pdf", "out/b/c/a.txt"),
            ("**/*.log", "x.log", "x.log.gz"),
            ("**/**/x", "a/b/x", "a/b/y"),
            ("**/b/**/x", "a/b/c/x", "a/c/x"),
            ("*a*b*", "xxaxxbxx", "xxbxxaxx"),
            ("?.txt", "ä.txt", "ab.txt"),
            ("v[0-9].txt", "v7.txt", "vx.txt"),
            ("v[!0-9].txt", "vx.txt", "v7.txt"),
            ("[]a].txt", "].txt", "b.txt"),
            ("[a-]", "-", "b"),
            ("*", "x", ".x"),
            (".*", ".x", "x"),
            ("**/*", "a/b", ".git/config"),
            (".git/*", ".git/config", ".git/refs/x"),
        ] {
            assert!(finds(glob, found), "{glob} has to find {found}");
            assert!(!finds(glob, not), "{glob} must not find {not}");
        }
    }

    #[test]
    fn only_folders_that_can_hold_something_are_worth_a_look() {
        let glob = Glob::new("out/**/x/*.pdf").unwrap();
        let at = |path: &str| path.split('/').fold(glob.start(), |at, name| glob.step(at, name));
        assert!(glob.goes_on(at("out")) && glob.goes_on(at("out/a/b")));
        assert!(!glob.goes_on(at("src")) && !glob.goes_on(at("out/.cache")));
    }

    #[test]
    fn what_leads_out_or_names_nothing_is_refused() {
        for text in [
            "",
            ".",
            "/",
            "/etc/passwd",
            "~/x",
            "../x",
            "a/../../x",
            "out/**",
            "a\nb",
            "[a",
            "a[!",
            &"x".repeat(501),
            &"a/".repeat(41),
        ] {
            let refused = Glob::new(text).unwrap_err();
            assert_eq!(refused.field, "artifacts");
            assert!(refused.message.ends_with('.') && refused.hint.ends_with('.'), "{refused}");
        }
    }

    #[test]
    fn a_pattern_made_to_be_slow_is_not() {
        let glob = format!("{}b", "*a".repeat(200));
        assert!(!finds(&glob, &"a".repeat(255)));
        let glob = format!("{}x", "**/a/".repeat(19));
        assert!(!finds(&glob, &vec!["a"; 500].join("/")));
    }

    proptest! {
        #[test]
        fn any_text_is_a_pattern_or_refused(text in ".{0,60}", path in "[a-c./]{0,30}") {
            if let Ok(glob) = Glob::new(&text) {
                prop_assert_eq!(&Glob::new(glob.as_str()).unwrap(), &glob);
                let at = path.split('/').fold(glob.start(), |at, name| glob.step(at, name));
                let _either = glob.matches(at) | glob.goes_on(at);
            }
        }

        #[test]
        fn a_plain_name_finds_itself(name in "[a-z][a-z0-9_-]{0,20}(\\.[a-z]{1,4})?") {
            prop_assert!(finds(&name, &name));
            let below = format!("d/{name}");
            prop_assert!(finds("**/*", &below));
        }
    }
}
