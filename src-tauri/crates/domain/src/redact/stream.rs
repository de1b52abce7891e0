//! Bytes that come in pieces, cut anywhere.

use super::Redactor;
use super::lines::{Joined, is_base64, is_broken, line_ends};
use std::borrow::Cow;

/// What one stream still holds back.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    /// What could be the beginning of a secret.
    held: Vec<u8>,
    /// How many characters of base64 were let go right before it.
    run: usize,
    has_found: bool,
}

impl Stream {
    /// Takes a piece, and gives what can be let go, without secrets. `redactor` may know more each
    /// time.
    #[must_use]
    pub fn push<'a>(&mut self, redactor: &Redactor, piece: &'a [u8]) -> Cow<'a, [u8]> {
        if redactor.is_empty() && self.held.is_empty() {
            return Cow::Borrowed(piece);
        }
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(piece);
        let found = redactor.find(&bytes, self.run);
        self.has_found |= !found.is_empty();
        let mut keep = redactor.held_from(&bytes, self.run);
        let mut until = 0;
        for (range, _) in &found {
            if range.start >= keep {
                break;
            }
            until = range.end;
            keep = keep.max(until);
        }
        let done = found.partition_point(|(range, _)| range.end <= until);
        let clean = redactor
            .without(bytes.get(..keep).unwrap_or_default(), found.get(..done).unwrap_or(&[]));
        self.count(bytes.get(..keep).unwrap_or_default());
        bytes.drain(..keep);
        self.held = bytes;
        Cow::Owned(clean)
    }

    /// What was held back, when nothing more comes.
    #[must_use]
    pub fn end(&mut self, redactor: &Redactor) -> Vec<u8> {
        let held = std::mem::take(&mut self.held);
        let run = std::mem::take(&mut self.run);
        let found = redactor.find(&held, run);
        self.has_found |= !found.is_empty();
        redactor.without(&held, &found)
    }

    /// Whether there was a secret so far.
    #[must_use]
    pub const fn has_found(&self) -> bool {
        self.has_found
    }

    /// Bytes that are held back.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    fn count(&mut self, gone: &[u8]) {
        let run = gone.iter().rev().take(128).take_while(|byte| is_base64(**byte)).count();
        self.run = if run == gone.len() { (self.run + run).min(128) } else { run };
    }
}

impl Redactor {
    /// From where on `bytes` may be the beginning of a secret.
    fn held_from(&self, bytes: &[u8], before: usize) -> usize {
        let keep = self.all.prefixes.begins_at(bytes);
        self.broken_from(bytes, before).map_or(keep, |broken| keep.min(broken))
    }

    /// The same for a secret that is broken into lines: only where a line looks broken, because else
    /// the last character of nearly every line would wait for the next one.
    fn broken_from(&self, bytes: &[u8], before: usize) -> Option<usize> {
        let longest = self.broken.prefixes.longest();
        if longest == 0 {
            return None;
        }
        // A line end for each character would be no broken text any more.
        let first = bytes.len().saturating_sub(longest + longest / 16 + 64);
        let window = bytes.get(first..)?;
        let broken = line_ends(window).any(|end| is_broken(bytes, first + end, before));
        if !broken {
            return None;
        }
        let joined = Joined::all(window);
        let at = self.broken.prefixes.begins_at(joined.bytes());
        (at < joined.bytes().len()).then(|| first + joined.place(&(at..at + 1)).start)
    }
}
