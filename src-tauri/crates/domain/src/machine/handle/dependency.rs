//! Whether the tasks that an occurrence waits for have ended as they should.

use crate::machine::{Ended, Predecessor, Slice};
use crate::{Blocker, Dependency, DependencyGroup, Occurrence, Otherwise, State, Which};
use serde_json::Value;

/// What the predecessors of an occurrence say.
pub(super) enum Verdict {
    /// Go on.
    Met,
    /// Wait for these.
    Waiting(Vec<Blocker>),
    /// They did not end as they should: a sentence, and what is to become of the occurrence.
    Unmet(Otherwise, String),
}

pub(super) fn verdict(
    slice: &Slice,
    groups: &[DependencyGroup],
    occurrence: &Occurrence,
) -> Verdict {
    let mut waiting = Vec::new();
    let mut worst: Option<(Otherwise, String)> = None;
    for group in groups {
        match of_group(slice, group, occurrence) {
            Verdict::Met => {}
            Verdict::Waiting(blockers) => {
                waiting.extend(
                    blockers.into_iter().filter(|b| !waiting.contains(b)).collect::<Vec<_>>(),
                );
            }
            Verdict::Unmet(otherwise, why) => {
                if worst.as_ref().is_none_or(|(known, _)| otherwise > *known) {
                    worst = Some((otherwise, why));
                }
            }
        }
    }
    match worst {
        Some((otherwise, why)) => Verdict::Unmet(otherwise, why),
        None if waiting.is_empty() => Verdict::Met,
        None => Verdict::Waiting(waiting),
    }
}

fn of_group(slice: &Slice, group: &DependencyGroup, occurrence: &Occurrence) -> Verdict {
    let mut met = 0;
    let mut waiting = Vec::new();
    let mut worst: Option<(Otherwise, String)> = None;
    for edge in &group.on {
        match of_edge(slice, edge, occurrence) {
            Edge::Met => met += 1,
            Edge::Waiting => waiting.push(Blocker::Dependency { task: edge.task }),
            Edge::Unmet(why) => match edge.otherwise() {
                Otherwise::Continue => met += 1,
                otherwise => {
                    if worst.as_ref().is_none_or(|(known, _)| otherwise > *known) {
                        worst = Some((otherwise, why));
                    }
                }
            },
        }
    }
    let needed = group.join.needed(group.on.len());
    if met >= needed {
        return Verdict::Met;
    }
    match worst {
        Some((otherwise, why)) if met + waiting.len() < needed => Verdict::Unmet(otherwise, why),
        _ => Verdict::Waiting(waiting),
    }
}

enum Edge {
    Met,
    Waiting,
    Unmet(String),
}

fn of_edge(slice: &Slice, edge: &Dependency, occurrence: &Occurrence) -> Edge {
    let Some(predecessor) = slice.predecessors.get(&edge.task) else {
        return Edge::Unmet("A task that it waits for is gone.".to_owned());
    };
    match looked_at(predecessor, edge.which, occurrence) {
        Looked::At(ended) if !ended.state.is_terminal() => Edge::Waiting,
        Looked::At(ended) => judge(slice, edge, predecessor, ended),
        Looked::NotYet => Edge::Waiting,
        Looked::Never => Edge::Unmet(format!(
            "It waits for #{}, which will not run any more.",
            predecessor.number
        )),
    }
}

enum Looked<'a> {
    At(&'a Ended),
    NotYet,
    Never,
}

fn looked_at<'a>(
    predecessor: &'a Predecessor,
    which: Which,
    occurrence: &Occurrence,
) -> Looked<'a> {
    let made_by_it = occurrence.from.is_some() && predecessor.same.is_some();
    let seen = match (which, occurrence.instant) {
        (Which::SameInstant, Some(instant)) => match &predecessor.same {
            // Its schedule has passed this instant and made nothing for it.
            None if predecessor.cursor >= instant => return Looked::Never,
            same => same.as_ref(),
        },
        _ if made_by_it => predecessor.same.as_ref(),
        _ => predecessor.newest.as_ref(),
    };
    match seen {
        Some(ended) => Looked::At(ended),
        None if predecessor.standing => Looked::NotYet,
        None => Looked::Never,
    }
}

fn judge(slice: &Slice, edge: &Dependency, predecessor: &Predecessor, ended: &Ended) -> Edge {
    let number = predecessor.number;
    let outcome = ended.state.name();
    match &edge.when {
        None if matches!(ended.state, State::Completed { .. }) => Edge::Met,
        None => Edge::Unmet(format!("It waits for #{number}, and that one is {outcome}.")),
        Some(when) => {
            let mut known = ended.facts();
            known["fact"] = facts(slice);
            if when.holds(&known) {
                Edge::Met
            } else {
                Edge::Unmet(format!(
                    "It waits for #{number} with the condition “{}”, which did not hold.",
                    when.as_str()
                ))
            }
        }
    }
}

pub(super) fn facts(slice: &Slice) -> Value {
    Value::Object(slice.facts.iter().map(|(k, v)| (k.clone(), v.clone())).collect())
}
