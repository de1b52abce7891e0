//! Lines of bounded length, from bytes that are cut anywhere.

/// Most bytes of a line that is read. Claude Code cuts what tools print to far less; pictures that
/// they return are the longest that it writes.
pub(super) const MAX_LINE: usize = 8 * 1024 * 1024;
/// Bytes that are kept of a longer one: what it is stands at its beginning.
const HEAD: usize = 4 * 1024;

/// A line without its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Line<'a> {
    /// All of it.
    Whole(&'a [u8]),
    /// The beginning of one that is too long.
    TooLong {
        /// Its beginning.
        head: &'a [u8],
        /// How long it was.
        bytes: u64,
    },
}

/// Cuts what comes into lines.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    begun: Vec<u8>,
    /// How much of the line was not kept.
    left_out: u64,
}

impl Lines {
    /// Hands on every line that `bytes` complete.
    pub(super) fn push(&mut self, bytes: &[u8], hand_on: &mut dyn FnMut(Line<'_>)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = piece.strip_suffix(b"\n").unwrap_or(piece);
            let whole = text.len() < piece.len();
            if whole && self.begun.is_empty() && self.left_out == 0 && text.len() <= MAX_LINE {
                hand_on(Line::Whole(text));
                continue;
            }
            self.take(text);
            if whole {
                self.end(hand_on);
            }
        }
    }

    fn take(&mut self, text: &[u8]) {
        let fits = self.left_out == 0 && self.begun.len() + text.len() <= MAX_LINE;
        if fits {
            self.begun.extend_from_slice(text);
            return;
        }
        let all = self.begun.len() as u64 + self.left_out + text.len() as u64;
        let room = HEAD.saturating_sub(self.begun.len()).min(text.len());
        self.begun.extend_from_slice(&text[..room]);
        if self.begun.len() > HEAD {
            self.begun.truncate(HEAD);
            self.begun.shrink_to_fit();
        }
        self.left_out = all - self.begun.len() as u64;
    }

    /// Hands on the line that has begun, as if it ended here.
    pub(super) fn end(&mut self, hand_on: &mut dyn FnMut(Line<'_>)) {
        let line = std::mem::take(&mut self.begun);
        match std::mem::take(&mut self.left_out) {
            0 if line.is_empty() => {}
            0 => hand_on(Line::Whole(&line)),
            left_out => {
                hand_on(Line::TooLong { head: &line, bytes: line.len() as u64 + left_out });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[&[u8]]) -> Vec<(Vec<u8>, Option<u64>)> {
        let mut found = Vec::new();
        let mut lines = Lines::default();
        let mut take = |line: Line<'_>| {
            found.push(match line {
                Line::Whole(line) => (line.to_vec(), None),
                Line::TooLong { head, bytes } => (head.to_vec(), Some(bytes)),
            });
        };
        pieces.iter().for_each(|piece| lines.push(piece, &mut take));
        lines.end(&mut take);
        found
    }

    #[test]
    fn lines_are_whole_however_they_are_cut() {
        let whole = |text: &str| (text.as_bytes().to_vec(), None);
        let wanted = vec![whole("größe"), whole(""), whole("x")];
        let text = "größe\n\nx".as_bytes();
        for at in 0..text.len() {
            // An empty line that begins a piece is handed on like any other.
            let found = cut(&[&text[..at], &text[at..]]);
            let bare = |lines: Vec<(Vec<u8>, Option<u64>)>| {
                lines.into_iter().filter(|(line, _)| !line.is_empty()).collect::<Vec<_>>()
            };
            assert_eq!(bare(found), bare(wanted.clone()), "cut at {at}");
        }
    }

    #[test]
    fn of_a_line_that_is_too_long_the_beginning_is_kept_and_the_next_one_is_whole() {
        let long = vec![b'a'; MAX_LINE];
        let found = cut(&[&long, &long, b"b\nnext\n"]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].0.len(), found[0].1), (HEAD, Some(2 * MAX_LINE as u64 + 1)));
        assert_eq!(found[1], (b"next".to_vec(), None));
        // At once, and just as long as it may be.
        let mut line = vec![b'a'; MAX_LINE + 1];
        line.push(b'\n');
        assert_eq!(cut(&[&line])[0].1, Some(MAX_LINE as u64 + 1));
        assert_eq!(cut(&[&long, b"\n"]), [(long, None)]);
    }
}
