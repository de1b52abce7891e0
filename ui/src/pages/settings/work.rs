//! How work is run: how much at once, whether at all, and how it is heard.

use aegis_protocol::{GetSettings, SettingsView, UpdateSettings};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Section, Setting};
use crate::bridge;
use crate::components::button::IconButton;
use crate::components::icon::IconName;
use crate::components::input::Segments;
use crate::components::toast::Toasts;
use crate::messages::t;
use crate::state::{Connection, Live, Loaded};

/// The section.
#[component]
pub(super) fn Work(settings: Live<GetSettings>) -> impl IntoView {
    let toasts: Toasts = expect_context();
    let connection: Connection = expect_context();
    let s = &t().settings;
    let value = Memo::new(move |_| match settings.answer().get() {
        Loaded::Ready(settings) => Some(settings),
        _ => None,
    });
    let update = move |change: UpdateSettings| {
        spawn_local(async move {
            match bridge::call(change).await {
                Ok(fresh) => settings.set(fresh),
                Err(error) => toasts.refused(&error),
            }
        });
    };
    let read = move |of: fn(&SettingsView) -> u32| value.read().as_ref().map_or(0, of);
    let slots = move || read(|settings| settings.slots);
    let more_or_fewer = move |slots: Option<u32>| {
        if let Some(slots) = slots {
            update(UpdateSettings { slots: Some(slots.into()), ..UpdateSettings::default() });
        }
    };
    let slots_hint =
        move || match value.read().as_ref().and_then(|settings| settings.slots_override.clone()) {
            Some(variable) => (s.slots_override)(&variable),
            None => s.slots_hint.to_owned(),
        };
    let sound =
        Signal::derive(move || value.read().as_ref().is_some_and(|settings| settings.sound));
    let starting = Signal::derive(move || {
        connection.status.read().as_ref().is_none_or(|status| !status.paused)
    });
    view! {
        <Section title=s.work>
            <Setting name=s.slots hint=Signal::derive(slots_hint)>
                <div class="stepper" role="group" aria-label=s.slots>
                    <IconButton
                        label=s.fewer
                        icon=IconName::Minus
                        on_press=move |()| more_or_fewer(slots().checked_sub(1))
                    />
                    <output class="figures">{slots}</output>
                    <IconButton
                        label=s.one_more
                        icon=IconName::Plus
                        on_press=move |()| more_or_fewer(slots().checked_add(1))
                    />
                </div>
            </Setting>
            <Setting name=s.starting hint=s.starting_hint>
                <Segments
                    label=s.starting
                    choices=vec![(true, s.on), (false, t().engine.pause)]
                    value=starting
                    on_choose=move |on: bool| connection.set_paused(!on, toasts)
                />
            </Setting>
            <Setting name=s.sound hint=s.sound_hint>
                <Segments
                    label=s.sound
                    choices=vec![(true, s.on), (false, s.off)]
                    value=sound
                    on_choose=move |on: bool| {
                        update(UpdateSettings { sound: Some(on), ..UpdateSettings::default() });
                    }
                />
            </Setting>
        </Section>
    }
}
