//! Fields that hold values of any form: parameters, conditions, metadata.

use super::field::at_most;
use super::relation::only_knows;
use crate::condition::Condition;
use crate::nesting::{MAX_NESTING, nesting};
use crate::placeholder::{self, BUILT_IN};
use crate::task::{Draft, NewScheduleBudget, Watch};
use crate::text::Invalid;
use crate::visible::is_hidden;
use crate::{Glob, Schedule, ScheduleBudget, Usd};
use serde_json::{Map, Value};

/// Most bytes of metadata, as JSON.
const MAX_METADATA: usize = 64 * 1024;
/// Most parameters of one task.
const MAX_PARAMETERS: usize = 50;
/// Most bytes of a parameter's value, as JSON.
pub(crate) const MAX_PARAMETER: usize = 16 * 1024;
/// Most patterns of files that a run leaves behind.
const MAX_GLOBS: usize = 20;
/// Most paths that are watched.
const MAX_PATHS: usize = 20;

/// What `only_if` may name.
const OF_A_TASK: [&str; 3] = ["previous", "fact", "parameter"];

pub(super) fn metadata(metadata: &Map<String, Value>) -> Result<(), Invalid> {
    let refuse = |message: String| {
        let hint = "Keep large or deep data in a file and name the file.";
        Err(Invalid::new("metadata", message, hint))
    };
    let depth = metadata.values().map(nesting).max().unwrap_or(0);
    if depth >= MAX_NESTING {
        return refuse(format!("The metadata is nested more than {MAX_NESTING} levels deep."));
    }
    let size = serde_json::to_string(metadata).map_or(usize::MAX, |text| text.len());
    if size > MAX_METADATA {
        return refuse(format!("The metadata has {size} bytes; at most {MAX_METADATA} fit."));
    }
    Ok(())
}

pub(super) fn parameters(draft: &Draft) -> Result<(), Invalid> {
    let refuse = |message: String, hint: &str| Err(Invalid::new("parameters", message, hint));
    let parameters = &draft.parameters;
    if parameters.len() > MAX_PARAMETERS {
        return refuse(
            format!("There are {} parameters; at most {MAX_PARAMETERS} fit.", parameters.len()),
            "Put several into one JSON object.",
        );
    }
    for (name, parameter) in parameters {
        parameter_name(name)?;
        match &parameter.default {
            Some(value) => parameter_value(name, value)?,
            None if !matches!(draft.schedule, Schedule::Manual) => {
                return refuse(
                    format!(
                        "The parameter “{name}” has no default, and the task starts by itself."
                    ),
                    "Give it a default, or make the task manual.",
                );
            }
            None => {}
        }
    }
    let mut known: Vec<&str> = BUILT_IN.to_vec();
    known.extend(parameters.keys().map(String::as_str));
    let settings = draft.executor.as_ref().map_or(&Value::Null, |e| &e.settings);
    placeholder::refuse_in_shell(settings)?;
    for name in placeholder::roots(settings)? {
        if !known.contains(&name.as_str()) {
            return refuse(
                format!("The settings name “{{{{{name}}}}}”, and no parameter is called so."),
                "Declare the parameter, or write \\{{ for two braces that mean nothing.",
            );
        }
    }
    Ok(())
}

fn parameter_name(name: &str) -> Result<(), Invalid> {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    let rest = chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if first && rest && name.len() <= 40 && !BUILT_IN.contains(&name) {
        return Ok(());
    }
    let shown: String = name.chars().filter(|c| !is_hidden(*c)).take(40).collect();
    Err(Invalid::new(
        "parameters",
        format!("“{shown}” cannot name a parameter."),
        format!(
            "Use a letter, then letters, digits and _, 40 at most; {} are taken.",
            BUILT_IN.join(", ")
        ),
    ))
}

/// Refuses a parameter's value that is too large or nested too deep.
pub(crate) fn parameter_value(name: &str, value: &Value) -> Result<(), Invalid> {
    let size = serde_json::to_string(value).map_or(usize::MAX, |text| text.len());
    if nesting(value) < MAX_NESTING && size <= MAX_PARAMETER {
        return Ok(());
    }
    Err(Invalid::new(
        "parameters",
        format!("The value of “{name}” is too large or nested too deep ({size} bytes)."),
        format!("At most {MAX_PARAMETER} bytes and {MAX_NESTING} levels fit; name a file instead."),
    ))
}

pub(super) fn only_if(text: Option<&str>) -> Result<Option<Condition>, Invalid> {
    let Some(text) = text else { return Ok(None) };
    let in_field = |invalid: Invalid| Invalid { field: "only_if".to_owned(), ..invalid };
    let condition = Condition::new(text).map_err(in_field)?;
    only_knows("only_if", &condition.roots(), &OF_A_TASK)?;
    Ok(Some(condition))
}

pub(super) fn watch(watch: Option<Watch>) -> Result<Option<Watch>, Invalid> {
    let Some(watch) = watch else { return Ok(None) };
    let fits = (1..=MAX_PATHS).contains(&watch.paths.len());
    let whole = watch
        .paths
        .iter()
        .all(|p| !p.is_empty() && !p.contains('\0') && (p.starts_with('/') || p.starts_with('~')));
    if fits && whole {
        return Ok(Some(watch));
    }
    Err(Invalid::new(
        "only_if_changed",
        "The files to watch cannot be read.",
        format!("Name 1 to {MAX_PATHS} paths that begin with / or ~."),
    ))
}

pub(super) fn artifacts(patterns: &[String]) -> Result<Vec<Glob>, Invalid> {
    at_most("artifacts", patterns.len(), MAX_GLOBS, "Let ** stand for several folders.")?;
    patterns.iter().map(|pattern| Glob::new(pattern)).collect()
}

pub(super) fn budget(text: Option<&str>) -> Result<Option<Usd>, Invalid> {
    text.map(str::parse).transpose().map_err(|e: crate::UsdError| {
        Invalid::new("budget", format!("{e}."), "Leave the budget out for none.")
    })
}

pub(super) fn schedule_budget(
    wanted: Option<&NewScheduleBudget>,
    schedule: &Schedule,
) -> Result<Option<ScheduleBudget>, Invalid> {
    const FIELD: &str = "schedule_budget";
    let Some(NewScheduleBudget { amount, per }) = wanted else { return Ok(None) };
    let refuse = |message: String, hint: &str| Err(Invalid::new(FIELD, message, hint));
    let amount: Usd = match amount.parse() {
        Ok(amount) => amount,
        Err(error) => return refuse(format!("{error}."), "Leave schedule_budget out for none."),
    };
    if amount.is_zero() {
        let message = "A schedule that may cost nothing would never run.".to_owned();
        return refuse(message, "Give 0.01 or more, or disable the schedule.");
    }
    if matches!(schedule, Schedule::Now | Schedule::At { .. }) {
        let message = "A task that runs once has no schedule to have a budget.".to_owned();
        return refuse(message, "Give the task a budget instead, or a schedule that repeats.");
    }
    Ok(Some(ScheduleBudget { amount, per: *per }))
}
