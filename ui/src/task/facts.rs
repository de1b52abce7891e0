//! The facts of a task, in two columns of names and values.

use aegis_domain::{ShellSettings, State, Tag, Task};
use aegis_protocol::{CardRun, CardView, ShowTask};
use leptos::prelude::*;

use crate::components::badge::Badge;
use crate::components::time::{Elapsed, Moment};
use crate::format::Span;
use crate::messages::t;
use crate::state::{Live, Loaded};

/// The facts. Those that are not known, or say nothing, are left out.
#[component]
pub(super) fn Facts(card: Memo<Option<CardView>>, shown: Live<ShowTask>) -> impl IntoView {
    let command = Memo::new(move |_| match &*shown.answer().read() {
        Loaded::Ready(shown) => command(&shown.task),
        _ => None,
    });
    let facts = move || {
        let card = card.get()?;
        let names = &t().task.facts;
        let mut rows: Vec<(&'static str, AnyView)> = Vec::new();
        rows.push((names.executor, text((t().task.executor)(card.executor.as_deref()))));
        rows.push((names.priority, text((t().task.priority_fact)(card.priority.get()))));
        if let Some(name) = card.assignee.as_deref() {
            rows.push((names.assignee, text((t().task.assignee)(name))));
        }
        if let Some(name) = card.workspace.as_deref() {
            rows.push((names.workspace, text((t().task.workspace)(name))));
        }
        if let Some(place) = card.place.clone() {
            rows.push((names.place, text(place)));
        }
        if let Some(run) = &card.run {
            let most = run.number + run.retries_left;
            rows.push((names.attempt, text((names.attempt_of)(run.number, most))));
            rows.extend(times(&card, run));
            if let Some(code) = run.exit_code {
                rows.push((names.exit, text(code.to_string())));
            }
        }
        if !card.cost.is_zero() {
            rows.push((names.cost, text((t().task.cost)(card.cost))));
        }
        if let Some(idle) = card.idle {
            rows.push((names.noticed, text(idle.to_string())));
        }
        if let Some(at) = card.due {
            rows.push((names.due, view! { <Moment at /> }.into_any()));
        }
        rows.push((names.created, view! { <Moment at=card.created_at /> }.into_any()));
        if !card.tags.is_empty() {
            rows.push((names.tags, tags(&card.tags)));
        }
        Some(
            rows.into_iter()
                .map(|(name, value)| view! { <Fact name>{value}</Fact> })
                .collect_view(),
        )
    };
    view! {
        <dl class="facts">
            {move || {
                command
                    .get()
                    .map(|line| {
                        view! {
                            <div class="fact whole">
                                <dt>{t().task.facts.command}</dt>
                                <dd class="mono selectable" dir="ltr">{line}</dd>
                            </div>
                        }
                    })
            }}
            {facts}
        </dl>
    }
}

/// A name and its value.
#[component]
pub(super) fn Fact(#[prop(into)] name: String, children: Children) -> impl IntoView {
    let title = name.clone();
    view! {
        <div class="fact">
            <dt class="one-line" title=title>{name}</dt>
            <dd class="selectable figures">{children()}</dd>
        </div>
    }
}

/// A value on one line, with all of it on hover.
pub(super) fn text(value: String) -> AnyView {
    let title = value.clone();
    view! { <span class="one-line" dir="auto" title=title>{value}</span> }.into_any()
}

fn tags(tags: &[Tag]) -> AnyView {
    tags.iter().map(|tag| view! { <Badge text=tag.to_string() /> }).collect_view().into_any()
}

fn times(card: &CardView, run: &CardRun) -> Vec<(&'static str, AnyView)> {
    let names = &t().task.facts;
    let mut rows = Vec::new();
    if let Some(at) = run.started_at {
        rows.push((names.started, view! { <Moment at /> }.into_any()));
    }
    match (run.started_at, run.ended_at) {
        (Some(started), Some(ended)) => {
            rows.push((names.took, text((t().time.span)(Span::new(ended - started)))));
        }
        (Some(since), None) if matches!(card.state, Some(State::Executing { .. })) => {
            rows.push((names.elapsed, view! { <Elapsed since /> }.into_any()));
        }
        _ => {}
    }
    rows
}

/// The command line of a shell task, or its script.
fn command(task: &Task) -> Option<String> {
    let spec = task
        .definition
        .executor
        .as_ref()
        .filter(|spec| spec.name.as_str() == ShellSettings::EXECUTOR)?;
    let settings: ShellSettings = serde_json::from_value(spec.settings.clone()).ok()?;
    let words = || settings.command.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
    Some(settings.script.clone().unwrap_or_else(words))
}

/// A word as one would type it in a POSIX shell.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,~".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("cargo", "cargo")]
    #[case("--version", "--version")]
    #[case("", "''")]
    #[case("two words", "'two words'")]
    #[case("it's", r"'it'\''s'")]
    #[case("$HOME", "'$HOME'")]
    fn words_are_quoted_as_in_a_shell(#[case] word: &str, #[case] shown: &str) {
        assert_eq!(quote(word), shown);
    }
}
