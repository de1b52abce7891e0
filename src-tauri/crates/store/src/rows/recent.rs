//! A map that forgets what has not been asked for lately.

use std::collections::HashMap;
use std::hash::Hash;

/// Two generations: what is asked for moves to the young one, and when that is full the old one is
/// forgotten. So a look-up costs at most two, and nothing keeps an order.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<K: Eq + Hash + Copy, V> Recent<K, V> {
    pub(super) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        if let Some(value) = self.old.remove(&key) {
            self.young.insert(key, value);
        }
        self.young.get_mut(&key)
    }

    pub(super) fn insert(&mut self, key: K, value: V) -> &mut V {
        self.old.remove(&key);
        self.young.entry(key).insert_entry(value).into_mut()
    }

    /// Begins a new generation if the young one has more than `most`.
    pub(super) fn age(&mut self, most: usize) {
        if self.young.len() > most {
            self.old = std::mem::take(&mut self.young);
        }
    }

    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut recent = Recent::default();
        for n in 0..5 {
            recent.insert(n, n * 10);
        }
        recent.age(4);
        assert_eq!(recent.get_mut(2), Some(&mut 20), "the old generation is still known");
        for n in 10..15 {
            recent.insert(n, n);
        }
        recent.age(4);
        assert_eq!(recent.get_mut(2), Some(&mut 20), "it was asked for");
        assert_eq!(recent.get_mut(3), None);
        recent.clear();
        assert_eq!(recent.get_mut(2), None);
    }
}
