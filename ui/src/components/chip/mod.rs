//! Chips: filters that are on or off.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// A filter that one press turns on and the next one off.
#[component]
pub(crate) fn Chip(
    /// What it filters by.
    #[prop(into)]
    label: Signal<String>,
    /// Stands before the label.
    icon: IconName,
    /// Whether it is on.
    #[prop(into)]
    pressed: Signal<bool>,
    /// What pressing it does.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || pressed.get().to_string()
            on:click=move |_| on_press.run(())
        >
            <Icon name=icon />
            <span>{move || label.get()}</span>
        </button>
    }
}
