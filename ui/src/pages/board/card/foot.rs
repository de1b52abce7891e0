//! The last line of a card: number, executor, where or how, and at the right what one wants to know next.

use aegis_domain::{Outcome, QueueReason, State};
use aegis_protocol::{CardRun, CardView};
use leptos::prelude::*;

use crate::components::badge::Badge;
use crate::components::icon::{Icon, IconName};
use crate::components::state_badge::{Standing, Tone, is_planned, state_icon};
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
        if is_planned(card) {
            return card.due.map_or(Self::Nothing, Self::Due);
        }
        if card.cancelling {
            return Self::Word(t().task.cancelling, tone);
        }
        let tag = || card.tags.first().map_or(Self::Nothing, |tag| Self::Tag(tag.to_string()));
        match &card.state {
            None | Some(State::Created) => card.due.map_or_else(tag, Self::Due),
            // The line above names it.
            Some(State::Blocked { by, .. }) => match by.len().max(card.waits.len()) {
                0 | 1 => tag(),
                count => Self::Blocked(count),
            },
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

/// How it ended, and whose it is; else where it works. What kind of executor it is, the icon says already.
fn middle(card: &CardView) -> String {
    let words = &t().task;
    let mut parts = Vec::new();
    // What is about its next start shows its last end as an icon.
    parts.extend(ended(card).filter(|_| !is_planned(card)));
    let mut names = Vec::new();
    names.extend(card.assignee.as_deref().map(words.assignee));
    names.extend(card.workspace.as_deref().map(words.workspace));
    parts.extend((!names.is_empty()).then(|| names.join(" ")));
    if parts.is_empty() {
        let place =
            || card.place.clone().unwrap_or_else(|| (words.executor)(card.executor.as_deref()));
        parts.push(place());
    }
    parts.join(" · ")
}

/// How its last attempt ended, and how many there were.
fn ended(card: &CardView) -> Option<String> {
    card.state.as_ref().filter(|state| state.is_terminal())?;
    let run = card.run.as_ref()?;
    let how = match (run.exit_code, &run.outcome) {
        (Some(code), _) => Some((t().task.exit)(code)),
        (None, Some(outcome @ Outcome::Succeeded { .. })) => Some((t().task.outcome)(outcome)),
        // The word at the right says how it ended.
        _ => None,
    };
    let tries = (run.number > 1).then(|| (t().task.tries)(run.number));
    let parts: Vec<String> = how.into_iter().chain(tries).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// How it ended last, where the card is about its next start.
fn last(card: &CardView) -> Option<State> {
    card.state.clone().filter(|_| is_planned(card))
}

/// The last line of a card.
#[component]
pub(super) fn Foot(card: RwSignal<CardView>, first: Signal<bool>) -> impl IntoView {
    let number = Memo::new(move |_| (t().task.number)(card.read().number.0));
    let icon = Memo::new(move |_| executor_icon(card.read().executor.as_deref()));
    let middle = Memo::new(move |_| middle(&card.read()));
    let next = Memo::new(move |_| Next::of(&card.read(), first.get()));
    let tone = Memo::new(move |_| Standing::of(&card.read()).tone());
    let last = Memo::new(move |_| last(&card.read()));
    let cost = Memo::new(move |_| card.read().cost);
    view! {
        <div class="card-foot">
            <span class="card-number figures">{number}</span>
            <Icon name=icon />
            {move || {
                last.get()
                    .map(|state| {
                        let how = (t().task.last)((t().task.state)(&state));
                        let tone = Tone::of(Some(&state)).class();
                        view! {
                            <span class=format!("card-last tone-text {tone}") role="img" aria-label=how.clone() title=how>
                                <Icon name=state_icon(Some(&state)) />
                            </span>
                        }
                    })
            }}
            <span class="card-middle one-line" dir="auto" title=middle>{middle}</span>
            {move || {
                let cost = cost.get();
                (!cost.is_zero()).then(|| view! { <span class="card-cost figures">{(t().task.cost)(cost)}</span> })
            }}
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::sample::{self, at};
    use aegis_domain::coarse::Column;
    use aegis_domain::{Blocker, SortKey};

    #[test]
    fn what_is_planned_tells_when_it_starts_and_how_it_ended_last() {
        let ended = State::Completed { at: at(0) };
        let mut card = CardView {
            state: Some(ended.clone()),
            due: Some(at(3_600)),
            ..sample::card(1, Column::Queued)
        };
        assert_eq!(Next::of(&card, false), Next::Due(at(3_600)));
        assert_eq!(last(&card), Some(ended));
        card.due = None;
        card.column = Column::Done;
        assert_eq!(Next::of(&card, false), Next::Nothing);
        assert_eq!(last(&card), None);
    }

    #[test]
    fn whose_it_is_takes_the_place_of_where_it_works() {
        let card = CardView {
            place: Some("~/src".to_owned()),
            executor: Some("shell".to_owned()),
            ..sample::card(1, Column::Backlog)
        };
        assert_eq!(middle(&card), "~/src");
        let ada = Some("ada".to_owned());
        let given = CardView { assignee: ada, workspace: Some("shop".to_owned()), ..card };
        assert_eq!(middle(&given), "@ada ~shop");
        let run = CardRun {
            id: "01932b6e-7c00-7abc-8def-0000000000aa".parse().unwrap(),
            number: 2,
            retries_left: 1,
            started_at: None,
            ended_at: None,
            outcome: None,
            exit_code: Some(0),
            progress: None,
            last_line: None,
        };
        let state = Some(State::Completed { at: at(0) });
        let done = CardView { run: Some(run), state, column: Column::Done, ..given };
        assert_eq!(middle(&done), "exit 0 · 2 tries · @ada ~shop");
        let again = CardView { due: Some(at(60)), column: Column::Queued, ..done };
        assert_eq!(middle(&again), "@ada ~shop");
    }

    #[test]
    fn several_things_that_are_missing_are_counted() {
        let missing = || Blocker::Decision { question: "Now?".to_owned() };
        let blocked = |by: Vec<Blocker>| CardView {
            state: Some(State::Blocked { by, reason: QueueReason::First, sort_key: SortKey(0) }),
            ..sample::card(1, Column::Backlog)
        };
        assert_eq!(Next::of(&blocked(vec![missing()]), false), Next::Nothing);
        assert_eq!(Next::of(&blocked(vec![missing(), missing()]), false), Next::Blocked(2));
    }
}
