//! The frame around the pages: the rail, the page, the open task's panel, messages, and the keyboard.

mod header;
mod keyboard;
mod rail;
mod shortcuts;

pub(crate) use header::Header;
pub(crate) use keyboard::{has_modifier, is_typing};

use leptos::prelude::*;

use crate::components::button::Button;
use crate::components::error_banner::ErrorBanner;
use crate::components::toast::{ToastArea, Toasts};
use crate::messages::t;
use crate::pages::activity::ActivityPage;
use crate::pages::board::BoardPage;
use crate::pages::settings::SettingsPage;
use crate::state::{Connection, Page, View};
use crate::task::TaskPanel;

/// The whole window.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    let view: View = expect_context();
    keyboard::listen(view);
    let open = Memo::new(move |_| view.open.get());
    let covered = move || view.open.get().is_some() && view.wide.get();
    view! {
        <div class="shell">
            <rail::Rail />
            <main class="content" class:hidden=covered>
                <Banner />
                {move || match view.page.get() {
                    Page::Board => view! { <BoardPage /> }.into_any(),
                    Page::Activity => view! { <ActivityPage /> }.into_any(),
                    Page::Settings => view! { <SettingsPage /> }.into_any(),
                }}
            </main>
            {move || open.get().map(|task| view! { <TaskPanel task /> })}
        </div>
        <shortcuts::Shortcuts />
        <ToastArea />
    }
}

/// What the person has to know on every page: the engine is away, or held back.
#[component]
fn Banner() -> impl IntoView {
    let connection: Connection = expect_context();
    let toasts: Toasts = expect_context();
    let paused =
        Memo::new(move |_| connection.status.read().as_ref().is_some_and(|status| status.paused));
    view! {
        {move || {
            connection
                .lost
                .get()
                .map(|error| {
                    let cause = match error.hint {
                        Some(hint) => format!("{} {hint}", error.message),
                        None => error.message,
                    };
                    let retry = Callback::new(move |()| connection.retry());
                    view! {
                        <div class="banner">
                            <ErrorBanner
                                sentence=t().engine.unreachable
                                hint=Some(cause)
                                action=(t().engine.retry, retry)
                            />
                        </div>
                    }
                })
        }}
        <Show when=move || paused.get() && connection.lost.read().is_none()>
            <div class="banner paused" role="status">
                <p>{t().engine.is_paused}</p>
                <Button label=t().engine.resume on_press=move |()| connection.set_paused(false, toasts) />
            </div>
        </Show>
    }
}
