//! A rule that a person writes: seen with what it would mean before it is made.

use aegis_domain::Invalid;
use aegis_domain::policy::{Effect, InputMatch, NewRule, Pattern};
use aegis_protocol::{ApiError, ErrorKind, MakeRule, PreviewRule, RulePreview};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bridge;
use crate::components::button::{Button, ButtonKind};
use crate::components::error_banner::ErrorBanner;
use crate::components::icon::IconName;
use crate::components::input::Segments;
use crate::components::rule_meaning::RuleMeaning;
use crate::messages::t;

/// What is typed so far.
#[derive(Clone, Copy)]
struct Draft {
    effect: RwSignal<Effect>,
    tool: RwSignal<String>,
    part: RwSignal<String>,
    pattern: RwSignal<String>,
    folder: RwSignal<String>,
    note: RwSignal<String>,
}

impl Draft {
    fn new() -> Self {
        let [tool, part, pattern, folder, note] = [(); 5].map(|()| RwSignal::new(String::new()));
        Self { effect: RwSignal::new(Effect::Allow), tool, part, pattern, folder, note }
    }

    /// The rule, as far as it can be told here; the engine checks it.
    fn rule(self) -> Result<NewRule, Invalid> {
        let typed = |field: RwSignal<String>| field.get_untracked().trim().to_owned();
        let mut rule = NewRule::new(self.effect.get_untracked(), Pattern::new(&typed(self.tool))?);
        let (part, pattern) = (typed(self.part), typed(self.pattern));
        if !pattern.is_empty() || !part.is_empty() {
            rule.input.push(InputMatch::of(&part, Pattern::new(&pattern)?)?);
        }
        rule.workspace = Some(typed(self.folder)).filter(|folder| !folder.is_empty());
        rule.note = typed(self.note);
        Ok(rule)
    }
}

/// The form, behind a button. `made` is told when there is one rule more.
#[component]
pub(super) fn AddRule(made: Callback<()>) -> impl IntoView {
    let open = RwSignal::new(false);
    let show = move || {
        if open.get() {
            view! { <Form made close=move |()| open.set(false) /> }.into_any()
        } else {
            view! {
                <Button
                    label=t().settings.new_rule.open
                    icon=IconName::Plus
                    on_press=move |()| open.set(true)
                    attr:data-testid="rule-new"
                />
            }
            .into_any()
        }
    };
    view! { <div class="rule-add">{show}</div> }
}

#[component]
fn Form(made: Callback<()>, #[prop(into)] close: Callback<()>) -> impl IntoView {
    let words = &t().settings.new_rule;
    let draft = Draft::new();
    let error = RwSignal::new(None::<ApiError>);
    let meaning = RwSignal::new(None::<(NewRule, RulePreview)>);
    let look = move || {
        error.set(None);
        let rule = draft.rule();
        spawn_local(async move {
            let looked = match rule {
                Ok(rule) => {
                    bridge::call(PreviewRule { rule: rule.clone() }).await.map(|p| (rule, p))
                }
                Err(Invalid { message, hint, .. }) => {
                    Err(ApiError::new(ErrorKind::Invalid, message).with_hint(hint))
                }
            };
            match looked {
                Ok(looked) => _ = meaning.try_set(Some(looked)),
                Err(refusal) => _ = error.try_set(Some(refusal)),
            }
        });
    };
    let make = move |rule: NewRule| {
        spawn_local(async move {
            match bridge::call(MakeRule { rule }).await {
                Ok(_) => {
                    // The page may have been left meanwhile.
                    made.try_run(());
                    close.try_run(());
                }
                Err(refusal) => _ = error.try_set(Some(refusal)),
            }
        });
    };
    // What was looked at is not what is typed any more.
    let changed = move || {
        error.set(None);
        meaning.set(None);
    };
    let field = move |label: &'static str,
                      example: &'static str,
                      value: RwSignal<String>,
                      id: &'static str| {
        view! {
            <label class="rule-field">
                <span class="setting-hint">{label}</span>
                <span class="input">
                    <input
                        type="text"
                        dir="auto"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder=example
                        data-testid=id
                        prop:value=value
                        on:input:target=move |event| {
                            changed();
                            value.set(event.target().value());
                        }
                        on:keydown=move |event| {
                            if event.key() == "Enter" && !event.is_composing() {
                                look();
                            }
                        }
                    />
                </span>
            </label>
        }
    };
    let answer = move || match meaning.get() {
        Some((rule, preview)) => view! {
            <div class="rule-preview" role="status" data-testid="rule-meaning">
                <RuleMeaning preview />
            </div>
            <div class="rule-answers">
                <Button
                    label=words.make
                    kind=ButtonKind::Primary
                    on_press=move |()| make(rule.clone())
                    attr:data-testid="rule-make"
                />
                <Button label=words.back on_press=move |()| close.run(()) />
            </div>
        }
        .into_any(),
        None => view! {
            <div class="rule-answers">
                <Button
                    label=words.look
                    kind=ButtonKind::Primary
                    on_press=move |()| look()
                    attr:data-testid="rule-look"
                />
                <Button label=words.back on_press=move |()| close.run(()) />
            </div>
        }
        .into_any(),
    };
    view! {
        <div class="rule-form" role="group" aria-label=words.open data-testid="rule-form">
            <Segments
                label=words.effect
                choices=vec![
                    (Effect::Allow, words.allow),
                    (Effect::Ask, words.ask),
                    (Effect::Deny, words.deny),
                ]
                value=draft.effect
                on_choose=move |effect| {
                    changed();
                    draft.effect.set(effect);
                }
            />
            <div class="rule-fields">
                {field(words.tool, "Bash", draft.tool, "rule-tool")}
                {field(words.folder, words.folder_example, draft.folder, "rule-folder")}
                {field(words.part, "command", draft.part, "rule-part")}
                {field(words.pattern, "cargo test*", draft.pattern, "rule-pattern")}
                {field(words.note, "", draft.note, "rule-note")}
            </div>
            {move || error.get().map(|error| view! { <ErrorBanner sentence=error.message hint=error.hint /> })}
            {answer}
        </div>
    }
}
