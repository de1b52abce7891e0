//! A call of a tool that wants to be let through: what it is, why it is asked about, and the answers.

use aegis_domain::machine::Answer;
use aegis_domain::policy::NewRule;
use aegis_domain::{AskId, AskedCall, TaskId};
use aegis_protocol::{
    AllowAlways, AnswerTask, ApiError, CardView, ListApprovals, PreviewRule, RulePreview,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Words;
use crate::bridge;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Icon;
use crate::components::rule_meaning::RuleMeaning;
use crate::components::toast::Toasts;
use crate::format::{Told, visible};
use crate::messages::t;
use crate::state::{BoardStore, View};
use crate::task::tools::icon;

/// What “always” would mean, once the engine has said so.
#[derive(Clone, Debug, PartialEq)]
enum Always {
    /// Nobody asked.
    No,
    /// The rule and what it would have let through.
    Rule(NewRule, RulePreview),
    /// No rule can say this call.
    Unsayable,
}

/// Answers one question, one answer at a time.
#[derive(Clone, Copy)]
struct Answering {
    task: TaskId,
    ask: AskId,
    busy: RwSignal<bool>,
    store: BoardStore,
    toasts: Toasts,
}

impl Answering {
    fn answer(self, answer: Answer) {
        let Self { task, ask, .. } = self;
        self.call(async move { bridge::call(AnswerTask { task: task.into(), ask, answer }).await });
    }

    fn always(self, rule: NewRule) {
        let Self { task, ask, .. } = self;
        self.call(async move { bridge::call(AllowAlways { task: task.into(), ask, rule }).await });
    }

    fn call(self, answer: impl Future<Output = Result<CardView, ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match answer.await {
                Ok(card) => self.store.put(card),
                Err(error) => self.toasts.refused(&error),
            }
            // The box may be gone with the question.
            self.busy.try_set(false);
        });
    }

    /// Asks what “always” would mean.
    fn look(self, always: RwSignal<Always>) {
        spawn_local(async move {
            match self.preview().await {
                Ok(found) => _ = always.try_set(found),
                Err(error) => self.toasts.refused(&error),
            }
        });
    }

    async fn preview(self) -> Result<Always, ApiError> {
        let open = bridge::call(ListApprovals {}).await?;
        let asked = open.into_iter().find(|asked| asked.ask.id == self.ask);
        let Some(rule) = asked.and_then(|asked| asked.always) else {
            return Ok(Always::Unsayable);
        };
        let preview = bridge::call(PreviewRule { rule: rule.clone() }).await?;
        Ok(Always::Rule(rule, preview))
    }
}

