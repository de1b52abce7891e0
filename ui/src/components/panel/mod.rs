//! A panel at the side that can grow to a page.

use leptos::html;
use leptos::prelude::*;

/// A region at the right edge. It takes the focus when it opens, so that the keyboard goes on inside it.
#[component]
pub(crate) fn Panel(
    /// Its name, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it fills the page.
    #[prop(into)]
    wide: Signal<bool>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Aside>::new();
    node.on_load(|panel| {
        // Only a detached element cannot take the focus.
        let _ = panel.focus();
    });
    view! {
        <aside
            class="panel"
            class:wide=move || wide.get()
            role="region"
            aria-label=move || label.get()
            tabindex="-1"
            node_ref=node
        >
            {children()}
        </aside>
    }
}
