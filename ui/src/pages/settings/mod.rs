//! The settings page. Every change counts at once.

mod money;
mod new_rule;
mod places;
mod roots;
mod rules;
mod work;

use aegis_protocol::GetSettings;
use leptos::prelude::*;

use crate::components::error_banner::ErrorBanner;
use crate::components::input::Segments;
use crate::messages::t;
use crate::shell::Header;
use crate::state::{Connection, Contrast, Live, Loaded, Theme, ThemeChoice};
use money::Money;
use places::Places;
use roots::Roots;
use rules::Rules;
use work::Work;

/// The page.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    let connection: Connection = expect_context();
    let settings = Live::new(move || {
        connection.lost.track();
        GetSettings {}
    });
    let ready = Memo::new(move |_| matches!(&*settings.answer().read(), Loaded::Ready(_)));
    view! {
        <Header title=t().shell.settings />
        <div class="settings">
            <Appearance />
            {move || match settings.answer().get() {
                Loaded::Failed(error) if connection.lost.read().is_none() => {
                    Some(view! { <ErrorBanner sentence=error.message hint=error.hint /> })
                }
                _ => None,
            }}
            <Show when=move || ready.get()>
                <Work settings />
                <Money settings />
                <Roots settings />
                <Rules />
            </Show>
            <Places />
        </div>
    }
}

/// A group of settings under a title.
#[component]
pub(super) fn Section(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="settings-section" aria-label=title>
            <h2>{title}</h2>
            <div class="settings-card">{children()}</div>
        </section>
    }
}

/// One setting: its name, what it means, and its control.
#[component]
pub(super) fn Setting(
    name: &'static str,
    #[prop(into)] hint: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="setting">
            <div class="setting-name">
                <p>{name}</p>
                <p class="setting-hint">{hint}</p>
            </div>
            {children()}
        </div>
    }
}

#[component]
fn Appearance() -> impl IntoView {
    let choice: ThemeChoice = expect_context();
    let s = &t().settings;
    view! {
        <Section title=s.appearance>
            <Setting name=s.theme hint=s.theme_hint>
                <Segments
                    label=s.theme
                    choices=vec![(Theme::System, s.system), (Theme::Light, s.light), (Theme::Dark, s.dark)]
                    value=choice.theme
                    on_choose=move |theme| choice.choose_theme(theme)
                />
            </Setting>
            <Setting name=s.contrast hint=s.contrast_hint>
                <Segments
                    label=s.contrast
                    choices=vec![(Contrast::System, s.system), (Contrast::More, s.more)]
                    value=choice.contrast
                    on_choose=move |contrast| choice.choose_contrast(contrast)
                />
            </Setting>
        </Section>
    }
}
