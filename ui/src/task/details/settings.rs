//! The names and values of what is set. Pure.

use aegis_domain::{Definition, Task};
use aegis_protocol::TaskView;
use chrono::TimeDelta;
use serde_json::Value;

use crate::format::Span;
use crate::messages::t;

/// When it only runs.
pub(super) fn conditions(definition: &Definition) -> Vec<(String, String)> {
    let words = &t().task.details;
    let mut rows = Vec::new();
    if let Some(condition) = definition.only_if.clone() {
        rows.push((words.only_if.to_owned(), condition.into()));
    }
    if let Some(watch) = &definition.only_if_changed {
        rows.push((words.only_if_changed.to_owned(), watch.paths.join("\n")));
    }
    rows
}

/// Its parameters, with the values of the newest occurrence, or else what they are when nobody gives any.
pub(super) fn parameters(shown: &TaskView) -> Vec<(String, String)> {
    let given = shown.occurrences.first().map(|occurrence| &occurrence.parameters);
    let declared = &shown.task.definition.parameters;
    let row = |(name, parameter): (&String, &aegis_domain::Parameter)| {
        let value = given.and_then(|given| given.get(name)).or(parameter.default.as_ref());
        let value = value.map_or_else(|| t().task.details.no_value.to_owned(), said);
        let value = match parameter.description.as_str() {
            "" => value,
            description => format!("{value}\n{description}"),
        };
        (name.clone(), value)
    };
    declared.iter().map(row).collect()
}

/// A text as it is, anything else as JSON.
fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Everything else that is set.
pub(super) fn others(task: &Task) -> Vec<(String, String)> {
    let words = &t().task.details;
    let definition = &task.definition;
    let resources: Vec<String> =
        definition.resources.iter().map(|need| (words.resource)(&need.name, need.amount)).collect();
    let helpers: Vec<String> =
        definition.collaborators.iter().map(|name| (t().task.assignee)(name)).collect();
    let limit = definition.timeout_secs.map(|secs| {
        let millis = i64::try_from(secs.saturating_mul(1_000)).unwrap_or(i64::MAX);
        (t().time.span)(Span::new(TimeDelta::milliseconds(millis)))
    });
    let rows = [
        (words.slug, definition.slug.clone().map(String::from)),
        (words.resources, joined(&resources)),
        (words.budget, definition.budget.map(words.money)),
        (words.schedule_budget, definition.schedule_budget.map(words.per_period)),
        (words.model, definition.model.clone()),
        (words.helpers, joined(&helpers)),
        (words.workflow, definition.workflow.clone()),
        (words.capabilities, joined(&definition.required_capabilities)),
        (words.retries, Some(definition.max_retries.to_string())),
        (words.time_limit, limit),
        (words.on_interrupt, Some((words.interrupted)(definition.on_interrupt).to_owned())),
        (words.requester, Some((t().activity.actor)(&task.requester))),
        (words.short_id, Some(task.short_id.as_str().to_owned())),
    ];
    rows.into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn joined(parts: &[String]) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join(", "))
}
