//! What came of a piece of work.

use aegis_domain::{Cause, EventKind, State};
use aegis_protocol::ActivityEntry;

use crate::format::Span;

/// What the steps of an occurrence amount to, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Where it stands; `None` while it has only been planned.
    pub(crate) state: Option<State>,
    /// Why it exists; `None` when its beginning is not here.
    pub(crate) cause: Option<Cause>,
    /// How many attempts there were.
    pub(crate) tries: u32,
    /// From its first start to its end; `None` while either is not here.
    pub(crate) took: Option<Span>,
}

impl Summary {
    /// Of all that is known of one occurrence, newest first.
    pub(super) fn of<'a>(entries: impl DoubleEndedIterator<Item = &'a ActivityEntry>) -> Self {
        let mut summary = Self { state: None, cause: None, tries: 0, took: None };
        let mut started = None;
        for entry in entries.rev() {
            let at = entry.event.what.at;
            match &entry.event.what.kind {
                EventKind::OccurrenceCreated { cause } => summary.cause = Some(*cause),
                EventKind::RunAssigned { number, .. } => {
                    summary.tries = summary.tries.max(*number);
                }
                EventKind::Moved { to, .. } => {
                    if matches!(to, State::Executing { .. }) {
                        started = started.or(Some(at));
                    }
                    if to.is_terminal() {
                        summary.took = started.map(|started| Span::new(at - started));
                    }
                    summary.state = Some(to.clone());
                }
                _ => {}
            }
        }
        summary
    }
}
