//! What ties a task to others, as far as it can be checked without them.

use super::field::at_most;
use crate::task::{DependencyGroup, Join, ResourceNeed, Team};
use crate::text::Invalid;
use crate::visible::is_hidden;
use crate::{Schedule, TaskRef};
use std::collections::BTreeSet;

/// Most predecessors of one task.
const MAX_PREDECESSORS: usize = 100;
/// Most resources of one task.
const MAX_RESOURCES: usize = 20;
/// Most of one resource that a task may need.
pub(crate) const MAX_AMOUNT: u32 = 1_000_000;
/// Most members of a team.
const MAX_TEAM: u32 = 100;

pub(super) fn dependencies(
    groups: &[DependencyGroup<TaskRef>],
    schedule: &Schedule,
) -> Result<(), Invalid> {
    let refuse = |message: String, hint: &str| Err(Invalid::new("dependencies", message, hint));
    let all: usize = groups.iter().map(|g| g.on.len()).sum();
    at_most("dependencies", all, MAX_PREDECESSORS, "Let one task wait for many, and wait for it.")?;
    if *schedule == Schedule::After && all == 0 {
        return refuse(
            "The task is to start after others, and none is named.".to_owned(),
            "Name the task that it follows, such as after #12.",
        );
    }
    for group in groups {
        if group.on.is_empty() {
            return refuse(
                "A group of dependencies is empty.".to_owned(),
                "Name a task in it, or leave the group out.",
            );
        }
        if let Join::AtLeast(n) = group.join
            && !(1..=group.on.len()).contains(&usize::try_from(n).unwrap_or(usize::MAX))
        {
            return refuse(
                format!("{n} of {} tasks cannot be waited for.", group.on.len()),
                "Use a number from 1 to the number of tasks in the group.",
            );
        }
        for edge in &group.on {
            if let Some(when) = &edge.when {
                only_knows("dependencies", &when.roots(), &OF_A_PREDECESSOR)?;
            }
        }
    }
    Ok(())
}

/// What a condition on a predecessor may name.
const OF_A_PREDECESSOR: [&str; 4] = ["outcome", "exit_code", "result", "fact"];

/// Refuses a condition that names something else than `known`.
pub(super) fn only_knows(
    field: &str,
    roots: &BTreeSet<String>,
    known: &[&str],
) -> Result<(), Invalid> {
    match roots.iter().find(|root| !known.contains(&root.as_str())) {
        None => Ok(()),
        Some(root) => Err(Invalid::new(
            field,
            format!("The condition names “{root}”, which is not known here."),
            format!("It can name {}.", known.join(", ")),
        )),
    }
}

pub(super) fn resources(needs: &[ResourceNeed]) -> Result<(), Invalid> {
    at_most("resources", needs.len(), MAX_RESOURCES, "Name the ones that are scarce.")?;
    let mut seen = BTreeSet::new();
    for need in needs {
        resource_name(&need.name)?;
        if !(1..=MAX_AMOUNT).contains(&need.amount) {
            return Err(Invalid::new(
                "resources",
                format!("{} of “{}” is out of range.", need.amount, need.name),
                format!("Use 1 to {MAX_AMOUNT}."),
            ));
        }
        if !seen.insert(&need.name) {
            return Err(Invalid::new(
                "resources",
                format!("“{}” is named twice.", need.name),
                "Name it once, with the whole amount.",
            ));
        }
    }
    Ok(())
}

/// Refuses what cannot name a resource.
pub(crate) fn resource_name(name: &str) -> Result<(), Invalid> {
    let fits = (1..=60).contains(&name.chars().count());
    let clean = name.chars().all(|c| c.is_alphanumeric() || "-_./:".contains(c));
    if fits && clean {
        return Ok(());
    }
    let shown: String = name.chars().filter(|c| !is_hidden(*c)).take(60).collect();
    Err(Invalid::new(
        "resources",
        format!("“{shown}” cannot name a resource."),
        "Use 1 to 60 letters, digits, - _ . / or :, without spaces.",
    ))
}

pub(super) fn team(team: Option<&Team>) -> Result<(), Invalid> {
    let Some(team) = team else { return Ok(()) };
    if !(1..=MAX_TEAM).contains(&team.size) {
        return Err(Invalid::new(
            "team",
            format!("A team of {} cannot be found.", team.size),
            format!("Use 1 to {MAX_TEAM}."),
        ));
    }
    if team.roles.len() > usize::try_from(team.size).unwrap_or(usize::MAX) {
        return Err(Invalid::new(
            "team",
            format!("There are {} roles for a team of {}.", team.roles.len(), team.size),
            "Make the team larger, or leave out a role.",
        ));
    }
    Ok(())
}
