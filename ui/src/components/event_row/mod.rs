//! One thing that happened, as a line of a list.

use aegis_domain::{EventKind, Outcome, State};
use aegis_protocol::ActivityEntry;
use leptos::prelude::*;

use crate::components::state_badge::Tone;
use crate::components::time::Moment;
use crate::messages::t;
use crate::state::View;

/// The tone of an event: only what ends well or badly, or needs a person, has a colour.
const fn tone(kind: &EventKind) -> Tone {
    match kind {
        EventKind::Moved { to: State::Executing { .. }, .. } => Tone::Running,
        EventKind::Moved { to: State::Assigned { .. }, .. } => Tone::Resting,
        EventKind::Moved { to, .. } => Tone::of(Some(to)),
        EventKind::RunEnded { outcome: Outcome::Failed(_), .. } => Tone::Failed,
        _ => Tone::Resting,
    }
}

/// The line. Where it is not clear which task is meant, it names the task and leads to it.
#[component]
pub(crate) fn EventRow(
    /// What happened.
    entry: ActivityEntry,
    /// Whether to name the task.
    names_task: bool,
) -> impl IntoView {
    let view: View = expect_context();
    let event = entry.event.what;
    let task = event.task;
    let words = (t().activity.event)(&event.kind);
    let actor = (t().activity.actor)(&event.actor);
    view! {
        <div class="event-row" role="listitem">
            <span class=format!("event-dot {}", tone(&event.kind).class())></span>
            {names_task
                .then(|| {
                    view! {
                        <button type="button" class="event-task" on:click=move |_| view.open_task(task)>
                            <span class="event-number figures">{(t().task.number)(entry.number.0)}</span>
                            <span class="one-line" dir="auto">{entry.title}</span>
                        </button>
                    }
                })}
            <p class="event-words selectable" dir="auto" title=words.clone()>{words.clone()}</p>
            <span class="event-actor one-line" dir="auto">{actor}</span>
            <span class="event-time">
                <Moment at=event.at />
            </span>
        </div>
    }
}
