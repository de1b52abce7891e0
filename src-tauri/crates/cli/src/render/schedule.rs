//! Schedules, what is coming, and what would happen.

use super::{Canvas, Cell, Column, Table, Tone, time, visible};
use aegis_domain::Timestamp;
use aegis_domain::schedule::{Missed, SkippedRange};
use aegis_protocol::{LocalInstant, SchedulePreview, SimulatedStep, UpcomingEntry};
use chrono::{DateTime, TimeDelta};

/// So near, the distance of an instant says more than its date.
const SOON: TimeDelta = TimeDelta::days(30);

/// A schedule in words, and its instants by the clocks of its zone.
pub(crate) fn preview(preview: &SchedulePreview, canvas: &Canvas) -> String {
    let head = canvas.paint.apply(Tone::Strong, &visible::cell(&preview.text));
    let mut lines = vec![head];
    for instant in &preview.instants {
        let ahead = instant.at - canvas.now;
        let distance = if (TimeDelta::zero()..SOON).contains(&ahead) {
            let distance = time::relative(instant.at, canvas);
            canvas.paint.apply(Tone::Faint, &format!("  {distance}"))
        } else {
            String::new()
        };
        lines.push(format!("  {}{distance}", clock(instant)));
    }
    if preview.instants.is_empty() {
        lines.push("  never".to_owned());
    }
    lines.join("\n")
}

/// `Mon 2026-03-30 09:00:00 +02:00`, as the clocks of its zone show it.
fn clock(instant: &LocalInstant) -> String {
    DateTime::parse_from_rfc3339(&instant.local).map_or_else(
        |_| visible::cell(&instant.local).into_owned(),
        |local| local.format("%a %Y-%m-%d %H:%M:%S %:z").to_string(),
    )
}

/// What a schedule would do, one line a step.
pub(crate) fn steps(steps: &[SimulatedStep], canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("Time"),
        Column::new("What happens").gives_way(),
        Column::new("Because").dispensable(),
    ]);
    for step in steps {
        table.row(match step {
            SimulatedStep::Fires { instant, at, note } => {
                let (tone, what) = if *at == instant.at {
                    (Tone::Done, "starts".to_owned())
                } else {
                    let late = format!("starts {} late", time::span(*at - instant.at));
                    (Tone::Attention, late)
                };
                let note = note.as_deref().unwrap_or_default();
                [Cell::new(clock(instant)), Cell::toned(tone, what), Cell::new(note)]
            }
            SimulatedStep::Skipped { range } => [
                Cell::new(utc(range.from)),
                Cell::toned(Tone::Failed, skipped(range)),
                Cell::new(match range.why {
                    Missed::Misfire => "the misfire policy",
                    Missed::StartDeadline => "the start deadline",
                }),
            ],
        });
    }
    if steps.is_empty() { String::new() } else { table.draw(canvas) }
}

fn utc(at: Timestamp) -> String {
    at.format("%a %Y-%m-%d %H:%M:%S %:z").to_string()
}

/// Instants that nothing is made for: `48 left out, the last 2026-03-29 06:00:00`.
pub(crate) fn skipped(range: &SkippedRange) -> String {
    let at_least = if range.at_least { "at least " } else { "" };
    if range.count == 1 && !range.at_least {
        return "left out".to_owned();
    }
    let last = range.to.format("%Y-%m-%d %H:%M:%S UTC");
    format!("{at_least}{} left out, the last {last}", range.count)
}

/// One row a task.
pub(crate) fn upcoming(entries: &[UpcomingEntry], canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("#").right(),
        Column::new("When"),
        Column::new("At").dispensable(),
        Column::new("Title").gives_way(),
        Column::new("Schedule").dispensable(),
    ]);
    for entry in entries {
        let (tone, when) = if entry.overdue {
            (Tone::Attention, "overdue".to_owned())
        } else {
            (Tone::Plain, time::relative(entry.at, canvas))
        };
        table.row([
            Cell::toned(Tone::Strong, entry.number.to_string()),
            Cell::toned(tone, when),
            Cell::toned(Tone::Faint, time::near(entry.at, canvas)),
            Cell::new(&entry.title),
            Cell::toned(Tone::Faint, &entry.schedule),
        ]);
    }
    if entries.is_empty() { String::new() } else { table.draw(canvas) }
}

#[cfg(test)]
mod tests;
