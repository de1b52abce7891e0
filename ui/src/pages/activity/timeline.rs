//! The events that the page has, newest first, without gaps.

use std::collections::BTreeMap;
use std::sync::Arc;

use aegis_domain::EventSeq;
use aegis_protocol::ActivityEntry;

/// Which events are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// Those that happened since.
    Newer,
    /// Those before the oldest one that is here.
    Older,
}

impl Want {
    /// Both, one after the other: newer ones first, since scrolling asks for older ones again.
    pub(super) fn and(self, other: Option<Self>) -> Self {
        if other == Some(Self::Newer) { Self::Newer } else { self }
    }
}

/// A stretch of the event stream, up to its newest one.
#[derive(Default)]
pub(super) struct Timeline {
    entries: BTreeMap<EventSeq, Arc<ActivityEntry>>,
    whole: bool,
}

impl Timeline {
    /// The sequence number to ask before.
    pub(super) fn before(&self, want: Want) -> Option<EventSeq> {
        match want {
            Want::Newer => None,
            Want::Older => self.entries.keys().next().copied(),
        }
    }

    /// Takes a page of the answer; `last` when there is nothing older than it.
    pub(super) fn merge(&mut self, want: Want, page: Vec<ActivityEntry>, last: bool) {
        let oldest = page.iter().map(|entry| entry.event.seq).min();
        let newest_here = self.entries.keys().next_back().copied();
        // A page that does not reach what is here would leave a gap: then it is all that there is.
        if want == Want::Newer && !last && newest_here < oldest {
            self.entries.clear();
            self.whole = false;
        }
        if last && (want == Want::Older || newest_here.is_none()) {
            self.whole = true;
        }
        self.entries.extend(page.into_iter().map(|entry| (entry.event.seq, Arc::new(entry))));
    }

    /// Whether nothing is older than what is here.
    pub(super) const fn is_whole(&self) -> bool {
        self.whole
    }

    /// The events, newest first.
    pub(super) fn entries(&self) -> Vec<Arc<ActivityEntry>> {
        self.entries.values().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::{Actor, Event, EventKind, NewEvent, TaskNumber, Timestamp};
    use std::ops::Range;

    fn page(seqs: Range<u64>) -> Vec<ActivityEntry> {
        seqs.rev()
            .map(|seq| ActivityEntry {
                event: Event {
                    seq: EventSeq(seq),
                    what: NewEvent {
                        at: Timestamp::UNIX_EPOCH,
                        actor: Actor::System,
                        task: "01932b6e-7c00-7abc-8def-0123456789ab".parse().unwrap(),
                        occurrence: None,
                        run: None,
                        kind: EventKind::TaskCreated,
                    },
                },
                number: TaskNumber(1),
                title: "A task".to_owned(),
            })
            .collect()
    }

    fn seqs(timeline: &Timeline) -> Vec<u64> {
        timeline.entries().iter().map(|entry| entry.event.seq.0).collect()
    }

    #[test]
    fn pages_that_overlap_are_joined() {
        let mut timeline = Timeline::default();
        timeline.merge(Want::Newer, page(10..13), false);
        timeline.merge(Want::Newer, page(11..15), false);
        assert_eq!(seqs(&timeline), [14, 13, 12, 11, 10]);
        assert_eq!(timeline.before(Want::Older), Some(EventSeq(10)));
        timeline.merge(Want::Older, page(8..10), true);
        assert_eq!(seqs(&timeline).last(), Some(&8));
        assert!(timeline.is_whole());
    }

    #[test]
    fn a_page_beyond_a_gap_starts_anew() {
        let mut timeline = Timeline::default();
        timeline.merge(Want::Newer, page(1..3), true);
        assert!(timeline.is_whole());
        timeline.merge(Want::Newer, page(500..503), false);
        assert_eq!(seqs(&timeline), [502, 501, 500]);
        assert!(!timeline.is_whole());
    }

    #[test]
    fn a_short_first_page_is_everything() {
        let mut timeline = Timeline::default();
        timeline.merge(Want::Newer, Vec::new(), true);
        assert!(timeline.is_whole() && timeline.entries().is_empty());
    }

    #[test]
    fn news_come_before_history() {
        assert_eq!(Want::Older.and(Some(Want::Newer)), Want::Newer);
        assert_eq!(Want::Newer.and(Some(Want::Older)), Want::Newer);
        assert_eq!(Want::Older.and(None), Want::Older);
    }
}
