//! From the names in a draft to the tasks that they name, and whether these may be waited for.

use crate::machine::{Refused, Slice};
use crate::{Definition, Draft, TaskId, TaskRef};
use std::collections::{BTreeMap, VecDeque};

/// `draft` as the definition of the task `id`.
pub(super) fn resolve(slice: &Slice, draft: Draft, id: TaskId) -> Result<Definition, Refused> {
    if let Some(slug) = &draft.slug
        && slice.slug_taken_by.is_some_and(|owner| owner != id)
    {
        return Err(Refused::SlugTaken { slug: slug.to_string() });
    }
    // A predecessor that was deleted after it was named stays; a new one has to stand.
    let before: Vec<TaskId> = slice
        .task
        .as_ref()
        .map(|task| task.definition.predecessors().copied().collect())
        .unwrap_or_default();
    let definition = draft.rename(|name| peer(slice, &name, &before))?;
    if let Some(path) = circle(slice, id, &definition) {
        return Err(Refused::Circle { path });
    }
    Ok(definition)
}

fn peer(slice: &Slice, name: &TaskRef, before: &[TaskId]) -> Result<TaskId, Refused> {
    let found = slice.named.get(name).copied().flatten();
    let Some(peer) = found else {
        return Err(Refused::NoSuchPeer { name: name.to_string() });
    };
    if peer.deleted && !before.contains(&peer.id) {
        return Err(Refused::PeerDeleted { number: peer.number });
    }
    Ok(peer.id)
}

/// The circle that the definition of `id` would close, as a sentence.
fn circle(slice: &Slice, id: TaskId, definition: &Definition) -> Option<String> {
    let on = |from: TaskId| match slice.upstream.get(&from) {
        Some(node) if from != id => node.on.clone(),
        _ => Vec::new(),
    };
    if let Some(path) = way_back(definition.predecessors().copied(), id, on) {
        return Some(told(slice, id, &path, "waits for"));
    }
    let parent = |from: TaskId| match slice.upstream.get(&from) {
        Some(node) if from != id => node.parent.into_iter().collect(),
        _ => Vec::new(),
    };
    let path = way_back(definition.parent.into_iter(), id, parent)?;
    Some(told(slice, id, &path, "is a part of"))
}

/// The shortest way from `starts` to `goal`, without the goal at its end.
fn way_back(
    starts: impl Iterator<Item = TaskId>,
    goal: TaskId,
    next: impl Fn(TaskId) -> Vec<TaskId>,
) -> Option<Vec<TaskId>> {
    let mut came_from: BTreeMap<TaskId, Option<TaskId>> = BTreeMap::new();
    let mut queue = VecDeque::new();
    for start in starts {
        if came_from.insert(start, None).is_none() {
            queue.push_back(start);
        }
    }
    while let Some(at) = queue.pop_front() {
        if at == goal {
            let mut path = Vec::new();
            let mut step = came_from.get(&at).copied().flatten();
            while let Some(id) = step {
                path.push(id);
                step = came_from.get(&id).copied().flatten();
            }
            path.reverse();
            return Some(path);
        }
        for to in next(at) {
            came_from.entry(to).or_insert_with(|| {
                queue.push_back(to);
                Some(at)
            });
        }
    }
    None
}

fn told(slice: &Slice, id: TaskId, path: &[TaskId], verb: &str) -> String {
    let own = slice.task.as_ref().map_or(slice.next.task, |task| task.number);
    let number = |task: &TaskId| slice.upstream.get(task).map_or(own, |node| node.number);
    let mut sentence = format!("#{own}");
    for (index, step) in path.iter().chain([&id]).enumerate() {
        let join = if index == 0 { " " } else { ", which " };
        let shown = if *step == id { own } else { number(step) };
        sentence.push_str(&format!("{join}{verb} #{shown}"));
    }
    sentence
}
