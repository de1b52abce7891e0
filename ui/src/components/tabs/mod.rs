//! Tabs: one of several views of the same thing.

use leptos::prelude::*;

use super::badge::Badge;

/// One tab's head.
#[derive(Clone)]
pub(crate) struct Tab<T> {
    /// Which.
    pub(crate) id: T,
    /// Its name.
    pub(crate) name: &'static str,
    /// How many items it has; nothing is shown for `None`.
    pub(crate) count: Signal<Option<usize>>,
    /// What programs call it.
    pub(crate) testid: &'static str,
}

/// The row of tab heads. Arrow keys go from one to the next.
#[component]
pub(crate) fn Tabs<T>(
    /// All of them, in order.
    tabs: Vec<Tab<T>>,
    /// The one that is open.
    #[prop(into)]
    current: Signal<T>,
    /// What choosing one does.
    #[prop(into)]
    on_choose: Callback<T>,
    /// What the tabs are views of, for screen readers.
    label: &'static str,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let order: Vec<T> = tabs.iter().map(|tab| tab.id).collect();
    let step = move |by: usize| {
        let here = order.iter().position(|id| *id == current.get_untracked()).unwrap_or(0);
        on_choose.run(order[(here + by) % order.len()]);
    };
    let last = tabs.len().saturating_sub(1);
    let heads = tabs
        .into_iter()
        .map(|Tab { id, name, count, testid }| {
            let selected = move || current.get() == id;
            let node = NodeRef::<leptos::html::Button>::new();
            Effect::new(move |before: Option<bool>| {
                let now = selected();
                // The focus follows the selection, but a tab that is only drawn does not take it.
                if let (Some(false), true, Some(button)) = (before, now, node.get_untracked()) {
                    let _ = button.focus();
                }
                now
            });
            view! {
                <button
                    type="button"
                    role="tab"
                    class="tab"
                    node_ref=node
                    aria-selected=move || selected().to_string()
                    tabindex=move || if selected() { "0" } else { "-1" }
                    data-testid=testid
                    on:click=move |_| on_choose.run(id)
                >
                    {name}
                    {move || count.get().map(|count| view! { <Badge text=count.to_string() /> })}
                </button>
            }
        })
        .collect_view();
    view! {
        <div
            class="tabs"
            role="tablist"
            aria-label=label
            on:keydown=move |event| {
                match event.key().as_str() {
                    "ArrowRight" => step(1),
                    "ArrowLeft" => step(last),
                    _ => return,
                }
                event.prevent_default();
                event.stop_propagation();
            }
        >
            {heads}
        </div>
    }
}
