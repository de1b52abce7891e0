//! What work may cost: its own budget, that of its schedule, and that of the day.

use super::ask;
use super::draw::Draw;
use crate::budget::{Leave, Span, span_of};
use crate::machine::{Decision, Hint, Refused, Slice};
use crate::{
    About, Actor, Ask, AskId, AskKind, Blocker, BudgetOf, Ctx, EventKind, Occurrence, Period, Run,
    State, Task, Timestamp, Usage, Usd,
};

/// A budget that does not suffice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Over {
    of: BudgetOf,
    spent: Usd,
    limit: Usd,
    /// When there is money again by itself.
    until: Option<Timestamp>,
}

/// A run says what it has used so far. Work that has cost more than it may is put to a person: its
/// run ends, and goes on from where it was when they say so, or when its period has ended.
pub(super) fn used(
    slice: &Slice,
    mut run: Run,
    usage: Usage,
    ctx: &mut Ctx,
) -> Result<Decision, Refused> {
    let before = run.usage.replace(usage).unwrap_or_default().cost;
    let mut draw = Draw::new(ctx.now, &Actor::Agent(run.agent.clone()));
    let (task, id) = (run.task, run.id);
    draw.event(task, Some(run.occurrence), Some(id), EventKind::UsageReported { usage });
    draw.booked(task, before, usage.cost);
    let mut occurrence = slice.occurrence()?;
    let at_work = matches!(occurrence.state, State::Executing { .. });
    let over = exceeded(slice, slice.task()?, &occurrence, before, usage.cost, ctx);
    let Some(over) = over.filter(|_| at_work && occurrence.cancel.is_none()) else {
        return Ok(draw.run(run).done());
    };
    let Over { of, spent, limit, until } = over;
    let ask = Ask {
        id: AskId(ctx.uuid()),
        kind: AskKind::Approval,
        question: of.question(spent, limit),
        since: ctx.now,
        about: Some(Box::new(About::Budget { of, spent, limit })),
        until: until.or_else(|| ask::until(None, ctx)),
    };
    draw.ask(slice.task()?, &ask);
    draw.go(&mut occurrence, State::Awaiting { ask, run: Some(id) });
    draw.hint(Hint::Wait(id));
    draw.hint(Hint::Park(id));
    draw.hint(Hint::Wake);
    Ok(draw.occurrence(occurrence).run(run).done())
}

/// The first budget that the work has gone beyond, when its run has cost `now` and the books have
/// `before` of that.
fn exceeded(
    slice: &Slice,
    task: &Task,
    occurrence: &Occurrence,
    before: Usd,
    now: Usd,
    ctx: &Ctx,
) -> Option<Over> {
    let spent = occurrence.agent.spent.plus(now);
    let work = task.definition.budget.map(|budget| budget.plus(occurrence.agent.allowance));
    let work = work.filter(|limit| spent > *limit);
    let work = work.map(|limit| Over { of: BudgetOf::Work, spent, limit, until: None });
    let since = |books: Usd| books.plus(now).minus(before);
    work.or_else(|| {
        let all = by_periods(slice, task, ctx).into_iter().flatten();
        all.map(|over| Over { spent: since(over.spent), ..over })
            .find(|over| over.spent > over.with_leave(occurrence, ctx.now))
    })
}

/// What keeps work from starting: a period's budget of which nothing is left.
pub(super) fn spent_up(
    slice: &Slice,
    task: &Task,
    occurrence: &Occurrence,
    ctx: &Ctx,
) -> Option<Blocker> {
    let executor = task.definition.executor.as_ref()?;
    let costs = |of: BudgetOf| of != BudgetOf::Day || ctx.terms.metered.contains(&executor.name);
    let mut all = by_periods(slice, task, ctx).into_iter().flatten();
    let over =
        all.find(|over| costs(over.of) && over.spent >= over.with_leave(occurrence, ctx.now))?;
    let Over { of, spent, limit, until } = over;
    Some(Blocker::Budget { of, spent, limit, until: until? })
}

