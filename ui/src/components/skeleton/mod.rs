//! The shape of what is on its way.

use leptos::prelude::*;

/// Grey blocks of the given heights in px, where the content will be.
#[component]
pub(crate) fn Skeleton(
    /// One block each.
    heights: &'static [u16],
) -> impl IntoView {
    heights
        .iter()
        .map(|height| view! { <div class="skeleton" aria-hidden="true" style:height=format!("{height}px")></div> })
        .collect_view()
}
