//! Tasks as a table.

use super::{Canvas, Cell, Column, Table, Tone, time, words};
use aegis_domain::{Priority, Usd};
use aegis_protocol::CardView;

/// One row a task.
pub(crate) fn draw(tasks: &[CardView], canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("#").right(),
        Column::new("State"),
        Column::new("Title").gives_way(),
        Column::new("By").dispensable(),
        Column::new("Priority").dispensable(),
        Column::new("Cost").right().dispensable(),
        Column::new("When"),
    ]);
    for card in tasks {
        let (tone, word) = words::standing(card, canvas);
        table.row([
            Cell::toned(Tone::Strong, card.number.to_string()),
            Cell::toned(tone, word),
            Cell::new(&card.title),
            Cell::toned(Tone::Faint, words::executor(card.executor.as_deref())),
            priority(card.priority),
            Cell::new(cost(card.cost)),
            Cell::toned(Tone::Faint, when(card, canvas)),
        ]);
    }
    table.draw(canvas)
}

/// The usual priority is not worth reading.
fn priority(priority: Priority) -> Cell {
    if priority == Priority::NORMAL {
        return Cell::new("");
    }
    Cell::new(format!("{priority} {}", priority.band()))
}

/// What models have cost; that of a program is nothing to speak of.
fn cost(cost: Usd) -> String {
    if cost.is_zero() { String::new() } else { format!("${cost}") }
}

/// What one wants to know next: when it starts, how long it has been at work, when it ended.
fn when(card: &CardView, canvas: &Canvas) -> String {
    if let Some(due) = card.due.filter(|due| *due > canvas.now) {
        return time::relative(due, canvas);
    }
    match &card.run {
        Some(run) if run.ended_at.is_none() => match run.started_at {
            Some(started) => format!("for {}", time::span(canvas.now - started)),
            None => time::relative(card.updated_at, canvas),
        },
        Some(run) => time::relative(run.ended_at.unwrap_or(card.updated_at), canvas),
        None => time::relative(card.updated_at, canvas),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn every_state_has_its_words() {
        insta::assert_snapshot!(draw(&samples::cards(), &Canvas::for_tests(100)));
    }

    #[test]
    fn a_narrow_terminal_shows_what_matters() {
        insta::assert_snapshot!(draw(&samples::cards(), &Canvas::for_tests(60)));
    }
}
