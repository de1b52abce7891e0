//! An outcome, to be accepted or sent back with what is missing.

use aegis_domain::machine::Verdict;
use aegis_domain::{ReviewKind, TaskId};
use aegis_protocol::ReviewTask;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Words;
use crate::bridge;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::{Icon, IconName};
use crate::components::toast::Toasts;
use crate::messages::t;
use crate::state::BoardStore;

/// The question whether an outcome is good, with what to look at.
#[component]
pub(in crate::task) fn ReviewBox(
    task: TaskId,
    /// What to look at.
    #[prop(into)]
    criteria: Signal<Vec<String>>,
) -> impl IntoView {
    let store: BoardStore = expect_context();
    let toasts: Toasts = expect_context();
    let words = &t().task.review;
    let feedback = RwSignal::new(String::new());
    let score = RwSignal::new(String::new());
    let review = move |verdict: Verdict| {
        let Ok(score) = read_score(&score.read_untracked()) else { return };
        let request = ReviewTask { task: task.into(), verdict, kind: ReviewKind::User, score };
        spawn_local(async move {
            match bridge::call(request).await {
                Ok(card) => store.put(card),
                Err(error) => toasts.refused(&error),
            }
        });
    };
    let said = move || feedback.get_untracked().trim().to_owned();
    let accept = move || review(Verdict::Pass { feedback: said() });
    let reject = move || review(Verdict::Reject { feedback: said() });
    let wrong = Signal::derive(move || read_score(&score.read()).is_err());
    let silent = Signal::derive(move || feedback.read().trim().is_empty() || wrong.get());
    view! {
        <div class="ask" data-testid="review">
            <p>
                <Icon name=IconName::Eye />
                <span>{words.wanted}</span>
            </p>
            <Show when=move || !criteria.read().is_empty()>
                <ul class="ask-criteria selectable" aria-label=words.criteria>
                    {move || criteria.get().into_iter().map(|one| view! { <li dir="auto">{one}</li> }).collect_view()}
                </ul>
            </Show>
            <div class="ask-answers">
                <Words words=feedback label=words.feedback id="review-feedback" />
                <span class="input ask-score" title=words.score_hint>
                    <input
                        type="text"
                        inputmode="numeric"
                        maxlength="3"
                        placeholder=words.score
                        aria-label=words.score_hint
                        aria-invalid=move || wrong.get().to_string()
                        data-testid="review-score"
                        prop:value=score
                        on:input:target=move |event| score.set(event.target().value())
                    />
                </span>
            </div>
            <div class="ask-answers">
                <Button
                    label=words.accept
                    kind=ButtonKind::Primary
                    disabled=wrong
                    on_press=move |()| accept()
                    attr:data-testid="review-accept"
                />
                <Button
                    label=words.send_back
                    title=words.feedback_hint
                    disabled=silent
                    on_press=move |()| reject()
                    attr:data-testid="review-send-back"
                />
            </div>
        </div>
    }
}

/// A score as it was typed: nothing, or 0 to 100.
fn read_score(typed: &str) -> Result<Option<u8>, ()> {
    match typed.trim() {
        "" => Ok(None),
        digits => digits.parse().ok().filter(|score| *score <= 100).map(Some).ok_or(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", Ok(None))]
    #[case(" 82 ", Ok(Some(82)))]
    #[case("0", Ok(Some(0)))]
    #[case("100", Ok(Some(100)))]
    #[case("101", Err(()))]
    #[case("-1", Err(()))]
    #[case("9.5", Err(()))]
    #[case("good", Err(()))]
    fn a_score_is_nothing_or_a_number_up_to_a_hundred(
        #[case] typed: &str,
        #[case] read: Result<Option<u8>, ()>,
    ) {
        assert_eq!(read_score(typed), read);
    }
}
