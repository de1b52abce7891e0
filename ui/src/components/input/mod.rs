//! One-line text inputs, and choices out of a few.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::kbd::Kbd;

/// A search field with the key that leads to it.
#[component]
pub(crate) fn SearchInput(
    /// What it holds.
    value: RwSignal<String>,
    /// For the field's name and the text in it while it is empty.
    placeholder: &'static str,
    /// The key that leads to it.
    shortcut: &'static str,
    /// The element, to focus it.
    node: NodeRef<html::Input>,
) -> impl IntoView {
    view! {
        <label class="input search">
            <Icon name=IconName::Search />
            <input
                type="search"
                dir="auto"
                autocomplete="off"
                spellcheck="false"
                placeholder=placeholder
                aria-label=placeholder
                aria-keyshortcuts=shortcut
                node_ref=node
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        event.stop_propagation();
                        if value.with_untracked(String::is_empty)
                            && let Some(input) = node.get_untracked()
                        {
                            // Only a detached element cannot give up its focus.
                            let _ = input.blur();
                        }
                        value.set(String::new());
                    }
                }
            />
            <Kbd keys=shortcut />
        </label>
    }
}

/// One choice out of a few, side by side.
#[component]
pub(crate) fn Segments<T>(
    /// What is chosen here, for screen readers.
    label: &'static str,
    /// The choices and their names.
    choices: Vec<(T, &'static str)>,
    /// The present choice.
    #[prop(into)]
    value: Signal<T>,
    /// What choosing does.
    #[prop(into)]
    on_choose: Callback<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let buttons = choices
        .into_iter()
        .map(|(choice, name)| {
            view! {
                <button
                    type="button"
                    role="radio"
                    aria-checked=move || (value.get() == choice).to_string()
                    on:click=move |_| on_choose.run(choice)
                >
                    {name}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="segments" role="radiogroup" aria-label=label>
            {buttons}
        </div>
    }
}
