//! When the task of a line is due.

use super::Line;
use super::choice::Places;
use super::repetition;
use crate::Schedule;
use crate::quick_add::piece::{Meaning, Piece};
use crate::quick_add::reading::{Problem, SpanKind};
use crate::quick_add::sketch::Sketch;
use crate::quick_add::time::{recur, resolve};

/// Takes what says when among `pieces` into `sketch`, and tells which pieces these were.
///
/// `skipped` names pieces that are neither text nor anything else.
pub(super) fn take(
    line: &Line<'_>,
    pieces: &[Piece],
    skipped: impl Fn(usize) -> bool,
    sketch: &mut Sketch,
) -> Result<Vec<usize>, Problem> {
    let places = Places::new(line, pieces, skipped);
    let repeats = places.repeats(&mut sketch.assumptions);
    if repeats.is_empty() {
        return once(&places.without_repetition(), sketch);
    }
    let mut taken = Vec::new();
    let outcome = repetition::find(&places, &repeats, &mut taken, &mut sketch.assumptions);
    taken.sort_unstable();
    taken.dedup();
    for &index in &taken {
        sketch.mark(pieces[index].bytes(line.words), SpanKind::Time);
    }
    let recurring = recur(&outcome?, line.moment)?;
    sketch.schedule = Some(Schedule::Recurring(Box::new(recurring.recurrence)));
    sketch.assumptions.extend(recurring.assumptions);
    Ok(taken)
}

/// One time.
fn once(places: &Places<'_>, sketch: &mut Sketch) -> Result<Vec<usize>, Problem> {
    let (line, pieces) = (places.line, places.pieces);
    let Some(index) = places.choose(&mut sketch.assumptions)? else { return Ok(Vec::new()) };
    let Meaning::Time(phrase) = &pieces[index].meaning else { return Ok(Vec::new()) };
    sketch.mark(pieces[index].bytes(line.words), SpanKind::Time);
    let zone = phrase.zone.unwrap_or(line.moment.zone());
    let moment = line.moment.in_zone(zone);
    let due = resolve(&phrase.when.clone()?, line.said(&pieces[index]), &moment)?;
    sketch.schedule = Some(Schedule::at(due.at));
    sketch.assumptions.extend(due.assumptions);
    Ok(vec![index])
}
