//! What may be spent in a day, and how long answers are waited for.

use aegis_protocol::{GetSettings, SettingsView, UpdateSettings};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Section, Setting};
use crate::bridge;
use crate::components::input::Segments;
use crate::components::toast::Toasts;
use crate::messages::t;
use crate::state::{Live, Loaded};

/// Seconds of a day.
const DAY: u64 = 24 * 3600;

/// The section.
#[component]
pub(super) fn Money(settings: Live<GetSettings>) -> impl IntoView {
    let toasts: Toasts = expect_context();
    let s = &t().settings;
    let value = Memo::new(move |_| match settings.answer().get() {
        Loaded::Ready(settings) => Some(settings),
        _ => None,
    });
    let shown = RwSignal::new(String::new());
    // What counts is shown, and what was typed only until it is known whether it does.
    Effect::new(move |_| shown.set(value.read().as_ref().map(budget).unwrap_or_default()));
    let update = move |change: UpdateSettings| {
        spawn_local(async move {
            match bridge::call(change).await {
                Ok(fresh) => {
                    shown.set(budget(&fresh));
                    settings.set(fresh);
                }
                Err(error) => toasts.refused(&error),
            }
        });
    };
    let budget_hint = move || match value.read().as_ref().and_then(overridden) {
        Some(variable) => (s.slots_override)(&variable),
        None => s.daily_budget_hint.to_owned(),
    };
    let expiry = Signal::derive(move || {
        value.read().as_ref().map_or(0, |settings| settings.question_expiry_secs)
    });
    let choices =
        [(0, s.for_ever), (DAY, s.one_day), (3 * DAY, s.three_days), (7 * DAY, s.one_week)];
    let expiry_hint = move || {
        let secs = expiry.get();
        if choices.iter().any(|(choice, _)| *choice == secs) {
            s.expiry_hint.to_owned()
        } else {
            format!("{} {}", s.expiry_hint, (s.expiry_other)(secs))
        }
    };
    view! {
        <Section title=s.money>
            <Setting name=s.daily_budget hint=Signal::derive(budget_hint)>
                <span class="input amount">
                    <input
                        type="text"
                        inputmode="decimal"
                        class="figures"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder=s.no_budget
                        aria-label=s.daily_budget
                        data-testid="daily-budget"
                        prop:value=shown
                        on:input:target=move |event| shown.set(event.target().value())
                        on:change:target=move |event| {
                            let typed = Some(event.target().value());
                            update(UpdateSettings { daily_budget: typed, ..UpdateSettings::default() });
                        }
                    />
                </span>
            </Setting>
            <Setting name=s.expiry hint=Signal::derive(expiry_hint)>
                <Segments
                    label=s.expiry
                    choices=choices.to_vec()
                    value=expiry
                    on_choose=move |secs: u64| {
                        let question_expiry_secs = Some(secs);
                        update(UpdateSettings { question_expiry_secs, ..UpdateSettings::default() });
                    }
                />
            </Setting>
        </Section>
    }
}

/// The day's budget as one types it; nothing when there is none.
fn budget(settings: &SettingsView) -> String {
    settings.daily_budget.map(|budget| budget.to_string()).unwrap_or_default()
}

/// The variable of the environment that sets the day's budget for now.
fn overridden(settings: &SettingsView) -> Option<String> {
    let sets = settings
        .overrides
        .iter()
        .find(|said| said.settings.iter().any(|setting| setting == "daily_budget"));
    sets.map(|said| said.variable.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_protocol::OverrideView;

    #[test]
    fn a_budget_is_shown_as_it_is_typed_and_with_who_sets_it() {
        let none = SettingsView::default();
        assert_eq!((budget(&none).as_str(), overridden(&none)), ("", None));
        let said = OverrideView {
            variable: "AEGIS_DAILY_BUDGET".to_owned(),
            value: "2.5".to_owned(),
            settings: vec!["daily_budget".to_owned()],
        };
        let settings = SettingsView {
            daily_budget: Some("2.5".parse().unwrap()),
            overrides: vec![said],
            ..none
        };
        assert_eq!(budget(&settings), "2.50");
        assert_eq!(overridden(&settings).as_deref(), Some("AEGIS_DAILY_BUDGET"));
    }
}
