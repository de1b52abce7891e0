//! What agents may do without asking, and what they may not do at all.

use aegis_domain::policy::{Effect, RuleId};
use aegis_protocol::{ApiError, ListRules, RemoveRule, RuleView};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Section;
use super::new_rule::AddRule;
use crate::bridge;
use crate::components::button::IconButton;
use crate::components::error_banner::ErrorBanner;
use crate::components::icon::{Icon, IconName};
use crate::format::visible;
use crate::messages::t;
use crate::state::{Connection, Live, Loaded};

/// The section.
#[component]
pub(super) fn Rules() -> impl IntoView {
    let connection: Connection = expect_context();
    let s = &t().settings;
    let asked = RwSignal::new(0_u32);
    let rules = Live::new(move || {
        connection.lost.track();
        asked.track();
        ListRules {}
    });
    let error = RwSignal::new(None::<ApiError>);
    let all = Memo::new(move |_| match rules.answer().get() {
        Loaded::Ready(rules) => rules,
        _ => Vec::new(),
    });
    let remove = move |id: RuleId| {
        error.set(None);
        spawn_local(async move {
            match bridge::call(RemoveRule { id }).await {
                // The page may have been left meanwhile.
                Ok(()) => asked.update(|asked| *asked += 1),
                Err(refusal) => error.set(Some(refusal)),
            }
        });
    };
    view! {
        <Section title=s.rules>
            <p class="setting-hint roots-hint">{s.rules_hint}</p>
            <ul class="roots" data-testid="rules">
                <For each=move || all.get() key=|rule| rule.rule.id let:rule>
                    <Line rule remove />
                </For>
            </ul>
            <Show when=move || all.read().is_empty()>
                <p class="setting-hint roots-hint">{s.no_rules}</p>
            </Show>
            {move || error.get().map(|error| view! { <ErrorBanner sentence=error.message hint=error.hint /> })}
            <AddRule made=Callback::new(move |()| asked.update(|asked| *asked += 1)) />
        </Section>
    }
}

#[component]
fn Line(rule: RuleView, remove: impl Fn(RuleId) + Copy + Send + Sync + 'static) -> impl IntoView {
    let id = rule.rule.id;
    let words = visible(&rule.words).into_owned();
    let note = visible(&rule.rule.says.note).into_owned();
    let (icon, class) = match rule.rule.says.effect {
        Effect::Allow => (IconName::Check, "root rule allows"),
        Effect::Ask => (IconName::Question, "root rule asks"),
        Effect::Deny => (IconName::Ban, "root rule denies"),
    };
    view! {
        <li class=class>
            <Icon name=icon />
            <span class="rule-words selectable">
                <span dir="auto">{words.clone()}</span>
                {(!note.is_empty()).then(|| view! { <span class="setting-hint" dir="auto">{note}</span> })}
            </span>
            <IconButton
                label=(t().settings.remove_rule)(&words)
                icon=IconName::Close
                on_press=move |()| remove(id)
            />
        </li>
    }
}
