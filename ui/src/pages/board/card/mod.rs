//! A card: what the task is, how it is going, and what one wants to know next.

mod foot;
mod look;
mod note;

use aegis_domain::{State, TaskId};
use aegis_protocol::CardView;
use leptos::html;
use leptos::prelude::*;

use crate::components::priority::PriorityGlyph;
use crate::components::progress::Progress;
use crate::components::state_badge::Standing;
use crate::format::{Style, ansi};
use crate::messages::t;
use crate::state::View;
use crate::task::AskBox;
use foot::Foot;
use note::{Note, NoteLine};

/// The card of a task. It draws itself anew when its own task changes, and only then.
#[component]
pub(super) fn Card(
    task: TaskId,
    card: ArcRwSignal<CardView>,
    /// Whether it is the first of its column: then Tab leads to it.
    first: Signal<bool>,
) -> impl IntoView {
    let view: View = expect_context();
    let card = RwSignal::from(card);
    let node = NodeRef::<html::Article>::new();
    let selected = Memo::new(move |_| view.selected.get() == Some(task));
    Effect::new(move || {
        if let Some(article) = node.get()
            && view.takes_focus(task)
        {
            let _ = article.focus();
        }
    });
    let number = move || (t().task.number)(card.read().number.0);
    let name = Memo::new(move |_| {
        let card = card.read();
        let waits = match Note::of(&card) {
            Some(_) if !card.waits.is_empty() => format!(". {}", (t().task.blocked)(&card.waits)),
            _ => String::new(),
        };
        let standing = Standing::of(&card).word();
        format!("{} {}, {standing}{waits}", (t().task.number)(card.number.0), card.title)
    });
    let title = Memo::new(move |_| card.read().title.clone());
    let priority = Memo::new(move |_| card.read().priority);
    let ask = Memo::new(move |_| match &card.read().state {
        Some(State::Awaiting { ask, .. }) => Some(ask.clone()),
        _ => None,
    });
    let note = Memo::new(move |_| Note::of(&card.read()));
    let mark = Memo::new(move |_| card.read().look.icon.as_deref().and_then(look::mark));
    let class = Memo::new(move |_| {
        let edge = card.read().look.color.as_deref().and_then(look::edge);
        edge.map_or_else(|| "card".to_owned(), |edge| format!("card edge {edge}"))
    });
    let live = Memo::new(move |_| {
        matches!(card.read().state, Some(State::Executing { .. } | State::Assigned { .. }))
    });
    view! {
        <article
            class=move || if selected.get() { format!("{} selected", class.get()) } else { class.get() }
            role="listitem"
            aria-label=name
            aria-current=move || selected.get().then_some("true")
            tabindex=move || if selected.get() || first.get() { "0" } else { "-1" }
            node_ref=node
            data-task=number
            data-testid=move || format!("card-{}", card.read().number.0)
            on:click=move |_| view.open_task(task)
            on:focus=move |_| view.selected.set(Some(task))
            on:keydown=move |event| {
                if matches!(event.key().as_str(), "Enter" | " ") && event.target() == event.current_target() {
                    event.prevent_default();
                    event.stop_propagation();
                    view.open_task(task);
                }
            }
        >
            <div class="card-title">
                <PriorityGlyph priority />
                {move || mark.get().map(|mark| view! { <span class="card-mark" aria-hidden="true">{mark}</span> })}
                <h3 dir="auto" title=title>{title}</h3>
            </div>
            <Show when=move || live.get()>
                <Live card />
            </Show>
            {move || ask.get().map(|ask| view! { <AskBox task ask short=true /> })}
            {move || {
                let number = card.read_untracked().number.0;
                note.get().map(|note| view! { <NoteLine note number /> })
            }}
            <Foot card first />
        </article>
    }
}

/// The last line of output, and how far it is.
#[component]
fn Live(card: RwSignal<CardView>) -> impl IntoView {
    let line = Memo::new(move |_| {
        let card = card.read();
        let line = card.run.as_ref()?.last_line.as_deref()?;
        let text: String =
            ansi(line, Style::default()).0.into_iter().map(|styled| styled.text).collect();
        (!text.trim().is_empty()).then_some(text)
    });
    let percent = Memo::new(move |_| card.read().run.as_ref()?.progress.as_ref()?.percent);
    view! {
        {move || line.get().map(|line| view! { <p class="card-line mono one-line" dir="auto">{line}</p> })}
        <Progress percent label=t().task.progress />
    }
}
