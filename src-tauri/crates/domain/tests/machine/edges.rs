//! Every edge that exists, from the architecture's list. Whatever is not here must not happen.

use aegis_domain::StateName::{
    self, Assigned, Awaiting, Blocked, Cancelled, Completed, Created, Executing, Expired, Failed,
    Paused, Queued, Reviewing, Skipped,
};

pub const EDGES: &[(StateName, &[StateName])] = &[
    (Created, &[Queued, Blocked, Failed, Cancelled]),
    (Blocked, &[Queued, Skipped, Failed, Cancelled, Expired]),
    (Queued, &[Assigned, Blocked, Cancelled, Expired, Skipped]),
    (Assigned, &[Executing, Queued, Cancelled]),
    (Executing, &[Awaiting, Paused, Reviewing, Completed, Queued, Failed, Cancelled]),
    (Awaiting, &[Executing, Queued, Failed, Cancelled, Expired]),
    (Paused, &[Executing, Queued, Cancelled]),
    (Reviewing, &[Completed, Queued, Failed, Cancelled]),
    (Completed, &[]),
    (Failed, &[]),
    (Cancelled, &[]),
    (Skipped, &[]),
    (Expired, &[]),
];

pub fn exists(from: StateName, to: StateName) -> bool {
    EDGES.iter().any(|(f, targets)| *f == from && targets.contains(&to))
}

#[test]
fn the_table_names_every_state_once_and_terminal_ones_lead_nowhere() {
    assert_eq!(EDGES.len(), StateName::ALL.len());
    for state in StateName::ALL {
        let rows: Vec<_> = EDGES.iter().filter(|(f, _)| *f == state).collect();
        assert_eq!(rows.len(), 1, "{state}");
        assert_eq!(rows[0].1.is_empty(), state.is_terminal(), "{state}");
    }
}
