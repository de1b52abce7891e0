//! A task in full: what it is, how it is going, what can be done, its log, its runs, what happened to it.

mod actions;
mod activity;
mod ask;
mod details;
mod facts;
mod head;
mod log;
mod runs;
mod schedule;
mod tools;
mod waits;

pub(crate) use ask::AskBox;

use aegis_domain::{ClaudeCodeSettings, ReminderSettings, RunId, ShellSettings, TaskId};
use aegis_protocol::{CardView, ShowTask};
use leptos::prelude::*;

use crate::components::button::IconButton;
use crate::components::empty::Empty;
use crate::components::error_banner::ErrorBanner;
use crate::components::icon::IconName;
use crate::components::panel::Panel;
use crate::components::tabs::{Tab, Tabs};
use crate::messages::t;
use crate::state::{BoardStore, Live, Loaded, View};
use activity::TaskActivity;
use details::DetailsView;
use head::Head;
use log::LogView;
use runs::Runs;
use tools::ToolUses;

/// The icon of an executor; `None` is a person.
pub(crate) fn executor_icon(name: Option<&str>) -> IconName {
    match name {
        None => IconName::Hand,
        Some(ShellSettings::EXECUTOR) => IconName::Terminal,
        Some(ReminderSettings::EXECUTOR) => IconName::Bell,
        Some(ClaudeCodeSettings::EXECUTOR) => IconName::Bot,
        Some(_) => IconName::Plug,
    }
}

/// The panel's views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Log,
    Runs,
    Tools,
    Activity,
    Details,
}

/// A task's panel.
#[component]
pub(crate) fn TaskPanel(
    /// Which task.
    task: TaskId,
) -> impl IntoView {
    let store: BoardStore = expect_context();
    let view: View = expect_context();
    let watched = store.watch(task);
    let shown = {
        let watched = watched.clone();
        Live::new(move || {
            watched.track();
            ShowTask { task: task.into() }
        })
    };
    let card = Memo::new(move |_| {
        watched.track();
        match store.card(task) {
            Some(card) => Some(card.get()),
            None => match shown.answer().get() {
                Loaded::Ready(shown) => Some(shown.card),
                _ => None,
            },
        }
    });
    let number = move || card.read().as_ref().map_or(0, |card| card.number.0);
    view! {
        <Panel
            label=Signal::derive(move || (t().task.panel)(number()))
            wide=view.wide
            attr:data-testid="task-panel"
        >
            <Show
                when=move || card.read().is_some()
                fallback=move || view! { <Absent shown /> }
            >
                <Opened task card shown />
            </Show>
        </Panel>
    }
}

/// The panel of a task that is not there, or not there yet.
#[component]
fn Absent(shown: Live<ShowTask>) -> impl IntoView {
    let view: View = expect_context();
    view! {
        <div class="task-head">
            <div class="task-bar">
                <span class="gap"></span>
                <IconButton label=t().shell.close icon=IconName::Close on_press=move |()| view.close_task() />
            </div>
        </div>
        {move || match shown.answer().get() {
            Loaded::Failed(error) => {
                view! {
                    <div class="task-note">
                        <ErrorBanner sentence=error.message hint=error.hint />
                    </div>
                }
                    .into_any()
            }
            _ => view! { <Empty what=String::new() /> }.into_any(),
        }}
    }
}

#[component]
fn Opened(task: TaskId, card: Memo<Option<CardView>>, shown: Live<ShowTask>) -> impl IntoView {
    let view: View = expect_context();
    let latest = Memo::new(move |_| {
        card.read().as_ref().and_then(|card| card.run.as_ref()).map(|run| run.id)
    });
    // Until somebody chooses: what it prints, or what it will do while it has never run.
    let chosen_part = RwSignal::new(None);
    let part = Memo::new(move |_| {
        let first = if latest.read().is_some() { Part::Log } else { Part::Details };
        chosen_part.get().unwrap_or(first)
    });
    let choose = move |part| chosen_part.set(Some(part));
    let chosen = RwSignal::new(None::<RunId>);
    Effect::new(move || {
        // A new attempt is what one wants to see.
        latest.track();
        chosen.set(None);
    });
    let run = Memo::new(move |_| chosen.get().or(latest.get()));
    let number = Memo::new(move |_| card.read().as_ref().map_or(0, |card| card.number.0));
    let run_count = Memo::new(move |_| match &*shown.answer().read() {
        Loaded::Ready(shown) => Some(shown.runs.len()),
        _ => None,
    });
    // Most tasks have no agent: nothing of one is in their way.
    let by_agent = Memo::new(move |_| match &*shown.answer().read() {
        Loaded::Ready(shown) => {
            shown.runs.iter().any(|run| run.session.is_some() || run.usage.is_some())
        }
        _ => false,
    });
    let tabs = move || {
        let names = &t().task.tabs;
        let none = Signal::derive(|| None);
        let tab = |id, name, testid| Tab { id, name, count: none, testid };
        let tools = by_agent.get().then(|| tab(Part::Tools, names.tools, "tab-tools"));
        [
            Some(tab(Part::Log, names.log, "tab-log")),
            tools,
            Some(Tab { count: run_count.into(), ..tab(Part::Runs, names.runs, "tab-runs") }),
            Some(tab(Part::Activity, names.activity, "tab-activity")),
            Some(tab(Part::Details, names.details, "tab-details")),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
    };
    view! {
        <Head task card shown number />
        {move || view! { <Tabs tabs=tabs() current=part on_choose=choose label=t().task.tabs.label /> }}
        <div class="task-part" role="tabpanel">
            {move || match part.get() {
                Part::Log => view! { <LogOf run number /> }.into_any(),
                Part::Runs => {
                    let open = move |id| {
                        chosen.set(Some(id));
                        choose(Part::Log);
                    };
                    view! { <Runs shown current=run on_open=open /> }.into_any()
                }
                Part::Tools => view! { <ToolsOf task run shown /> }.into_any(),
                Part::Activity => view! { <TaskActivity task /> }.into_any(),
                Part::Details => view! { <DetailsView shown /> }.into_any(),
            }}
        </div>
        // The board can be far away behind a page-wide panel.
        <span class="unseen" aria-live="polite">
            {move || view.wide.get().then(|| (t().task.panel)(number.get()))}
        </span>
    }
}

/// The calls of the chosen run; a fresh list for each run.
#[component]
fn ToolsOf(task: TaskId, run: Memo<Option<RunId>>, shown: Live<ShowTask>) -> impl IntoView {
    move || match run.get() {
        Some(run) => view! { <ToolUses task run shown /> }.into_any(),
        None => view! { <Empty what=t().log.no_run /> }.into_any(),
    }
}

/// The log of the chosen run; a fresh one for each run.
#[component]
fn LogOf(run: Memo<Option<RunId>>, number: Memo<u64>) -> impl IntoView {
    move || match run.get() {
        Some(run) => view! { <LogView run number /> }.into_any(),
        None => view! { <Empty what=t().log.no_run /> }.into_any(),
    }
}
