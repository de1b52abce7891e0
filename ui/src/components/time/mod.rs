//! Times that stay true while they are shown: relative, with the exact instant on hover.

use aegis_domain::Timestamp;
use leptos::prelude::*;

use crate::format::{by_day, zone};
use crate::messages::t;
use crate::state::Clock;

/// An instant, said from now.
#[component]
pub(crate) fn Moment(
    /// Which.
    at: Timestamp,
) -> impl IntoView {
    let clock: Clock = expect_context();
    let said = Memo::new(move |_| (t().time.when)(clock.when(at)));
    view! {
        <time class="figures" datetime=at.to_rfc3339() title=zone::exact(at)>
            {said}
        </time>
    }
}

/// The time that has passed since an instant.
#[component]
pub(crate) fn Elapsed(
    /// Since when.
    since: Timestamp,
) -> impl IntoView {
    let clock: Clock = expect_context();
    let said = Memo::new(move |_| (t().time.span)(clock.since(since)));
    view! {
        <time class="figures" title=zone::exact(since)>
            {said}
        </time>
    }
}

/// The next starts of a schedule on the user's clock, each day said once; the exact instants on hover.
#[component]
pub(crate) fn Starts(
    /// Which, in order.
    starts: Vec<Timestamp>,
) -> impl IntoView {
    let clock: Clock = expect_context();
    let exact = starts.iter().map(|at| zone::exact(*at)).collect::<Vec<_>>().join("\n");
    let days = by_day(starts.into_iter().map(zone::local));
    let said = Memo::new(move |_| {
        let today = clock.today();
        days.iter().map(|day| (t().time.starts)(today, day)).collect::<Vec<_>>()
    });
    let last = move || said.read().len().saturating_sub(1);
    // A day is not torn apart at the end of a line.
    let draw = move || {
        let last = last();
        let day = |(index, day): (usize, String)| {
            let mark = if index == last { "" } else { " ·" };
            view! {
                <span class="start-day">{day} {mark}</span>
                " "
            }
        };
        said.get().into_iter().enumerate().map(day).collect_view()
    };
    view! {
        <span class="figures" title=exact>
            {draw}
        </span>
    }
}
