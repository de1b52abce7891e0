//! Whether the end of some bytes is the beginning of what is looked for.

/// What is looked for, sorted, so that beginnings are found by halving.
#[derive(Clone, Default)]
pub(super) struct Prefixes {
    sorted: Vec<Vec<u8>>,
    longest: usize,
    /// Which two bytes something begins with: most places are ruled out by a look at one bit.
    pairs: Vec<u64>,
}

impl Prefixes {
    /// `sorted` has no two that are equal.
    pub(super) fn new(sorted: Vec<Vec<u8>>) -> Self {
        let longest = sorted.iter().map(Vec::len).max().unwrap_or(0);
        let mut pairs = vec![0; if sorted.is_empty() { 0 } else { 1024 }];
        for pair in sorted.iter().filter_map(|form| form.first_chunk::<2>()) {
            let bit = usize::from(u16::from_be_bytes(*pair));
            pairs[bit / 64] |= 1u64 << (bit % 64);
        }
        Self { sorted, longest, pairs }
    }

    /// Most bytes that could be a beginning.
    pub(super) const fn longest(&self) -> usize {
        self.longest
    }

    /// Where the longest end of `bytes` begins that is the beginning of something longer;
    /// `bytes.len()` when there is none.
    pub(super) fn begins_at(&self, bytes: &[u8]) -> usize {
        let first = bytes.len().saturating_sub(self.longest.saturating_sub(1));
        (first..bytes.len())
            .find(|at| bytes.get(*at..).is_some_and(|end| self.is_beginning(end)))
            .unwrap_or(bytes.len())
    }

    fn is_beginning(&self, end: &[u8]) -> bool {
        if let Some(pair) = end.first_chunk::<2>() {
            let bit = usize::from(u16::from_be_bytes(*pair));
            if self.pairs.get(bit / 64).is_none_or(|bits| bits & 1 << (bit % 64) == 0) {
                return false;
            }
        }
        let at = self.sorted.partition_point(|form| form.as_slice() < end);
        // One that is equal is whole already; what follows it may go on.
        self.sorted
            .iter()
            .skip(at)
            .take(2)
            .any(|form| form.len() > end.len() && form.starts_with(end))
    }
}
