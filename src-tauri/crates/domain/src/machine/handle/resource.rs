//! Resources that several tasks share, in the order of the line: nobody who waits is overtaken.

use crate::machine::{Command, Decision, Refused, ResourceState, Row, Slice};
use crate::{Blocker, Invalid, Occurrence, ResourceNeed, SortKey, Task};

/// The first resource of `task` that `occurrence` cannot have now, as what it waits for.
pub(super) fn not_free(
    slice: &Slice,
    task: &Task,
    occurrence: &Occurrence,
    sort_key: SortKey,
) -> Option<Blocker> {
    let needs = &task.definition.resources;
    let missing = needs.iter().find(|need| {
        slice.resources.get(&need.name).is_some_and(|resource| {
            // Whoever needs more than there is gets all of it.
            let amount = need.amount.min(resource.capacity);
            let overtakes = resource
                .line
                .iter()
                .any(|other| other.occurrence != occurrence.id && other.sort_key < sort_key);
            overtakes || resource.used + amount > resource.capacity
        })
    });
    missing.map(|need| Blocker::Resource { name: need.name.clone(), amount: need.amount })
}

/// What a run of `task` holds: who needs more than there is holds all of it.
pub(super) fn held(slice: &Slice, task: &Task) -> Vec<ResourceNeed> {
    let needs = task.definition.resources.iter().cloned();
    needs
        .map(|need| {
            let capacity = slice.resources.get(&need.name).map_or(need.amount, |r| r.capacity);
            ResourceNeed { amount: need.amount.min(capacity), ..need }
        })
        .collect()
}

/// Commands that let as many go on as there is room for, from the head of the line.
pub(super) fn let_in(resource: &ResourceState) -> impl Iterator<Item = Command> + '_ {
    let mut free = resource.capacity.saturating_sub(resource.used);
    resource.line.iter().map_while(move |next| {
        free = free.checked_sub(next.amount.min(resource.capacity))?;
        Some(Command::Reconsider { occurrence: next.occurrence })
    })
}

pub(super) fn set(slice: &Slice, name: &str, capacity: Option<u32>) -> Result<Decision, Refused> {
    crate::task::resource_name(name)?;
    if let Some(capacity) = capacity
        && !(1..=crate::task::MAX_AMOUNT).contains(&capacity)
    {
        return Err(Invalid::new(
            "capacity",
            format!("A capacity of {capacity} is out of range."),
            format!("Use 1 to {}.", crate::task::MAX_AMOUNT),
        )
        .into());
    }
    let mut decision = Decision::default();
    decision.rows.push(Row::Resource { name: name.to_owned(), capacity });
    if let Some(resource) = slice.resources.get(name) {
        let capacity = capacity.unwrap_or(crate::machine::DEFAULT_CAPACITY);
        let changed = ResourceState { capacity, ..resource.clone() };
        decision.follow_ups.extend(let_in(&changed));
    }
    Ok(decision)
}
