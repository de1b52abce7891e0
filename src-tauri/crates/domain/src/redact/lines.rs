//! Base64 that was broken into lines, as `base64` and mail do.

use std::ops::Range;

/// Fewest characters of base64 before a line end that are taken for a broken text: PEM breaks after
/// 64 (RFC 7468), mail after 76 (RFC 2045), other programs not before.
const RUN: usize = 48;

/// Bytes without their line ends.
pub(super) struct Joined {
    bytes: Vec<u8>,
    /// For each piece, where it begins in `bytes` and where it began before.
    pieces: Vec<(usize, usize)>,
}

impl Joined {
    /// The bytes joined, if any line of them looks broken. `before` is how many characters of base64
    /// came right before them.
    pub(super) fn of(bytes: &[u8], before: usize) -> Option<Self> {
        let broken = line_ends(bytes).any(|end| run_before(bytes, end, before) >= RUN);
        broken.then(|| Self::all(bytes))
    }

    pub(super) fn all(bytes: &[u8]) -> Self {
        let mut joined = Vec::with_capacity(bytes.len());
        let mut pieces = Vec::new();
        let mut at = 0;
        for piece in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
            if !piece.is_empty() {
                pieces.push((joined.len(), at));
                joined.extend_from_slice(piece);
            }
            at += piece.len() + 1;
        }
        Self { bytes: joined, pieces }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where a range of the joined bytes was before.
    pub(super) fn place(&self, range: &Range<usize>) -> Range<usize> {
        self.before(range.start)..self.before(range.end.saturating_sub(1)) + 1
    }

    fn before(&self, at: usize) -> usize {
        let next = self.pieces.partition_point(|(begin, _)| *begin <= at);
        let (begin, was) = self.pieces.get(next.saturating_sub(1)).copied().unwrap_or_default();
        was + (at - begin)
    }
}

/// Where the lines end: the place of each `\n`.
pub(super) fn line_ends(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at)
}

/// How many characters of base64 stand right before a line end; `before` of them before the bytes.
/// It does not count beyond what it takes.
pub(super) fn run_before(bytes: &[u8], end: usize, before: usize) -> usize {
    let line = bytes.get(..end).unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let run = line.iter().rev().take(RUN).take_while(|byte| is_base64(**byte)).count();
    if run == line.len() { run + before } else { run }
}

/// Whether a line end there may be in the middle of an encoded text.
pub(super) fn is_broken(bytes: &[u8], end: usize, before: usize) -> bool {
    run_before(bytes, end, before) >= RUN
}

pub(super) const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}