/// The box. On a card it is short: everything else is in the panel.
#[component]
pub(super) fn CallBox(
    task: TaskId,
    ask: AskId,
    call: AskedCall,
    short: bool,
    /// Whether a card shows all of it; else it is looked at in the panel before it is allowed.
    whole: bool,
) -> impl IntoView {
    let view: View = expect_context();
    let answering = Answering {
        task,
        ask,
        busy: RwSignal::new(false),
        store: expect_context(),
        toasts: expect_context(),
    };
    let busy = Signal::from(answering.busy);
    let words = &t().task.call;
    let always = RwSignal::new(Always::No);
    if !short {
        // On a card there is no room for what “always” means: its button leads here.
        Effect::new(move || {
            if view.always.get() == Some(ask) {
                view.always.set(None);
                answering.look(always);
            }
        });
    }
    let ask_always = move || {
        if short {
            view.always.set(Some(ask));
            view.open_task(task);
        } else {
            answering.look(always);
        }
    };
    let reason = RwSignal::new(String::new());
    let refuse = move || {
        let words = reason.get_untracked().trim().to_owned();
        answering.answer(Answer::Refuse { words });
    };
    let AskedCall { tool, input, nature, why, .. } = call;
    let (tool, why) = (visible(&tool).into_owned(), visible(&why).into_owned());
    let told = Told::of(&input);
    let name = format!("{}: {}", (words.asks)(&tool), told.short());
    let Told { first, rest } = told;
    view! {
        <div
            class="ask ask-call"
            class:short=short
            role="group"
            tabindex=if short { "-1" } else { "0" }
            aria-label=name
            aria-keyshortcuts="Enter"
            data-testid="ask-call"
            on:click=|event| event.stop_propagation()
            on:keydown=move |event| {
                // On the box itself only, and never by a key that is still held down.
                if event.key() == "Enter" && !event.repeat() && event.target() == event.current_target() {
                    event.prevent_default();
                    event.stop_propagation();
                    answering.answer(Answer::Grant);
                }
            }
        >
            <p>
                <Icon name=icon(nature.reach) />
                <span class="ask-tool">{(words.asks)(&tool)}</span>
            </p>
            {(!first.is_empty()).then(|| view! { <pre class="ask-input mono selectable" dir="ltr">{first}</pre> })}
            {(!short)
                .then(|| {
                    view! {
                        <p class="ask-why" dir="auto">{why}</p>
                        <p class="ask-why">{(words.could)(nature)}</p>
                        <Rest rest />
                    }
                })}
            <div class="ask-answers">
                {if short && !whole {
                    view! {
                        <Button
                            label=words.look
                            title=words.look_hint
                            kind=ButtonKind::Primary
                            on_press=move |()| view.open_task(task)
                            attr:data-testid="ask-look"
                        />
                    }
                        .into_any()
                } else {
                    view! {
                        <Button
                            label=words.allow
                            title=words.allow_hint
                            kind=ButtonKind::Primary
                            disabled=busy
                            on_press=move |()| answering.answer(Answer::Grant)
                            attr:data-testid="ask-allow"
                        />
                    }
                        .into_any()
                }}
                <Button
                    label=if short { words.always_short } else { words.always }
                    title=words.always_hint
                    disabled=busy
                    on_press=move |()| ask_always()
                    attr:data-testid="ask-always"
                />
                {if short {
                    view! {
                        <Button
                            label=words.refuse
                            title=words.refuse_hint
                            kind=ButtonKind::Danger
                            disabled=busy
                            on_press=move |()| refuse()
                            attr:data-testid="ask-refuse"
                        />
                    }
                        .into_any()
                } else {
                    ().into_any()
                }}
            </div>
            {(!short)
                .then(|| {
                    view! {
                        <Meaning always answering />
                        <div class="ask-answers">
                            <Words words=reason label=words.reason id="ask-reason" on_enter=move |()| refuse() />
                            <Button
                                label=words.refuse
                                title=words.refuse_hint
                                disabled=busy
                                on_press=move |()| refuse()
                                attr:data-testid="ask-refuse"
                            />
                            <Button
                                label=words.stop
                                title=words.stop_hint
                                kind=ButtonKind::Danger
                                disabled=busy
                                on_press=move |()| answering.answer(Answer::Deny)
                                attr:data-testid="ask-deny"
                            />
                        </div>
                    }
                })}
        </div>
    }
}

/// Everything else that it is called with, folded away.
#[component]
fn Rest(rest: Vec<(String, String)>) -> impl IntoView {
    let count = rest.len();
    (count > 0).then(|| {
        let parts = rest
            .into_iter()
            .map(|(name, value)| {
                view! {
                    <dt>{name}</dt>
                    <dd class="mono selectable" dir="ltr">{value}</dd>
                }
            })
            .collect_view();
        view! {
            <details class="ask-rest">
                <summary>{(t().task.call.rest)(count)}</summary>
                <dl>{parts}</dl>
            </details>
        }
    })
}

/// What “always” would mean, before it is said.
#[component]
fn Meaning(always: RwSignal<Always>, answering: Answering) -> impl IntoView {
    let words = &t().task.call;
    move || match always.get() {
        Always::No => ().into_any(),
        Always::Unsayable => {
            view! { <p class="ask-why" role="status">{words.unsayable}</p> }.into_any()
        }
        Always::Rule(rule, preview) => view! {
            <div class="ask-always" role="status" data-testid="ask-rule">
                <RuleMeaning preview />
                <div class="ask-answers">
                    <Button
                        label=words.save
                        kind=ButtonKind::Primary
                        disabled=Signal::from(answering.busy)
                        on_press=move |()| answering.always(rule.clone())
                        attr:data-testid="ask-save"
                    />
                    <Button label=words.back on_press=move |()| always.set(Always::No) />
                </div>
            </div>
        }
        .into_any(),
    }
}
