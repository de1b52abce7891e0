//! The attempts at a task, newest first.

mod left_behind;

use std::collections::HashMap;
use std::sync::Arc;

use aegis_domain::{Outcome, Run, RunId};
use aegis_protocol::{ShowTask, TaskView};
use leptos::prelude::*;

use crate::components::empty::Empty;
use crate::components::icon::{Icon, IconName};
use crate::components::state_badge::Tone;
use crate::components::time::{Elapsed, Moment};
use crate::components::windowed::Windowed;
use crate::format::Span;
use crate::messages::t;
use crate::state::{Live, Loaded};

/// About the height of a row, in px.
const ROW_HEIGHT: f64 = 56.0;

/// The list. Choosing a run opens its log.
#[component]
pub(super) fn Runs(
    shown: Live<ShowTask>,
    /// The run whose log is shown.
    current: Memo<Option<RunId>>,
    #[prop(into)] on_open: Callback<RunId>,
) -> impl IntoView {
    let runs = Memo::new(move |_| match &*shown.answer().read() {
        Loaded::Ready(shown) => rows(shown),
        _ => HashMap::new(),
    });
    let keys = Memo::new(move |_| match &*shown.answer().read() {
        Loaded::Ready(shown) => Arc::new(shown.runs.iter().map(|run| run.id).collect()),
        _ => Arc::new(Vec::new()),
    });
    let row = move |id: RunId| {
        let run = Memo::new(move |_| runs.read().get(&id).cloned());
        view! {
            <button
                type="button"
                class="run-row"
                role="listitem"
                title=t().task.runs.show_log
                aria-current=move || (current.get() == Some(id)).then_some("true")
                on:click=move |_| on_open.run(id)
            >
                {move || run.get().map(draw)}
            </button>
        }
    };
    view! {
        <Show
            when=move || !keys.read().is_empty()
            fallback=|| view! { <Empty what=t().task.runs.empty how=t().task.runs.empty_hint /> }
        >
            <Windowed keys row estimate=ROW_HEIGHT label=t().task.tabs.runs />
        </Show>
    }
}

/// A run, and why there was that piece of work.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    run: Run,
    cause: Option<&'static str>,
}

fn rows(shown: &TaskView) -> HashMap<RunId, Row> {
    let causes: HashMap<_, _> =
        shown.occurrences.iter().map(|one| (one.id, (t().task.runs.cause)(one.cause))).collect();
    shown
        .runs
        .iter()
        .map(|run| (run.id, Row { run: run.clone(), cause: causes.get(&run.occurrence).copied() }))
        .collect()
}

fn draw(row: Row) -> impl IntoView {
    let Row { run, cause } = row;
    let why = (t().task.runs.reason)(run.reason);
    let about = match cause {
        Some(cause) => format!("{cause} · {why}"),
        None => why.to_owned(),
    };
    let (words, tone) = match &run.end {
        Some(end) => ((t().task.outcome)(&end.outcome), tone(&end.outcome)),
        None => (t().task.runs.live.to_owned(), Tone::Running),
    };
    let length = match (run.started_at, &run.end) {
        (Some(started), Some(end)) => {
            let took = (t().time.span)(Span::new(end.at - started));
            view! { <span class="figures">{took}</span> }.into_any()
        }
        (Some(since), None) => view! { <Elapsed since /> }.into_any(),
        (None, _) => ().into_any(),
    };
    view! {
        <span class="run-line">
            <span class="run-name figures">{(t().task.runs.name)(run.number)}</span>
            <span class="run-about one-line">{about}</span>
            <Moment at=run.started_at.unwrap_or(run.assigned_at) />
        </span>
        <span class="run-line">
            <span class=format!("run-outcome one-line tone-text {}", tone.class()) dir="auto" title=words.clone()>
                {words.clone()}
            </span>
            {length}
        </span>
        {left_behind::rows(&run).into_iter().map(extra).collect_view()}
    }
}

fn extra((icon, words): (IconName, String)) -> impl IntoView {
    view! {
        <span class="run-extra">
            <Icon name=icon />
            <span class="one-line" dir="auto" title=words.clone()>
                {words.clone()}
            </span>
        </span>
    }
}

const fn tone(outcome: &Outcome) -> Tone {
    match outcome {
        Outcome::Succeeded { .. } => Tone::Done,
        Outcome::Failed(_) => Tone::Failed,
        _ => Tone::Resting,
    }
}
