//! What happened to one task.

use std::sync::Arc;

use aegis_domain::TaskId;
use aegis_protocol::ListEvents;
use leptos::prelude::*;

use crate::components::empty::Empty;
use crate::components::error_banner::ErrorBanner;
use crate::components::event_list::EventList;
use crate::messages::t;
use crate::state::{BoardStore, Live, Loaded};

/// The engine's own limit of one page; more than any task of a person has.
const MOST: u32 = 500;

/// The list, newest first.
#[component]
pub(super) fn TaskActivity(task: TaskId) -> impl IntoView {
    let store: BoardStore = expect_context();
    let watched = store.watch(task);
    let events = Live::new(move || {
        watched.track();
        ListEvents { task: Some(task.into()), before: None, limit: Some(MOST) }
    });
    let entries = Memo::new(move |_| match &*events.answer().read() {
        Loaded::Ready(entries) => Arc::new(entries.iter().cloned().map(Arc::new).collect()),
        _ => Arc::new(Vec::new()),
    });
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
            when=move || !entries.read().is_empty()
            fallback=move || {
                matches!(*events.answer().read(), Loaded::Ready(_))
                    .then(|| view! { <Empty what=t().activity.empty /> })
            }
        >
            <EventList entries names_task=false opens_newest=true />
        </Show>
    }
}
