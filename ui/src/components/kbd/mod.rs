//! A key of the keyboard.

use leptos::prelude::*;

/// A key, drawn as a small cap. It repeats what an `aria-keyshortcuts` says, so screen readers pass it by.
#[component]
pub(crate) fn Kbd(
    /// The name on the key.
    keys: &'static str,
) -> impl IntoView {
    view! {
        <kbd class="kbd" aria-hidden="true">
            {keys}
        </kbd>
    }
}
