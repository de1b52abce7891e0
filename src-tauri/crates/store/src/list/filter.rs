//! Which tasks are wanted.

use crate::table::state_list;
use aegis_domain::coarse::Column;
use aegis_domain::{Category, StateName, Tag, TaskNumber, Timestamp};
use rusqlite::types::Value;

/// Which tasks are wanted; everything that is named has to hold. Deleted ones never are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskFilter {
    /// In this column of the board.
    pub column: Option<Column>,
    /// In one of these states, if any are named; `None` is a task that never ran.
    pub states: Vec<Option<StateName>>,
    /// Done by this executor; `person` is a task without one.
    pub executor: Option<String>,
    /// With all of these.
    pub tags: Vec<Tag>,
    /// Of this person: the owner, else whoever asked for it.
    pub owner: Option<String>,
    /// Of this kind.
    pub category: Option<Category>,
    /// With this in the title, without regard to case in ASCII.
    pub text: Option<String>,
    /// With a number below this one.
    pub before: Option<TaskNumber>,
    /// Whose state last changed at this moment or later.
    pub since: Option<Timestamp>,
    /// Whose state last changed before this moment.
    pub until: Option<Timestamp>,
}

/// Whether a row `t` of `tasks` passes the filter, with the parameters of [`params`].
pub(crate) const PASSES: &str = "
    t.deleted_at IS NULL
    AND (:column IS NULL OR t.board = :column)
    AND (:states IS NULL OR instr(:states, ',' || ifnull(t.state, 'never') || ',') > 0)
    AND (:executor IS NULL
         OR ifnull(t.row ->> '$.definition.executor.name', 'person') = :executor)
    AND (:owner IS NULL
         OR ifnull(t.row ->> '$.definition.owner', t.row ->> '$.requester.id') = :owner)
    AND (:category IS NULL OR t.row ->> '$.definition.category' = :category)
    AND (:text IS NULL OR instr(lower(t.row ->> '$.definition.title'), lower(:text)) > 0)
    AND (:before IS NULL OR t.number < :before)
    AND (:since IS NULL OR t.updated_at >= :since)
    AND (:until IS NULL OR t.updated_at < :until)
    AND (:tags IS NULL OR NOT EXISTS (
        SELECT 1 FROM json_each(:tags) wanted
        WHERE wanted.value NOT IN (SELECT value FROM json_each(t.row, '$.definition.tags'))))";

/// The parameters of [`PASSES`].
pub(crate) fn params(filter: &TaskFilter) -> Vec<(&'static str, Value)> {
    let text = |text: Option<String>| text.map_or(Value::Null, Value::Text);
    let number = |number: Option<i64>| number.map_or(Value::Null, Value::Integer);
    let tags = (!filter.tags.is_empty()).then(|| serde_json::json!(filter.tags).to_string());
    let category = filter.category.map(|category| serde_json::json!(category));
    vec![
        (":column", text(filter.column.map(|column| column.name().to_owned()))),
        (":states", text(state_list(&filter.states))),
        (":executor", text(filter.executor.clone())),
        (":owner", text(filter.owner.clone())),
        (":category", text(category.and_then(|c| c.as_str().map(str::to_owned)))),
        (":text", text(filter.text.clone())),
        (":before", number(filter.before.map(|n| i64::try_from(n.0).unwrap_or(i64::MAX)))),
        (":since", number(filter.since.map(|at| at.timestamp_millis()))),
        (":until", number(filter.until.map(|at| at.timestamp_millis()))),
        (":tags", text(tags)),
    ]
}