/// The budgets that are counted by periods, each with what is spent of it by the books.
fn by_periods(slice: &Slice, task: &Task, ctx: &Ctx) -> [Option<Over>; 2] {
    let until = |period| Some(span(period, ctx).until);
    let schedule = task.definition.schedule_budget.map(|budget| Over {
        of: BudgetOf::Schedule(budget.per),
        spent: slice.books.schedule,
        limit: budget.amount,
        until: until(budget.per),
    });
    let day = ctx.terms.daily_budget.map(|limit| Over {
        of: BudgetOf::Day,
        spent: slice.books.day,
        limit,
        until: until(Period::Day),
    });
    [schedule, day]
}

fn span(period: Period, ctx: &Ctx) -> Span {
    span_of(period, ctx.now, ctx.terms.zone)
}

impl Over {
    /// What may be spent of it for this work: more, when a person said so.
    fn with_leave(&self, occurrence: &Occurrence, now: Timestamp) -> Usd {
        let leave = match self.of {
            BudgetOf::Work => None,
            BudgetOf::Day => occurrence.agent.day,
            BudgetOf::Schedule(_) => occurrence.agent.schedule,
        };
        let leave = leave.filter(|leave| now < leave.until && Some(leave.until) == self.until);
        leave.map_or(self.limit, |leave| leave.up_to.max(self.limit))
    }
}

/// A person says that the work may cost more: as much again as the budget that is used up.
pub(super) fn allow_more(slice: &Slice, occurrence: &mut Occurrence, of: BudgetOf, ctx: &Ctx) {
    let Some(task) = slice.task.as_deref() else { return };
    let agent = &mut occurrence.agent;
    if of == BudgetOf::Work {
        agent.allowance = agent.allowance.plus(task.definition.budget.unwrap_or_default());
        return;
    }
    // A budget that is gone by now keeps nothing from going on.
    let all = by_periods(slice, task, ctx).into_iter().flatten();
    for Over { of, spent, limit, until } in all.filter(|over| over.of == of) {
        let leave = until.map(|until| Leave { up_to: spent.max(limit).plus(limit), until });
        match of {
            BudgetOf::Day => agent.day = leave,
            BudgetOf::Schedule(_) => agent.schedule = leave,
            BudgetOf::Work => {}
        }
    }
}

/// Whether there is money again for a question about money when its time has passed.
pub(super) fn comes_back(ask: &Ask) -> bool {
    matches!(ask.about.as_deref(), Some(About::Budget { of, .. }) if of.period().is_some())
}

/// Whether the budget that a question is about suffices by now, because somebody has changed it.
pub(super) fn suffices(slice: &Slice, occurrence: &Occurrence, ask: &Ask, ctx: &Ctx) -> bool {
    let Some(About::Budget { of, .. }) = ask.about.as_deref() else { return false };
    let Some(task) = slice.task.as_deref() else { return false };
    let live = slice.run.as_deref().filter(|run| run.end.is_none());
    let cost = live.and_then(|run| run.usage).unwrap_or_default().cost;
    exceeded(slice, task, occurrence, cost, cost, ctx).is_none_or(|over| over.of != *of)
}

/// Tells the person at this machine that work waits for money: once for each budget and period.
pub(super) fn tell(draw: &mut Draw, task: &Task, blocker: &Blocker) {
    let Blocker::Budget { of, spent, limit, until } = blocker else { return };
    let until = until.timestamp_millis();
    let (key, title) = match of {
        BudgetOf::Day => (format!("budget-day-{until}"), "The day's budget is spent".to_owned()),
        BudgetOf::Schedule(_) | BudgetOf::Work => {
            (format!("budget-{}-{until}", task.id), format!("#{} waits for money", task.number))
        }
    };
    draw.notify(key, title, format!("{} {}", of.state(*spent, *limit), task.definition.title));
}
