//! Rules for tool calls, and calls that no run of Aegis made.

use crate::machine::{Decision, Refused, Row, Slice};
use crate::policy::{MAX_RULES, NewRule, Rule, RuleId};
use crate::{Actor, Ctx, ToolUse};

pub(super) fn make(
    slice: &Slice,
    id: RuleId,
    rule: &NewRule,
    by: &Actor,
    ctx: &Ctx,
) -> Result<Decision, Refused> {
    rule.check()?;
    if slice.rules >= MAX_RULES {
        return Err(Refused::TooManyRules { limit: MAX_RULES });
    }
    let rule = Rule { id, says: rule.clone(), by: by.clone(), at: ctx.now };
    Ok(of_row(Row::Rule { id, rule: Some(Box::new(rule)) }))
}

pub(super) fn remove(slice: &Slice, id: RuleId) -> Result<Decision, Refused> {
    if !slice.rule_exists {
        return Err(Refused::NoSuchRule);
    }
    Ok(of_row(Row::Rule { id, rule: None }))
}

pub(super) fn note(used: &ToolUse) -> Decision {
    of_row(Row::ToolUse(Box::new(used.clone())))
}

fn of_row(row: Row) -> Decision {
    Decision { rows: vec![row], ..Decision::default() }
}
