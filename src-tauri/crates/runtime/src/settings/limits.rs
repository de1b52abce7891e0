//! What the settings say of how much may start.

use super::SettingsError;
use super::environment::Environment;
use super::file::{OFFSETS, Values};
use crate::machine::Machine;
use aegis_domain::fair::{Limits, Policy};
use aegis_protocol::{Count, UpdateSettings};

/// Entries of one kind.
const MAX_ENTRIES: usize = 256;
/// Most characters of a name, as tasks have them.
const MAX_NAME: usize = 200;

/// What counts, with what the environment overrides.
pub(super) fn policy(values: &Values, environment: &Environment, machine: Machine) -> Policy {
    let (cores, memory) = (machine.cores, machine.memory);
    let total = environment.slots.unwrap_or(match values.slots {
        Count::Exactly(count) => count,
        Count::Auto(_) => Limits::total_for(cores, memory),
    });
    let ai = match values.max_agents {
        Count::Exactly(count) => count,
        Count::Auto(_) => Limits::ai_for(cores, memory),
    };
    let limits = values.limits.clone();
    Policy {
        limits: Limits {
            total,
            ai,
            executors: limits.executors,
            workspaces: limits.workspaces,
            agents: limits.agents,
        },
        offsets: values.offsets.clone(),
        pressure: environment.pressure.unwrap_or(values.pressure),
    }
}

/// Changes what is named.
pub(super) fn change(values: &mut Values, update: &UpdateSettings) -> Result<(), SettingsError> {
    if let Some(slots) = update.slots {
        values.slots = checked("slots", slots)?;
    }
    if let Some(max_agents) = update.max_agents {
        values.max_agents = checked("max_agents", max_agents)?;
    }
    values.pressure = update.pressure.unwrap_or(values.pressure);
    for limit in &update.limits {
        let caps = &mut values.limits.of(limit.of).0;
        let name = name(&limit.name)?;
        match limit.most {
            Some(0) => return Err(SettingsError::NoRoom("limits")),
            Some(most) => caps.insert(name, most),
            None => caps.remove(&name),
        };
        if caps.len() > MAX_ENTRIES {
            return Err(SettingsError::TooManyLimits(MAX_ENTRIES));
        }
    }
    for (executor, steps) in &update.offsets {
        let name = name(executor)?;
        if !OFFSETS.contains(steps) {
            return Err(SettingsError::Offset { name, steps: *steps });
        }
        if *steps == 0 {
            values.offsets.remove(&name);
        } else {
            values.offsets.insert(name, *steps);
        }
        if values.offsets.len() > MAX_ENTRIES {
            return Err(SettingsError::TooManyLimits(MAX_ENTRIES));
        }
    }
    Ok(())
}

fn checked(field: &'static str, count: Count) -> Result<Count, SettingsError> {
    if count == Count::Exactly(0) { Err(SettingsError::NoRoom(field)) } else { Ok(count) }
}

/// A name as tasks have it: without the mark that people put before it.
fn name(text: &str) -> Result<String, SettingsError> {
    let bare = text.trim().trim_start_matches(['@', '~']);
    let fits =
        !bare.is_empty() && bare.chars().count() <= MAX_NAME && !bare.chars().any(char::is_control);
    if fits {
        Ok(bare.to_owned())
    } else {
        Err(SettingsError::GroupName(text.chars().filter(|c| !c.is_control()).take(40).collect()))
    }
}
