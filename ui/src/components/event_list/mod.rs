//! What happened, newest first: a line for each piece of work with its steps behind it, and a line for whatever stands
//! for itself.

mod line;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aegis_protocol::ActivityEntry;
use leptos::prelude::*;

use crate::components::icon::{Icon, IconName};
use crate::components::state_badge::Tone;
use crate::components::windowed::Windowed;
use crate::history::{Item, Key, Work, group};
use crate::messages::t;
use line::{EventLine, Line};

/// About the height of a row, in px.
const ROW_HEIGHT: f64 = 32.0;

/// The list.
#[component]
pub(crate) fn EventList(
    /// What happened, newest first, without gaps.
    #[prop(into)]
    entries: Signal<Arc<Vec<Arc<ActivityEntry>>>>,
    /// Whether to say which task it was about.
    names_task: bool,
    /// Whether the newest piece of work shows its steps from the start.
    #[prop(optional)]
    opens_newest: bool,
    /// Runs when the end comes near.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
    /// Drawn below the last line.
    #[prop(optional, into)]
    footer: ViewFn,
) -> impl IntoView {
    let items = Memo::new(move |_| group(&entries.read()));
    let keys = Memo::new(move |_| Arc::new(items.read().iter().map(Item::key).collect::<Vec<_>>()));
    let by_key = Memo::new(move |_| {
        items.read().iter().map(|item| (item.key(), item.clone())).collect::<HashMap<_, _>>()
    });
    let open = RwSignal::new(HashSet::new());
    if opens_newest {
        Effect::new(move |done: Option<bool>| {
            let newest = items.with(|items| items.iter().find_map(works).map(Item::key));
            match (done, newest) {
                (Some(true), _) => true,
                (_, Some(newest)) => {
                    open.update(|open: &mut HashSet<Key>| {
                        open.insert(newest);
                    });
                    true
                }
                (_, None) => false,
            }
        });
    }
    let row = move |key: Key| {
        let item = Memo::new(move |_| by_key.read().get(&key).cloned());
        move || item.get().map(|item| view! { <ItemRow item names_task open /> })
    };
    let on_end = Callback::new(move |()| {
        if let Some(on_end) = on_end {
            on_end.run(());
        }
    });
    view! { <Windowed keys row estimate=ROW_HEIGHT label=t().activity.label on_end footer /> }
}

/// An item with steps to look at.
fn works(item: &Item) -> Option<&Item> {
    matches!(item, Item::Work(work) if work.steps.len() > 1).then_some(item)
}

#[component]
fn ItemRow(item: Item, names_task: bool, open: RwSignal<HashSet<Key>>) -> impl IntoView {
    let key = item.key();
    let line = Line::of(&item);
    let task = names_task.then(|| item.newest().clone());
    match item {
        Item::Work(work) if work.steps.len() > 1 => {
            view! { <WorkRow work line task key open /> }.into_any()
        }
        _ => view! { <EventLine line task /> }.into_any(),
    }
}

/// A piece of work: what came of it, and on demand how.
#[component]
fn WorkRow(
    work: Work,
    line: Line,
    task: Option<ActivityEntry>,
    key: Key,
    open: RwSignal<HashSet<Key>>,
) -> impl IntoView {
    let is_open = Memo::new(move |_| open.read().contains(&key));
    let label = (t().activity.show_steps)(work.steps.len());
    let name =
        move || if is_open.get() { t().activity.hide_steps.to_owned() } else { label.clone() };
    let toggle = move |_| {
        open.update(|open| {
            if !open.remove(&key) {
                open.insert(key);
            }
        });
    };
    let button = view! {
        <button
            type="button"
            class="event-toggle"
            class:open=is_open
            title=name.clone()
            aria-label=name
            aria-expanded=move || is_open.get().to_string()
            data-testid="activity-toggle"
            on:click=toggle
        >
            <Icon name=IconName::Expand />
        </button>
    };
    let steps = StoredValue::new(work.steps);
    view! {
        <EventLine line task end=button.into_any() />
        <Show when=move || is_open.get()>
            <div class="event-steps" role="list">
                {steps
                    .get_value()
                    .into_iter()
                    .map(|entry| view! { <EventLine line=Line::step(&entry) task=None /> })
                    .collect_view()}
            </div>
        </Show>
    }
}

/// The tone of a piece of work: only what ends well or badly, or needs a person, has a colour.
fn tone(work: &Work) -> Tone {
    Tone::of(work.summary.state.as_ref())
}
