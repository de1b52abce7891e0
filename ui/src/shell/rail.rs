//! The rail at the left: the pages with their counts, and the engine at a glance.

use aegis_domain::coarse::Column;
use aegis_domain::{State, TaskId};
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
                <NeedsYou />
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

/// What waits for a person, in amber: pressing it opens the first.
#[component]
fn NeedsYou() -> impl IntoView {
    let store: BoardStore = expect_context();
    let view: View = expect_context();
    let waiting = Memo::new(move |_| waiting(store));
    let count = move || waiting.read().0;
    let hint = move || (t().shell.needs_you_hint)(count());
    view! {
        <Show when=move || count() != 0>
            <button
                type="button"
                class="rail-page"
                title=hint
                aria-label=hint
                data-testid="needs-you"
                on:click=move |_| {
                    if let Some(task) = waiting.get_untracked().1 {
                        view.page.set(Page::Board);
                        view.open_task(task);
                    }
                }
            >
                <Icon name=IconName::Question />
                <span class="name">{t().shell.needs_you}</span>
                <span class="count person figures">{count}</span>
            </button>
        </Show>
    }
}

/// How much waits for a person, and the first of it: questions before outcomes to look at.
fn waiting(store: BoardStore) -> (usize, Option<TaskId>) {
    // What waits for an answer is at the top of its column.
    let asked: Vec<TaskId> = store
        .column(Column::Running)
        .read()
        .iter()
        .copied()
        .take_while(|task| {
            let card = store.card(*task);
            card.is_some_and(|card| matches!(card.read().state, Some(State::Awaiting { .. })))
        })
        .collect();
    let review = store.column(Column::Review);
    let first = asked.first().copied().or_else(|| review.read().first().copied());
    (asked.len() + store.count(Column::Review), first)
}

/// The work that is not finished.
#[component]
fn BoardCount() -> impl IntoView {
    let store: BoardStore = expect_context();
    let open = [Column::Backlog, Column::Queued, Column::Running, Column::Review];
    let count =
        Memo::new(move |_| open.into_iter().map(|column| store.count(column)).sum::<usize>());
    view! {
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
