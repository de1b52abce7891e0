//! Why a blocked task does not start, in a sentence, and the decision that lets it go on.

use aegis_domain::State;
use aegis_protocol::{Action, CardView, WaitView};
use leptos::prelude::*;

use super::actions::{Doing, OfferedButton};
use crate::components::icon::{Icon, IconName};
use crate::messages::t;

/// The sentence; nothing while the task is not blocked.
#[component]
pub(super) fn WaitsBox(doing: Doing, card: Memo<Option<CardView>>) -> impl IntoView {
    let waits = Memo::new(move |_| {
        let card = card.read();
        let card = card.as_ref()?;
        matches!(card.state, Some(State::Blocked { .. })).then(|| card.waits.clone())
    });
    // What a person can let go on in spite of it is theirs; the rest comes by itself.
    let class = move || match waits
        .read()
        .as_deref()
        .unwrap_or_default()
        .iter()
        .any(WaitView::is_for_a_person)
    {
        true => "task-waits person",
        false => "task-waits",
    };
    view! {
        <Show when=move || waits.read().is_some()>
            <div class=class role="status" data-testid="task-waits">
                <Icon name=IconName::Blocked />
                <p class="selectable" dir="auto">
                    {move || (t().task.blocked)(waits.read().as_deref().unwrap_or_default())}
                </p>
                <OfferedButton choices=&[Action::Release] doing card />
            </div>
        </Show>
    }
}
