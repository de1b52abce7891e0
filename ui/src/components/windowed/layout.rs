//! Where the items of a long list stand, and which of them are near the visible part. Heights are guessed until they
//! are measured.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

/// Items above and below the visible part that are drawn too, in px: a fling does not outrun them.
const OVERSCAN: f64 = 400.0;

/// The vertical layout of a list. All lengths in CSS px.
pub(super) struct Layout<K> {
    estimate: f64,
    keys: Arc<Vec<K>>,
    /// `offsets[i]` is the top of item `i`; the last one is the height of all.
    offsets: Vec<f64>,
    measured: HashMap<K, f64>,
}

/// The part of a list that is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Slice {
    /// Which items.
    pub(super) items: Range<usize>,
    /// Height of what is left out above.
    pub(super) above: f64,
    /// Height of what is left out below.
    pub(super) below: f64,
}

impl<K: Clone + Eq + Hash> Layout<K> {
    /// No items; each will be taken to be `estimate` high until it is measured.
    pub(super) fn new(estimate: f64) -> Self {
        Self { estimate, keys: Arc::default(), offsets: vec![0.0], measured: HashMap::new() }
    }

    /// Takes a new list. What it has in common with the old one from the top is not computed again.
    pub(super) fn set_keys(&mut self, keys: Arc<Vec<K>>) {
        let same = self.keys.iter().zip(keys.iter()).take_while(|(old, new)| old == new).count();
        // Measures of what is gone would pile up in a list that turns over.
        if self.measured.len() > 2 * keys.len() + 1_000 {
            let mut kept = HashMap::with_capacity(keys.len());
            for key in keys.iter() {
                if let Some(height) = self.measured.get(key) {
                    kept.insert(key.clone(), *height);
                }
            }
            self.measured = kept;
        }
        self.keys = keys;
        self.recompute(same);
    }

    /// Takes measured heights of drawn items; how far what is at `scroll` moved down by it.
    pub(super) fn measure(
        &mut self,
        heights: &[(K, f64)],
        drawn: &Range<usize>,
        scroll: f64,
    ) -> f64 {
        let mut first = None;
        let mut moved = 0.0;
        for index in drawn.clone() {
            let Some(key) = self.keys.get(index) else { break };
            let Some((_, height)) = heights.iter().find(|(measured, _)| measured == key) else {
                continue;
            };
            let before = self.offsets[index + 1] - self.offsets[index];
            self.measured.insert(key.clone(), *height);
            if (before - height).abs() < 0.01 {
                continue;
            }
            first = first.or(Some(index));
            if self.offsets[index + 1] <= scroll {
                moved += height - before;
            }
        }
        if let Some(first) = first {
            self.recompute(first);
        }
        moved
    }

    /// The items to draw when the visible part begins at `scroll` and is `viewport` high.
    pub(super) fn slice(&self, scroll: f64, viewport: f64) -> Slice {
        let first = self.at(scroll - OVERSCAN);
        let last = (self.at(scroll + viewport + OVERSCAN) + 1).min(self.keys.len());
        let first = first.min(last);
        Slice {
            items: first..last,
            above: self.offsets[first],
            below: self.total() - self.offsets[last],
        }
    }

    /// The items.
    pub(super) fn keys(&self) -> &Arc<Vec<K>> {
        &self.keys
    }

    /// The item at `scroll`, and how far `scroll` is below its top.
    pub(super) fn anchor(&self, scroll: f64) -> Option<(K, f64)> {
        let index = self.at(scroll);
        self.keys.get(index).map(|key| (key.clone(), scroll - self.offsets[index]))
    }

    /// The top and the bottom of an item.
    pub(super) fn span(&self, key: &K) -> Option<(f64, f64)> {
        let index = self.keys.iter().position(|other| other == key)?;
        Some((self.offsets[index], self.offsets[index + 1]))
    }

    /// The height of all.
    pub(super) fn total(&self) -> f64 {
        self.offsets[self.keys.len()]
    }

    /// The last item whose top is at or above `y`.
    fn at(&self, y: f64) -> usize {
        self.offsets[..self.keys.len()].partition_point(|top| *top <= y).saturating_sub(1)
    }

    fn recompute(&mut self, from: usize) {
        self.offsets.truncate(from + 1);
        let mut top = self.offsets[from];
        for key in &self.keys[from..] {
            top += self.measured.get(key).copied().unwrap_or(self.estimate);
            self.offsets.push(top);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn layout(keys: Range<u32>) -> Layout<u32> {
        let mut layout = Layout::new(20.0);
        layout.set_keys(Arc::new(keys.collect()));
        layout
    }

    #[test]
    fn a_long_list_draws_what_is_near() {
        let slice = layout(0..10_000).slice(100_000.0, 600.0);
        assert_eq!(slice.items, 4_980..5_051);
        assert_eq!(slice.above, 99_600.0);
        assert_eq!(slice.below, 200_000.0 - 5_051.0 * 20.0);
    }

    #[test]
    fn an_empty_list_draws_nothing() {
        assert_eq!(layout(0..0).slice(0.0, 600.0), Slice::default());
    }

    #[test]
    fn a_scroll_beyond_the_end_draws_the_end() {
        let slice = layout(0..100).slice(90_000.0, 600.0);
        assert_eq!(slice.items, 99..100);
        assert_eq!(slice.below, 0.0);
    }

    #[test]
    fn an_item_above_that_grows_moves_what_is_seen() {
        let mut layout = layout(0..100);
        assert_eq!(layout.measure(&[(3, 50.0)], &(0..60), 400.0), 30.0);
        assert_eq!(layout.measure(&[(30, 50.0)], &(0..60), 400.0), 0.0);
        assert_eq!(layout.total(), 2_060.0);
    }

    #[test]
    fn measures_survive_a_change_of_the_list() {
        let mut layout = layout(0..10);
        layout.measure(&[(2, 100.0)], &(0..10), 0.0);
        layout.set_keys(Arc::new(vec![9, 2, 1]));
        assert_eq!(layout.span(&2), Some((20.0, 120.0)));
    }

    proptest! {
        /// Whatever is measured and however the list changes: the drawn part covers the visible one, and the parts
        /// add up to the whole.
        #[test]
        fn the_drawn_part_covers_the_visible_one(
            lists in prop::collection::vec(prop::collection::hash_set(0u32..200, 0..120), 1..4),
            heights in prop::collection::vec((0u32..200, 1.0f64..300.0), 0..60),
            scroll in 0.0f64..30_000.0,
        ) {
            let mut layout = Layout::new(40.0);
            for list in lists {
                let count = list.len();
                layout.set_keys(Arc::new(list.into_iter().collect()));
                layout.measure(&heights, &(0..count), scroll);
                let mut fresh = Layout::new(40.0);
                fresh.measured = layout.measured.clone();
                fresh.set_keys(Arc::clone(layout.keys()));
                prop_assert!((fresh.total() - layout.total()).abs() < 0.01);

                let scroll = scroll.min((layout.total() - 500.0).max(0.0));
                let slice = layout.slice(scroll, 500.0);
                let drawn = layout.offsets[slice.items.end] - layout.offsets[slice.items.start];
                prop_assert!((slice.above + drawn + slice.below - layout.total()).abs() < 0.01);
                prop_assert!(slice.above <= scroll);
                prop_assert!(slice.above + drawn >= (scroll + 500.0).min(layout.total()) - 0.01);
            }
        }
    }
}
