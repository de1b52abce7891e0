//! One line: a dot, the task where it is not clear, the words, who, and when.

use aegis_domain::{EventKind, Outcome, State, Timestamp};
use aegis_protocol::ActivityEntry;
use leptos::prelude::*;

use super::tone;
use crate::components::state_badge::Tone;
use crate::components::time::Moment;
use crate::history::Item;
use crate::messages::t;
use crate::state::View;

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    tone: Tone,
    words: String,
    actor: String,
    at: Timestamp,
}

impl Line {
    /// Of an item: its event, or what came of its steps.
    pub(super) fn of(item: &Item) -> Self {
        let newest = item.newest();
        let mut line = Self::step(newest);
        line.actor = (t().activity.actor)(item.actor());
        if let Item::Work(work) = item {
            let summary = (t().activity.summary)(&work.summary);
            if !summary.is_empty() {
                line.words = summary;
                line.tone = tone(work);
            }
        }
        line
    }

    /// Of an event.
    pub(super) fn step(entry: &ActivityEntry) -> Self {
        let what = &entry.event.what;
        Self {
            tone: step_tone(&what.kind),
            words: (t().activity.event)(&what.kind),
            actor: (t().activity.actor)(&what.actor),
            at: what.at,
        }
    }
}

const fn step_tone(kind: &EventKind) -> Tone {
    match kind {
        EventKind::Moved { to: State::Executing { .. }, .. } => Tone::Running,
        EventKind::Moved { to: State::Assigned { .. }, .. } => Tone::Resting,
        EventKind::Moved { to, .. } => Tone::of(Some(to)),
        EventKind::RunEnded { outcome: Outcome::Failed(_), .. } => Tone::Failed,
        EventKind::Reviewed { review } => {
            if review.passed {
                Tone::Done
            } else {
                Tone::Person
            }
        }
        _ => Tone::Resting,
    }
}

/// The line. Where it is not clear which task is meant, it names the task and leads to it.
#[component]
pub(super) fn EventLine(
    line: Line,
    /// The task to name, as one of its events knows it.
    task: Option<ActivityEntry>,
    /// What stands at the end.
    #[prop(optional)]
    end: Option<AnyView>,
) -> impl IntoView {
    let view: View = expect_context();
    let Line { tone, words, actor, at } = line;
    view! {
        <div class="event-row" role="listitem">
            <span class=format!("event-dot {}", tone.class())></span>
            {task
                .map(|entry| {
                    let task = entry.event.what.task;
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
                <Moment at />
            </span>
            <span class="event-end">{end}</span>
        </div>
    }
}
