//! Times that stay true while they are shown: relative, with the exact instant on hover.

use aegis_domain::Timestamp;
use leptos::prelude::*;

use crate::format::zone;
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
