//! What happened to one task.

use std::collections::HashMap;
use std::sync::Arc;

use aegis_domain::{EventSeq, TaskId};
use aegis_protocol::{ActivityEntry, ListEvents};
use leptos::prelude::*;

use crate::components::empty::Empty;
use crate::components::error_banner::ErrorBanner;
use crate::components::event_row::EventRow;
use crate::components::windowed::Windowed;
use crate::messages::t;
use crate::state::{BoardStore, Live, Loaded};

/// The engine's own limit of one page; more than any task of a person has.
const MOST: u32 = 500;
/// About the height of a row, in px.
const ROW_HEIGHT: f64 = 32.0;

/// The list, newest first.
#[component]
pub(super) fn TaskActivity(task: TaskId) -> impl IntoView {
    let store: BoardStore = expect_context();
    let watched = store.watch(task);
    let events = Live::new(move || {
        watched.track();
        ListEvents { task: Some(task.into()), before: None, limit: Some(MOST) }
    });
    let entries = Memo::new(move |_| match events.answer().get() {
        Loaded::Ready(entries) => entries,
        _ => Vec::new(),
    });
    let by_seq = Memo::new(move |_| {
        entries
            .read()
            .iter()
            .map(|entry| (entry.event.seq, entry.clone()))
            .collect::<HashMap<EventSeq, ActivityEntry>>()
    });
    let keys = Memo::new(move |_| {
        Arc::new(entries.read().iter().map(|entry| entry.event.seq).collect::<Vec<_>>())
    });
    let row = move |seq: EventSeq| {
        let entry = by_seq.with_untracked(|entries| entries.get(&seq).cloned());
        entry.map(|entry| view! { <EventRow entry names_task=false /> })
    };
    view! {
        {move || match events.answer().get() {
            Loaded::Failed(error) => Some(view! {
                <div class="task-note">
                    <ErrorBanner sentence=error.message hint=error.hint />
                </div>
            }),
            _ => None,
        }}
        <Show
            when=move || !keys.read().is_empty()
            fallback=move || {
                matches!(*events.answer().read(), Loaded::Ready(_))
                    .then(|| view! { <Empty what=t().activity.empty /> })
            }
        >
            <Windowed keys row estimate=ROW_HEIGHT label=t().activity.label />
        </Show>
    }
}
