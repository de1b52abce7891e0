//! What waits for a person: a question, or an outcome to look at.

use aegis_domain::machine::{Answer, Verdict};
use aegis_domain::{Ask, AskKind, TaskId};
use aegis_protocol::{AnswerTask, ReviewTask};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bridge;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconName};
use crate::components::toast::Toasts;
use crate::messages::t;
use crate::state::BoardStore;

/// A question, with its answers.
#[component]
pub(crate) fn AskBox(task: TaskId, ask: Ask) -> impl IntoView {
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
                <span>{ask.question}</span>
            </p>
            {match ask.kind {
                AskKind::Approval => {
                    view! {
                        <div class="ask-answers">
                            <Button
                                label=t().task.allow
                                kind=ButtonKind::Primary
                                on_press=move |()| answer(Answer::Grant)
                            />
                            <Button
                                label=t().task.deny
                                kind=ButtonKind::Danger
                                on_press=move |()| answer(Answer::Deny)
                            />
                        </div>
                    }
                        .into_any()
                }
                AskKind::Answer => {
                    view! {
                        <div class="ask-answers">
                            <Words words label=t().task.answer on_enter=move |()| send() />
                            <Button label=t().task.send kind=ButtonKind::Primary on_press=move |()| send() />
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// An outcome, to be accepted or sent back with what is missing.
#[component]
pub(super) fn ReviewBox(task: TaskId) -> impl IntoView {
    let store: BoardStore = expect_context();
    let toasts: Toasts = expect_context();
    let review = move |verdict: Verdict| {
        spawn_local(async move {
            match bridge::call(ReviewTask { task: task.into(), verdict }).await {
                Ok(card) => store.put(card),
                Err(error) => toasts.refused(&error),
            }
        });
    };
    let feedback = RwSignal::new(String::new());
    let reject = move || review(Verdict::Reject { feedback: feedback.get_untracked() });
    let silent = Signal::derive(move || feedback.read().trim().is_empty());
    view! {
        <div class="ask">
            <p>
                <Icon name=IconName::Eye />
                <span>{t().task.wants_review}</span>
            </p>
            <div class="ask-answers">
                <Button
                    label=t().task.accept
                    kind=ButtonKind::Primary
                    on_press=move |()| review(Verdict::Pass)
                />
                <Words words=feedback label=t().task.feedback on_enter=move |()| if !silent.get_untracked() { reject() } />
                <Button label=t().task.send_back disabled=silent on_press=move |()| reject() />
            </div>
        </div>
    }
}

/// A field for a few words.
#[component]
fn Words(
    words: RwSignal<String>,
    label: &'static str,
    #[prop(into)] on_enter: Callback<()>,
) -> impl IntoView {
    view! {
        <span class="input">
            <input
                type="text"
                dir="auto"
                placeholder=label
                aria-label=label
                prop:value=words
                on:input:target=move |event| words.set(event.target().value())
                on:keydown=move |event| {
                    if event.key() == "Enter" && !event.is_composing() {
                        on_enter.run(());
                    }
                }
            />
        </span>
    }
}
