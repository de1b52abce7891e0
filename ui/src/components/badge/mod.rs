//! A number or a word beside a name.

use leptos::prelude::*;

/// A small label: a tag, the number of a tab's items.
#[component]
pub(crate) fn Badge(
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! { <span class="badge figures one-line" dir="auto">{move || text.get()}</span> }
}
