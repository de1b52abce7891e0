//! The list of keyboard shortcuts.

use leptos::html;
use leptos::prelude::*;

use crate::components::button::IconButton;
use crate::components::icon::IconName;
use crate::components::kbd::Kbd;
use crate::messages::t;
use crate::state::View;

/// The list, over everything else.
#[component]
pub(super) fn Shortcuts() -> impl IntoView {
    let view: View = expect_context();
    view! {
        <Show when=move || view.shortcuts.get()>
            <Dialog close=move |()| view.shortcuts.set(false) />
        </Show>
    }
}

#[component]
fn Dialog(#[prop(into)] close: Callback<()>) -> impl IntoView {
    let node = NodeRef::<html::Section>::new();
    node.on_load(|dialog| {
        let _ = dialog.focus();
    });
    view! {
        <div class="shortcuts-veil" on:click=move |_| close.run(())>
            <section
                class="shortcuts"
                role="dialog"
                aria-modal="true"
                aria-label=t().shortcuts.title
                tabindex="-1"
                node_ref=node
                on:click=|event| event.stop_propagation()
            >
                <header>
                    <h2>{t().shortcuts.title}</h2>
                    <IconButton label=t().shell.close icon=IconName::Close on_press=close />
                </header>
                <dl>
                    {t()
                        .shortcuts
                        .all
                        .iter()
                        .map(|(keys, what)| {
                            view! {
                                <dt>{*what}</dt>
                                <dd>
                                    {keys.split_whitespace().map(|key| view! { <Kbd keys=key /> }).collect_view()}
                                </dd>
                            }
                        })
                        .collect_view()}
                </dl>
            </section>
        </div>
    }
}
