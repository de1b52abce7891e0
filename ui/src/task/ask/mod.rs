//! What waits for a person: a question, or an outcome to look at.

mod call;
mod review;

pub(super) use review::ReviewBox;

use aegis_domain::machine::Answer;
use aegis_domain::{About, Ask, AskKind, TaskId};
use aegis_protocol::AnswerTask;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bridge;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconName};
use crate::components::toast::Toasts;
use crate::format::visible;
use crate::messages::t;
use crate::state::BoardStore;
use call::CallBox;

/// A question, with its answers.
#[component]
pub(crate) fn AskBox(
    task: TaskId,
    ask: Ask,
    /// Whether there is room for the most important alone, as on a card.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let (id, whole) = (ask.id, ask.says_all());
    match ask.about.as_deref().cloned() {
        Some(About::Call(call)) if ask.kind == AskKind::Approval => {
            view! { <CallBox task ask=id call short whole /> }.into_any()
        }
        _ => view! { <Plain task ask /> }.into_any(),
    }
}

/// A question about no call.
#[component]
fn Plain(task: TaskId, ask: Ask) -> impl IntoView {
    let store: BoardStore = expect_context();
    let toasts: Toasts = expect_context();
    let id = ask.id;
    let answer = move |answer: Answer| {
        spawn_local(async move {
            match bridge::call(AnswerTask { task: task.into(), ask: id, answer }).await {
                Ok(card) => store.put(card),
                Err(error) => toasts.refused(&error),
            }
        });
    };
    let words = RwSignal::new(String::new());
    let send = move || {
        let text = words.get_untracked();
        if !text.trim().is_empty() {
            answer(Answer::Text(text));
        }
    };
    view! {
        <div class="ask" on:click=|event| event.stop_propagation()>
            <p dir="auto">
                <Icon name=IconName::Question />
                <span>{visible(&ask.question).into_owned()}</span>
            </p>
            {match ask.kind {
                AskKind::Approval => {
                    view! {
                        <div class="ask-answers">
                            <Button
                                label=t().task.allow
                                kind=ButtonKind::Primary
                                on_press=move |()| answer(Answer::Grant)
                                attr:data-testid="ask-allow"
                            />
                            <Button
                                label=t().task.deny
                                kind=ButtonKind::Danger
                                on_press=move |()| answer(Answer::Deny)
                                attr:data-testid="ask-deny"
                            />
                        </div>
                    }
                        .into_any()
                }
                AskKind::Answer => {
                    view! {
                        <div class="ask-answers">
                            <Words words label=t().task.answer id="ask-answer" on_enter=move |()| send() />
                            <Button
                                label=t().task.send
                                kind=ButtonKind::Primary
                                on_press=move |()| send()
                                attr:data-testid="ask-send"
                            />
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// A field for a few words.
#[component]
fn Words(
    words: RwSignal<String>,
    label: &'static str,
    /// What programs call it.
    id: &'static str,
    /// What Enter does, where that is clear.
    #[prop(optional, into)]
    on_enter: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <span class="input">
            <input
                type="text"
                dir="auto"
                placeholder=label
                aria-label=label
                data-testid=id
                prop:value=words
                on:input:target=move |event| words.set(event.target().value())
                on:keydown=move |event| {
                    if event.key() == "Enter" && !event.is_composing() && let Some(on_enter) = on_enter {
                        on_enter.run(());
                    }
                }
            />
        </span>
    }
}
