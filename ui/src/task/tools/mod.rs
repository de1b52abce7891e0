//! What an agent did in a run: its calls of tools, what it cost, and why it counts as done.

use std::collections::HashMap;
use std::sync::Arc;

use aegis_domain::policy::Reach;
use aegis_domain::{Outcome, Run, RunId, TaskId, ToolUse, Usage};
use aegis_protocol::{ListToolUses, ShowTask};
use chrono::TimeDelta;
use leptos::prelude::*;

use crate::components::empty::Empty;
use crate::components::error_banner::ErrorBanner;
use crate::components::icon::{Icon, IconName};
use crate::components::time::Moment;
use crate::components::windowed::Windowed;
use crate::format::{Span, Told, visible};
use crate::messages::t;
use crate::state::{BoardStore, Live, Loaded};

/// The engine's own limit of one page.
const MOST: u32 = 1_000;
/// About the height of a row, in px.
const ROW_HEIGHT: f64 = 52.0;

/// The calls of one run, in order.
#[component]
pub(super) fn ToolUses(task: TaskId, run: RunId, shown: Live<ShowTask>) -> impl IntoView {
    let store: BoardStore = expect_context();
    let watched = store.watch(task);
    let uses = Live::new(move || {
        watched.track();
        ListToolUses { run: Some(run), limit: Some(MOST), ..ListToolUses::default() }
    });
    let rows = Memo::new(move |_| match &*uses.answer().read() {
        Loaded::Ready(page) => page.uses.iter().cloned().enumerate().collect(),
        _ => HashMap::<usize, ToolUse>::new(),
    });
    let keys = Memo::new(move |_| Arc::new((0..rows.read().len()).collect::<Vec<_>>()));
    let more = Memo::new(
        move |_| matches!(&*uses.answer().read(), Loaded::Ready(page) if page.next.is_some()),
    );
    let facts = Memo::new(move |_| match &*shown.answer().read() {
        Loaded::Ready(shown) => shown.runs.iter().find(|one| one.id == run).map(facts),
        _ => None,
    });
    let row = move |key: usize| {
        let used = Memo::new(move |_| rows.read().get(&key).cloned());
        view! {
            <div class="tool-row" role="listitem" data-testid=format!("tool-{key}")>
                {move || used.get().map(|used| draw(&used))}
            </div>
        }
    };
    let footer = move || {
        let words = (t().task.tools.more)(MOST as usize);
        more.get().then(|| view! { <p class="task-note">{words}</p> })
    };
    view! {
        <div class="tool-facts" data-testid="run-facts">
            {move || facts.get().map(|facts| facts.into_iter().map(fact).collect_view())}
        </div>
        {move || match uses.answer().get() {
            Loaded::Failed(error) => Some(view! {
                <div class="task-note">
                    <ErrorBanner sentence=error.message hint=error.hint />
                </div>
            }),
            _ => None,
        }}
        <Show
            when=move || !keys.read().is_empty()
            fallback=move || {
                matches!(*uses.answer().read(), Loaded::Ready(_))
                    .then(|| view! { <Empty what=t().task.tools.empty how=t().task.tools.empty_hint /> })
            }
        >
            <Windowed keys row estimate=ROW_HEIGHT label=t().task.tabs.tools footer />
        </Show>
    }
}

/// What is known of a run as a whole.
fn facts(run: &Run) -> Vec<(IconName, String)> {
    let words = &t().task.tools;
    let mut facts = Vec::new();
    if let Some(Outcome::Succeeded { summary }) = run.end.as_ref().map(|end| &end.outcome) {
        facts.push((IconName::Evidence, (words.evidence)(summary)));
    }
    if let Some(usage) = run.usage.filter(|usage| *usage != Usage::default()) {
        facts.push((IconName::Usage, (words.usage)(usage)));
    }
    if let Some(session) = &run.session {
        facts.push((IconName::Session, (words.session)(&visible(session))));
    }
    facts
}

fn fact((icon, words): (IconName, String)) -> impl IntoView {
    view! {
        <p class="run-extra">
            <Icon name=icon />
            <span class="one-line selectable" dir="auto" title=words.clone()>{words.clone()}</span>
        </p>
    }
}

fn draw(used: &ToolUse) -> impl IntoView + use<> {
    let words = &t().task.tools;
    let told = Told::of(&used.parameters);
    let (mark, tone, how) = match (used.success, used.category) {
        (true, _) => (IconName::Check, "tone-done", words.done.to_owned()),
        (false, category) => {
            let category = category.map_or("", |category| category.name());
            (IconName::Close, "tone-failed", (words.failed)(category))
        }
    };
    let took = used.took_ms.map(|millis| {
        let millis = TimeDelta::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX));
        (t().time.span)(Span::new(millis))
    });
    let tokens = used.tokens.map(words.tokens);
    let shown = |text: &Option<String>, say: fn(&str) -> String| {
        text.as_deref().map(|text| say(&visible(text)))
    };
    let picture = shown(&used.screenshot, words.picture);
    let client = shown(&used.client, words.client);
    let whole = told.first.clone();
    let error = used.error.as_deref().map(|error| visible(error).into_owned());
    let icon = icon(used.nature.reach);
    view! {
        <span class="run-line">
            <Icon name=icon />
            <span class="run-name">{visible(&used.tool).into_owned()}</span>
            <span class="tool-input mono one-line selectable" dir="ltr" title=whole>{told.short()}</span>
            <Moment at=used.at />
        </span>
        <span class="run-line tool-end">
            <span class=format!("tool-mark tone-text {tone}")>
                <Icon name=mark />
                {how}
            </span>
            <span class="tool-passage">{(words.passage)(used.passage)}</span>
            {client.map(|client| view! { <span class="tool-client one-line" dir="auto">{client}</span> })}
            <span class="figures">{took}</span>
            {tokens.map(|tokens| view! { <span class="figures">{tokens}</span> })}
            {picture.map(|picture| view! { <span class="tool-picture one-line selectable" dir="auto" title=picture.clone()>{picture.clone()}</span> })}
        </span>
        {error.map(|error| view! { <span class="tool-error one-line selectable" dir="auto" title=error.clone()>{error.clone()}</span> })}
    }
}

/// The icon of what a tool does.
pub(in crate::task) const fn icon(reach: Reach) -> IconName {
    match reach {
        Reach::Look => IconName::Eye,
        Reach::Tell => IconName::Say,
        Reach::Plan => IconName::Plan,
        Reach::Change => IconName::Change,
        Reach::Run => IconName::Terminal,
        Reach::Send => IconName::Globe,
    }
}
