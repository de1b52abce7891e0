//! The rail at the left: the pages with their counts, and the engine at a glance.

use aegis_domain::State;
use aegis_domain::coarse::Column;
use aegis_protocol::NextDue;
use leptos::prelude::*;

use crate::components::icon::{Icon, IconName};
use crate::format::zone;
use crate::messages::t;
use crate::state::{BoardStore, Clock, Connection, Page, View};

impl Page {
    const fn icon(self) -> IconName {
        match self {
            Self::Board => IconName::Board,
            Self::Activity => IconName::Activity,
            Self::Settings => IconName::Settings,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Board => t().shell.board,
            Self::Activity => t().shell.activity,
            Self::Settings => t().shell.settings,
        }
    }
}

/// The rail.
#[component]
pub(super) fn Rail() -> impl IntoView {
    view! {
        <nav class="rail" aria-label=t().shell.pages>
            <div class="brand">
                <span class="brand-mark">
                    <Icon name=IconName::Shield />
                </span>
                <span class="name">{t().shell.name}</span>
            </div>
            <div class="rail-pages">
                {Page::ALL.map(|page| view! { <RailPage page /> })}
            </div>
            <Foot />
        </nav>
    }
}

#[component]
fn RailPage(page: Page) -> impl IntoView {
    let view: View = expect_context();
    view! {
        <button
            type="button"
            class="rail-page"
            title=page.name()
            aria-current=move || (view.page.get() == page).then_some("page")
            on:click=move |_| {
                view.close_task();
                view.page.set(page);
            }
        >
            <Icon name=page.icon() />
            <span class="name">{page.name()}</span>
            {(page == Page::Board).then(|| view! { <BoardCount /> })}
        </button>
    }
}

/// The work that is not finished; in amber how much of it waits for a person.
#[component]
fn BoardCount() -> impl IntoView {
    let store: BoardStore = expect_context();
    let open = [Column::Backlog, Column::Queued, Column::Running, Column::Review];
    let count =
        Memo::new(move |_| open.into_iter().map(|column| store.count(column)).sum::<usize>());
    let waiting = Memo::new(move |_| {
        // What waits for an answer is at the top of its column.
        let asked = store
            .column(Column::Running)
            .read()
            .iter()
            .map_while(|task| store.card(*task))
            .take_while(|card| matches!(card.read().state, Some(State::Awaiting { .. })))
            .count();
        asked + store.count(Column::Review)
    });
    view! {
        <Show when=move || waiting.get() != 0>
            <span class="count person figures" title=t().task.waiting>
                {waiting}
            </span>
        </Show>
        <Show when=move || count.get() != 0>
            <span class="count figures">{move || (t().board.count)(count.get())}</span>
        </Show>
    }
}

#[component]
fn Foot() -> impl IntoView {
    let connection: Connection = expect_context();
    let slots = Memo::new(move |_| {
        connection.status.read().as_ref().map(|status| (status.slots_used, status.slots_total))
    });
    let paused =
        Memo::new(move |_| connection.status.read().as_ref().is_some_and(|status| status.paused));
    let next =
        Memo::new(move |_| connection.status.read().as_ref().map(|status| status.next.clone()));
    view! {
        <div class="rail-foot">
            {move || slots.get().map(|(used, total)| view! { <Slots used total paused /> })}
            {move || next.get().map(|next| view! { <Next next /> })}
        </div>
    }
}

#[component]
fn Next(next: Option<NextDue>) -> impl IntoView {
    let clock: Clock = expect_context();
    let said = match next {
        Some(NextDue { at, title, .. }) => {
            let when = move || (t().time.when)(clock.when(at));
            let exact = format!("{title} · {}", zone::exact(at));
            view! {
                <span class="one-line figures" title=exact dir="auto">
                    {when}
                    " "
                    {title}
                </span>
            }
            .into_any()
        }
        None => view! { <span>{t().shell.nothing_next}</span> }.into_any(),
    };
    view! {
        <div class="rail-fact rail-next">
            <span>{t().shell.next}</span>
            {said}
        </div>
    }
}

/// More slots than this are told as a number: the drawing would not fit.
const DRAWN_SLOTS: u32 = 8;

#[component]
fn Slots(used: u32, total: u32, paused: Memo<bool>) -> impl IntoView {
    let name = (t().shell.slots)(used, total);
    view! {
        <div class="rail-fact" title=name.clone()>
            <span>{move || if paused.get() { t().shell.paused } else { t().shell.running }}</span>
            {if total > DRAWN_SLOTS {
                view! { <span class="figures">{name.clone()}</span> }.into_any()
            } else {
                let slots = (0..total)
                    .map(|slot| view! { <span class="slot" class:used=slot < used></span> })
                    .collect_view();
                view! {
                    <span class="slots" role="img" aria-label=name.clone()>
                        {slots}
                    </span>
                }
                    .into_any()
            }}
        </div>
    }
}
