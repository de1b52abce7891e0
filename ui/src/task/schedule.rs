//! When a task starts by itself: in words, the next times, and what can be done about it.

use aegis_domain::{TaskKind, TaskStatus};
use aegis_protocol::{Action, CardView, ShowTask};
use leptos::prelude::*;

use super::actions::{Doing, OfferedButton};
use crate::components::icon::{Icon, IconName};
use crate::components::time::Starts;
use crate::messages::t;
use crate::state::{Live, Loaded};

/// The box; nothing for a task without a schedule.
#[component]
pub(super) fn ScheduleBox(
    doing: Doing,
    card: Memo<Option<CardView>>,
    shown: Live<ShowTask>,
) -> impl IntoView {
    let words = Memo::new(move |_| {
        let card = card.read();
        let card = card.as_ref().filter(|card| card.kind != TaskKind::Oneshot)?;
        card.schedule.clone()
    });
    let icon = Signal::derive(move || match card.read().as_ref().map(|card| card.kind) {
        Some(TaskKind::Recurring) => IconName::Repeat,
        _ => IconName::Planned,
    });
    let upcoming = Memo::new(move |_| match &*shown.answer().read() {
        Loaded::Ready(shown) => Some(shown.upcoming.clone()),
        _ => None,
    });
    // A task that follows others starts when they end; it has no times of its own.
    let follows = Memo::new(move |_| {
        matches!(&*shown.answer().read(), Loaded::Ready(shown)
            if shown.task.definition.schedule == aegis_domain::Schedule::After)
    });
    let active = Memo::new(move |_| {
        card.read().as_ref().is_some_and(|card| card.status == TaskStatus::Active)
    });
    let next = move || {
        let texts = &t().task.schedule;
        let said = match (active.get(), upcoming.get()) {
            (false, _) => view! { <span>{texts.paused}</span> }.into_any(),
            (true, Some(starts)) if !starts.is_empty() => view! {
                <span data-testid="task-upcoming">
                    {texts.next}
                    " "
                    <Starts starts />
                </span>
            }
            .into_any(),
            (true, Some(_)) if !follows.get() => view! { <span>{texts.over}</span> }.into_any(),
            _ => return None,
        };
        Some(view! { <p class="schedule-next selectable figures">{said}</p> })
    };
    view! {
        <Show when=move || words.read().is_some()>
            <section class="schedule" aria-label=t().task.schedule.label data-testid="task-schedule">
                <Icon name=icon />
                <p class="schedule-words selectable" class:paused=move || !active.get() dir="auto">
                    {move || words.get()}
                </p>
                <div class="schedule-actions">
                    <OfferedButton choices=&[Action::Skip] doing card />
                    <OfferedButton choices=&[Action::Disable, Action::Enable] doing card />
                </div>
                {next}
            </section>
        </Show>
    }
}
