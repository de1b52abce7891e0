//! The line above a page.

use leptos::prelude::*;

/// The page's title, then what the page puts beside it.
#[component]
pub(crate) fn Header(
    /// The page's name.
    title: &'static str,
    /// Filters, search and the one primary action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="header">
            <h1>{title}</h1>
            {children.map(|children| children())}
        </header>
    }
}
