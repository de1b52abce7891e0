//! Short messages that go by themselves, with one action: undo.

use std::time::Duration;

use aegis_protocol::ApiError;
use leptos::prelude::*;

use super::button::IconButton;
use super::icon::IconName;
use crate::messages::t;

/// Long enough to read a sentence and reach the button.
const SHOWN: Duration = Duration::from_secs(8);
/// Older ones give way.
const MOST: usize = 4;

/// One message.
#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    failed: bool,
    action: Option<(&'static str, Callback<()>)>,
}

/// The messages that are shown now. Provided once, by the shell.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// No messages yet.
    pub(crate) fn new() -> Self {
        Self { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    /// Says that something was done, with a way back.
    pub(crate) fn say(self, text: impl Into<String>, action: Option<(&'static str, Callback<()>)>) {
        self.push(text.into(), false, action);
    }

    /// Says why the engine refused something, and what to do.
    pub(crate) fn refused(self, error: &ApiError) {
        let text = match &error.hint {
            Some(hint) => format!("{} {hint}", error.message),
            None => error.message.clone(),
        };
        self.push(text, true, None);
    }

    fn push(self, text: String, failed: bool, action: Option<(&'static str, Callback<()>)>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.shown.update(|shown| {
            shown.push(Toast { id, text, failed, action });
            if shown.len() > MOST {
                shown.remove(0);
            }
        });
        set_timeout(move || self.close(id), SHOWN);
    }

    fn close(self, id: u32) {
        if self.shown.with_untracked(|shown| shown.iter().any(|toast| toast.id == id)) {
            self.shown.update(|shown| shown.retain(|toast| toast.id != id));
        }
    }
}

/// Where the messages appear.
#[component]
pub(crate) fn ToastArea() -> impl IntoView {
    let toasts: Toasts = expect_context();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                <div class="toast" class:failed=toast.failed>
                    <p dir="auto">{toast.text}</p>
                    {toast
                        .action
                        .map(|(label, run)| {
                            view! {
                                <button
                                    type="button"
                                    class="toast-action"
                                    on:click=move |_| {
                                        toasts.close(toast.id);
                                        run.run(());
                                    }
                                >
                                    {label}
                                </button>
                            }
                        })}
                    <IconButton
                        label=t().shell.dismiss
                        icon=IconName::Close
                        on_press=move |()| toasts.close(toast.id)
                    />
                </div>
            </For>
        </div>
    }
}
