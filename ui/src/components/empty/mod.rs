//! What stands where a list has nothing in it.

use leptos::prelude::*;

/// Says what would be here, and how to make the first one.
#[component]
pub(crate) fn Empty(
    /// What would be here.
    #[prop(into)]
    what: Signal<String>,
    /// How to get there.
    #[prop(optional, into)]
    how: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p>{move || what.get()}</p>
            <p>{move || how.get()}</p>
        </div>
    }
}
