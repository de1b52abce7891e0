//! The folders that commands may work in.

use aegis_protocol::{AddRoot, ApiError, GetSettings, RemoveRoot};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Section;
use crate::bridge;
use crate::components::button::{Button, IconButton};
use crate::components::error_banner::ErrorBanner;
use crate::components::icon::{Icon, IconName};
use crate::messages::t;
use crate::state::{Live, Loaded};

/// The section.
#[component]
pub(super) fn Roots(settings: Live<GetSettings>) -> impl IntoView {
    let s = &t().settings;
    let error = RwSignal::new(None::<ApiError>);
    let path = RwSignal::new(String::new());
    let roots = Memo::new(move |_| match settings.answer().get() {
        Loaded::Ready(settings) => settings.allowed_roots,
        _ => Vec::new(),
    });
    let remove = move |root: String| {
        error.set(None);
        spawn_local(async move {
            match bridge::call(RemoveRoot { path: root }).await {
                Ok(fresh) => settings.set(fresh),
                Err(refusal) => error.set(Some(refusal)),
            }
        });
    };
    let add = move || {
        let typed = path.get_untracked();
        if typed.trim().is_empty() {
            return;
        }
        error.set(None);
        spawn_local(async move {
            match bridge::call(AddRoot { path: typed.trim().to_owned() }).await {
                Ok(fresh) => {
                    settings.set(fresh);
                    // What was typed stays when it was refused.
                    path.set(String::new());
                }
                Err(refusal) => error.set(Some(refusal)),
            }
        });
    };
    view! {
        <Section title=s.roots>
            <p class="setting-hint roots-hint">{s.roots_hint}</p>
            <ul class="roots">
                <For each=move || roots.get() key=String::clone let:root>
                    <li class="root">
                        <Icon name=IconName::Folder />
                        <span class="mono one-line selectable" title=root.clone()>{root.clone()}</span>
                        <IconButton
                            label=(s.remove_root)(&root)
                            icon=IconName::Close
                            on_press=move |()| remove(root.clone())
                        />
                    </li>
                </For>
            </ul>
            <Show when=move || roots.read().is_empty()>
                <p class="setting-hint roots-hint">{s.no_roots}</p>
            </Show>
            <div class="root-add">
                <span class="input">
                    <input
                        type="text"
                        class="mono"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder=s.root_path
                        aria-label=s.root_path
                        prop:value=path
                        on:input:target=move |event| {
                            error.set(None);
                            path.set(event.target().value());
                        }
                        on:keydown=move |event| {
                            if event.key() == "Enter" && !event.is_composing() {
                                add();
                            }
                        }
                    />
                </span>
                <Button label=s.add_root icon=IconName::Plus on_press=move |()| add() />
            </div>
            {move || error.get().map(|error| view! { <ErrorBanner sentence=error.message hint=error.hint /> })}
        </Section>
    }
}
