//! The order of a channel's messages: small ones overtake large ones on their way into the page.

use std::collections::BTreeMap;

/// What arrives on a channel.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrival<T> {
    /// A message.
    Message(T),
    /// There are no more.
    End,
}

/// Hands out messages by their index, from 0, without gaps.
pub(super) struct InOrder<T> {
    next: u32,
    early: BTreeMap<u32, Arrival<T>>,
}

impl<T> InOrder<T> {
    /// Nothing has arrived.
    pub(super) const fn new() -> Self {
        Self { next: 0, early: BTreeMap::new() }
    }

    /// Takes what arrived; returns what can be handed out now, in order.
    pub(super) fn accept(&mut self, index: u32, arrival: Arrival<T>) -> Vec<Arrival<T>> {
        self.early.insert(index, arrival);
        let mut ready = Vec::new();
        while let Some(arrival) = self.early.remove(&self.next) {
            self.next += 1;
            ready.push(arrival);
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Arrival::{End, Message};

    #[test]
    fn what_comes_early_waits() {
        let mut order = InOrder::new();
        assert_eq!(order.accept(1, Message("b")), []);
        assert_eq!(order.accept(3, End), []);
        assert_eq!(order.accept(0, Message("a")), [Message("a"), Message("b")]);
        assert_eq!(order.accept(2, Message("c")), [Message("c"), End]);
    }
}
