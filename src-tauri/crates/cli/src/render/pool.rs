//! What may start and what waits, as people see it.

use super::{Canvas, Cell, Column, Table, Tone, time, visible};
use aegis_domain::breaker::BreakerState;
use aegis_domain::hold::{HoldMode, Scope};
use aegis_protocol::{GroupView, HoldView, PoolView, RestView};

/// What starts nothing new now.
pub(crate) fn held(scope: &Scope) -> String {
    match scope {
        Scope::All => "Nothing new starts; what runs goes on.".to_owned(),
        scope => format!("Nothing new starts of {}; what runs goes on.", named(scope)),
    }
}

/// What starts again, and what does not.
pub(crate) fn let_go(scope: &Scope, pool: &PoolView) -> String {
    let first = match scope {
        Scope::All => "New work starts again.".to_owned(),
        scope => format!("New work of {} starts again.", named(scope)),
    };
    let left = pool.holds.iter().filter(|hold| hold.hold.scope != *scope);
    let left: Vec<_> = left.map(|hold| named(&hold.hold.scope)).collect();
    if left.is_empty() { first } else { format!("{first} Still held back: {}.", left.join(", ")) }
}

/// Whether anything of a scope still runs.
pub(crate) fn drained(scope: &Scope, pool: &PoolView) -> String {
    let running = pool.holds.iter().find(|h| h.hold.scope == *scope).map_or(0, |h| h.running);
    let whose = named(scope);
    match running {
        0 => format!(
            "Nothing of {whose} runs, and nothing new starts. Let it start again with: {}",
            resume(scope)
        ),
        1 => format!("Nothing new starts of {whose}; 1 run goes on."),
        n => format!("Nothing new starts of {whose}; {n} runs go on."),
    }
}

fn named(scope: &Scope) -> String {
    visible::cell(&scope.to_string()).into_owned()
}

fn resume(scope: &Scope) -> String {
    let option = match scope {
        Scope::All => return "aegis engine resume".to_owned(),
        Scope::Executor(name) => format!("--executor {name}"),
        Scope::Workspace(name) => format!("--workspace {name}"),
        Scope::Agent(name) => format!("--agent {name}"),
    };
    format!("aegis engine resume {}", visible::cell(&option))
}

/// How much waits: `3, of which 1 high, 2 normal`.
pub(crate) fn waiting(pool: &PoolView) -> String {
    if pool.queue_size == 0 {
        return "nothing".to_owned();
    }
    let bands = &pool.bands;
    let counts = [
        (bands.critical, "critical"),
        (bands.high.saturating_sub(bands.critical), "high"),
        (bands.normal, "normal"),
        (bands.low, "low"),
    ];
    let counts: Vec<_> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let later = pool.queue_size - pool.queued_tasks;
    let later = if later > 0 { format!("; {later} for later") } else { String::new() };
    format!("{} ({}){later}", pool.queue_size, counts.join(", "))
}

/// What is held back, a line each.
pub(crate) fn holds(pool: &PoolView, canvas: &Canvas) -> Vec<String> {
    let hold = |HoldView { hold, running }: &HoldView| {
        let what = match hold.mode {
            HoldMode::Pause => "paused",
            HoldMode::Drain => "being drained",
        };
        let since = time::relative(hold.since, canvas);
        let left = match running {
            0 => "nothing of it runs".to_owned(),
            1 => "1 run goes on".to_owned(),
            n => format!("{n} runs go on"),
        };
        format!("{} {what} {since}; {left}", named(&hold.scope))
    };
    let rest = |RestView { service, breaker }: &RestView| {
        let name = visible::cell(&service.to_string()).into_owned();
        let why = breaker.why.map(|why| format!(" ({why})")).unwrap_or_default();
        if let Some(until) = breaker.busy_until.filter(|until| *until > canvas.now) {
            return format!("{name} asked for a pause until {}", time::near(until, canvas));
        }
        match breaker.state {
            BreakerState::Open { until } => {
                format!("{name} rests after failures{why} until {}", time::near(until, canvas))
            }
            _ => format!("{name} is tried again after failures{why}"),
        }
    };
    let mut lines: Vec<_> = pool.holds.iter().map(hold).collect();
    lines.extend(pool.rests.iter().map(rest));
    if !pool.pressure.held.is_empty() {
        let held = pool.pressure.held.join(", ");
        lines.push(format!("one run at a time, because {held}"));
    }
    lines
}

/// The groups that have work, a row each.
pub(crate) fn groups(pool: &PoolView, canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("GROUP").gives_way(),
        Column::new("RUNNING").right(),
        Column::new("LIMIT").right(),
        Column::new("WAITING").right(),
        Column::new("HELD BECAUSE").gives_way().dispensable(),
    ]);
    for group in &pool.groups {
        let GroupView { lane, running, waiting, limit, held, .. } = group;
        table.row([
            Cell::new(lane.to_string()),
            Cell::new(running.to_string()),
            Cell::new(limit.to_string()),
            Cell::new(waiting.to_string()),
            Cell::toned(Tone::Attention, held.clone().unwrap_or_default()),
        ]);
    }
    table.draw(canvas)
}
