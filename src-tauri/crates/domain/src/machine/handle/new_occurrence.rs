//! Bringing an occurrence into being.

use super::draw::Draw;
use crate::machine::Refused;
use crate::policy::Taint;
use crate::{
    AgentWork, Cause, Continued, Ctx, EventKind, Invalid, Occurrence, OccurrenceId, OccurrenceKey,
    State, Task, Timestamp, Values,
};

/// What is particular about a new occurrence.
pub(super) struct Birth {
    pub(super) cause: Cause,
    /// Without a key it is its own key.
    pub(super) key: Option<OccurrenceKey>,
    pub(super) instant: Option<Timestamp>,
    pub(super) not_before: Timestamp,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) after: Option<OccurrenceId>,
    pub(super) from: Option<OccurrenceId>,
    pub(super) depth: u32,
    pub(super) parameters: Values,
    pub(super) continues: Option<Continued>,
    /// What whoever made it had seen.
    pub(super) taint: Taint,
}

impl Birth {
    pub(super) fn new(cause: Cause, now: Timestamp) -> Self {
        Self {
            cause,
            key: None,
            instant: None,
            not_before: now,
            expires_at: None,
            after: None,
            from: None,
            depth: 0,
            parameters: Values::new(),
            continues: None,
            taint: Taint::default(),
        }
    }
}

/// A new occurrence of `task` in its first state.
pub(super) fn new_occurrence(
    draw: &mut Draw,
    task: &Task,
    birth: Birth,
    ctx: &mut Ctx,
) -> Occurrence {
    let id = OccurrenceId(ctx.uuid());
    let kind = EventKind::OccurrenceCreated { cause: birth.cause };
    draw.event(task.id, Some(id), None, kind);
    Occurrence {
        id,
        task: task.id,
        cause: birth.cause,
        key: birth.key.unwrap_or_else(|| OccurrenceKey(id.to_string())),
        instant: birth.instant,
        not_before: birth.not_before,
        expires_at: birth.expires_at,
        after: birth.after,
        from: birth.from,
        depth: birth.depth.max(task.origin.map_or(0, |o| o.depth)),
        parameters: birth.parameters,
        holds: Vec::new(),
        state: State::Created,
        retries: 0,
        interruptions: 0,
        reworks: 0,
        reviews: Vec::new(),
        agent: AgentWork {
            continues: birth.continues,
            taint: birth.taint.with(task.origin.map_or_else(Taint::default, |o| o.taint)),
            ..AgentWork::default()
        },
        cancel: None,
        created_at: ctx.now,
        updated_at: ctx.now,
    }
}

/// The values of `task`'s parameters: those given, and the defaults of the rest.
pub(super) fn values(task: &Task, given: &Values) -> Result<Values, Refused> {
    let declared = &task.definition.parameters;
    if let Some(unknown) = given.keys().find(|name| !declared.contains_key(*name)) {
        let known = declared.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let shown: String = unknown.chars().filter(|c| !c.is_control()).take(40).collect();
        let hint =
            if known.is_empty() { "It has none.".to_owned() } else { format!("It has {known}.") };
        let message = format!("#{} has no parameter “{shown}”.", task.number);
        return Err(Invalid::new("parameters", message, hint).into());
    }
    let mut values = Values::new();
    for (name, parameter) in declared {
        let Some(value) = given.get(name).or(parameter.default.as_ref()) else {
            return Err(Invalid::new(
                "parameters",
                format!("#{} needs a value for “{name}”.", task.number),
                format!("Give one, such as --param {name}=value."),
            )
            .into());
        };
        crate::task::parameter_value(name, value)?;
        values.insert(name.clone(), value.clone());
    }
    Ok(values)
}
