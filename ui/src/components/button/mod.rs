//! Buttons: one primary action a page, secondary ones beside it, quiet ones with an icon only.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ButtonKind {
    /// The one thing to do here.
    Primary,
    /// Any other action.
    #[default]
    Secondary,
    /// Ends or removes something.
    Danger,
}

impl ButtonKind {
    /// Its class in the style sheet.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button",
            Self::Danger => "button danger",
        }
    }
}

/// A button that says what it does.
#[component]
pub(crate) fn Button(
    /// What it does, in a word or two.
    #[prop(into)]
    label: Signal<String>,
    /// What pressing it does.
    #[prop(into)]
    on_press: Callback<()>,
    /// How it looks.
    #[prop(optional)]
    kind: ButtonKind,
    /// Stands before the label.
    #[prop(optional)]
    icon: Option<IconName>,
    /// Not now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// More, on hover: its key, for example.
    #[prop(optional, into)]
    title: String,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=kind.class()
            title=(!title.is_empty()).then_some(title)
            disabled=move || disabled.get()
            on:click=move |event| {
                event.stop_propagation();
                on_press.run(());
            }
        >
            {icon.map(|name| view! { <Icon name /> })}
            <span class="one-line">{move || label.get()}</span>
        </button>
    }
}

/// A square button with an icon; the label is for hover and for screen readers.
#[component]
pub(crate) fn IconButton(
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// What pressing it does.
    #[prop(into)]
    on_press: Callback<()>,
    /// What it shows.
    #[prop(into)]
    icon: Signal<IconName>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button icon-only"
            title=move || label.get()
            aria-label=move || label.get()
            on:click=move |event| {
                event.stop_propagation();
                on_press.run(());
            }
        >
            <Icon name=icon />
        </button>
    }
}
