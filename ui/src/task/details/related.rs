//! The tasks that a task waits for, and those that wait for it. Each leads to its own panel.

use aegis_domain::{DependencyGroup, Join};
use aegis_protocol::{RelatedTask, TaskView};
use leptos::prelude::*;

use crate::messages::t;
use crate::state::View;

/// Predecessors that count together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// How many of them are needed, in words; empty for every one.
    join: String,
    edges: Vec<Edge>,
}

/// One predecessor.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edge {
    /// The task; `None` when it cannot be shown any more.
    task: Option<RelatedTask>,
    /// What is special about it, in words.
    notes: Vec<String>,
}

/// The predecessors as they are drawn.
pub(super) fn groups(shown: &TaskView) -> Vec<Group> {
    shown.task.definition.dependencies.iter().map(|group| read(group, &shown.depends_on)).collect()
}

fn read(group: &DependencyGroup, known: &[RelatedTask]) -> Group {
    let words = &t().task.details;
    let edges = group.on.iter().map(|edge| {
        let mut notes = vec![(words.which)(edge.which).to_owned()];
        notes.extend(edge.when.clone().map(|when| (words.when)(&String::from(when))));
        notes.extend(edge.otherwise.map(|otherwise| (words.otherwise)(otherwise).to_owned()));
        notes.retain(|note| !note.is_empty());
        Edge { task: known.iter().find(|task| task.id == edge.task).cloned(), notes }
    });
    // Of a single one there is nothing to choose.
    let join = if group.on.len() > 1 { group.join } else { Join::All };
    Group { join: (words.join)(join), edges: edges.collect() }
}

/// What it waits for.
#[component]
pub(super) fn Predecessors(groups: Vec<Group>) -> impl IntoView {
    (!groups.is_empty()).then(|| {
        let groups = groups
            .into_iter()
            .map(|group| {
                let edges = group
                    .edges
                    .into_iter()
                    .map(|edge| view! { <Row task=edge.task notes=edge.notes /> })
                    .collect_view();
                view! {
                    {(!group.join.is_empty()).then(|| view! { <p class="related-join">{group.join}</p> })}
                    <ul>{edges}</ul>
                }
            })
            .collect_view();
        view! {
            <section data-testid="depends-on">
                <h3>{t().task.details.depends_on}</h3>
                {groups}
            </section>
        }
    })
}

/// What waits for it.
#[component]
pub(super) fn Successors(tasks: Vec<RelatedTask>) -> impl IntoView {
    (!tasks.is_empty()).then(|| {
        let rows = tasks
            .into_iter()
            .map(|task| view! { <Row task=Some(task) notes=Vec::new() /> })
            .collect_view();
        view! {
            <section data-testid="dependents">
                <h3>{t().task.details.dependents}</h3>
                <ul>{rows}</ul>
            </section>
        }
    })
}

#[component]
fn Row(task: Option<RelatedTask>, notes: Vec<String>) -> impl IntoView {
    let view: View = expect_context();
    let notes = notes.join(" · ");
    let line = match task {
        Some(RelatedTask { id, number, title, column }) => {
            view! {
                <button
                    type="button"
                    class=format!("related column-{}", column.name())
                    data-testid=format!("related-{}", number.0)
                    on:click=move |_| view.open_task(id)
                >
                    <span class="dot"></span>
                    <span class="related-number figures">{(t().task.number)(number.0)}</span>
                    <span class="related-title one-line" dir="auto" title=title.clone()>{title.clone()}</span>
                    <span class="related-column">{(t().board.column)(column)}</span>
                </button>
            }
            .into_any()
        }
        None => view! { <p class="related gone">{t().task.details.gone}</p> }.into_any(),
    };
    view! {
        <li>
            {line}
            {(!notes.is_empty()).then(|| view! { <p class="related-notes selectable" dir="auto">{notes.clone()}</p> })}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::sample;
    use aegis_domain::coarse::Column;
    use aegis_domain::{Dependency, Otherwise, TaskNumber, Which};

    fn related(number: u64) -> RelatedTask {
        RelatedTask {
            id: sample::task(number),
            number: TaskNumber(number),
            title: "Build".to_owned(),
            column: Column::Running,
        }
    }

    #[test]
    fn only_what_is_special_is_said() {
        let plain = DependencyGroup { join: Join::Any, on: vec![Dependency::on(sample::task(1))] };
        let read_plain = read(&plain, &[related(1)]);
        assert_eq!((read_plain.join.as_str(), read_plain.edges[0].notes.len()), ("", 0));
        assert_eq!(read_plain.edges[0].task, Some(related(1)));

        let special = Dependency {
            which: Which::SameInstant,
            otherwise: Some(Otherwise::Skip),
            ..Dependency::on(sample::task(2))
        };
        let group =
            DependencyGroup { join: Join::AtLeast(1), on: vec![plain.on[0].clone(), special] };
        let read_group = read(&group, &[related(1)]);
        assert_eq!(read_group.join, "at least 1 of");
        assert_eq!(read_group.edges[1].notes, ["of the same instant", "else skip"]);
        assert_eq!(read_group.edges[1].task, None, "it was deleted");
    }
}
