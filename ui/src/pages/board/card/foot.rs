//! The last line of a card: number, executor, where or how, and at the right what one wants to know next.

use aegis_domain::{Outcome, QueueReason, State};
use aegis_protocol::{CardRun, CardView};
use leptos::prelude::*;

use crate::components::badge::Badge;
use crate::components::icon::{Icon, IconName};
use crate::components::state_badge::Tone;
use crate::components::time::{Elapsed, Moment};
use crate::format::Span;
use crate::messages::t;
use crate::state::Clock;
use crate::task::executor_icon;

/// What stands at the right.
#[derive(Clone, Debug, PartialEq)]
enum Next {
    /// When it starts.
    Due(aegis_domain::Timestamp),
    /// When it is tried again.
    Retry(aegis_domain::Timestamp),
    /// It is the first in line.
    Ready,
    /// How long it has been at work.
    Elapsed(aegis_domain::Timestamp),
    /// How long it took.
    Took(Span),
    /// How many things are missing.
    Blocked(usize),
    /// A word, in its tone.
    Word(&'static str, Tone),
    /// Its first tag.
    Tag(String),
    /// Nothing.
    Nothing,
}

impl Next {
    fn of(card: &CardView, first: bool) -> Self {
        let tone = Tone::of(card.state.as_ref());
        if card.cancelling {
            return Self::Word(t().task.cancelling, tone);
        }
        let tag = || card.tags.first().map_or(Self::Nothing, |tag| Self::Tag(tag.to_string()));
        match &card.state {
            None | Some(State::Created) => card.due.map_or_else(tag, Self::Due),
            Some(State::Blocked { by }) => Self::Blocked(by.len()),
            Some(State::Queued { reason: QueueReason::Retry, not_before, .. }) => {
                Self::Retry(*not_before)
            }
            Some(State::Queued { .. }) => match card.due {
                Some(due) => Self::Due(due),
                None if first => Self::Ready,
                None => tag(),
            },
            Some(State::Executing { since, .. }) => {
                Self::Elapsed(card.run.as_ref().and_then(|run| run.started_at).unwrap_or(*since))
            }
            Some(State::Completed { .. }) => {
                card.run.as_ref().and_then(took).map_or_else(tag, Self::Took)
            }
            Some(State::Awaiting { .. } | State::Reviewing { .. }) => {
                Self::Word(t().task.waiting, tone)
            }
            Some(state @ (State::Assigned { .. } | State::Paused { .. })) => {
                Self::Word((t().task.state)(state), tone)
            }
            Some(state) => Self::Word((t().task.ended)(state), tone),
        }
    }
}

fn took(run: &CardRun) -> Option<Span> {
    Some(Span::new(run.ended_at? - run.started_at?))
}

/// Where it works, or how it ended. What kind of executor it is, the icon says already.
fn middle(card: &CardView) -> String {
    let place =
        || card.place.clone().unwrap_or_else(|| (t().task.executor)(card.executor.as_deref()));
    let ended = card.state.as_ref().is_some_and(State::is_terminal);
    let Some(run) = card.run.as_ref().filter(|_| ended) else { return place() };
    let how = match (run.exit_code, &run.outcome) {
        (Some(code), _) => (t().task.exit)(code),
        (None, Some(outcome @ Outcome::Succeeded { .. })) => (t().task.outcome)(outcome),
        // The word at the right says how it ended.
        _ => place(),
    };
    if run.number > 1 { format!("{how} · {}", (t().task.tries)(run.number)) } else { how }
}

/// The last line of a card.
#[component]
pub(super) fn Foot(card: RwSignal<CardView>, first: Signal<bool>) -> impl IntoView {
    let number = Memo::new(move |_| (t().task.number)(card.read().number.0));
    let icon = Memo::new(move |_| executor_icon(card.read().executor.as_deref()));
    let middle = Memo::new(move |_| middle(&card.read()));
    let next = Memo::new(move |_| Next::of(&card.read(), first.get()));
    let tone = Memo::new(move |_| Tone::of(card.read().state.as_ref()));
    view! {
        <div class="card-foot">
            <span class="card-number figures">{number}</span>
            <Icon name=icon />
            <span class="card-middle one-line" dir="auto" title=middle>{middle}</span>
            <span class=move || format!("card-next tone-text {}", tone.get().class())>
                {move || next.with(draw)}
            </span>
        </div>
    }
}

fn draw(next: &Next) -> AnyView {
    match next.clone() {
        Next::Due(at) => view! { <Moment at /> }.into_any(),
        Next::Retry(at) => {
            let clock: Clock = expect_context();
            let said = move || (t().task.retry)(&(t().time.when)(clock.when(at)));
            view! { <span class="figures">{said}</span> }.into_any()
        }
        Next::Ready => view! { <span>{t().task.ready}</span> }.into_any(),
        Next::Elapsed(since) => view! { <Elapsed since /> }.into_any(),
        Next::Took(span) => {
            view! { <span class="figures">{(t().time.span)(span)}</span> }.into_any()
        }
        Next::Blocked(count) => view! {
            <span class="card-blocked figures">
                <Icon name=IconName::Blocked />
                {count}
            </span>
        }
        .into_any(),
        Next::Word(word, _) => view! { <span>{word}</span> }.into_any(),
        Next::Tag(tag) => view! { <Badge text=tag /> }.into_any(),
        Next::Nothing => ().into_any(),
    }
}
