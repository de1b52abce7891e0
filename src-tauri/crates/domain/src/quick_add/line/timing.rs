//! When the task of a line is due.

use super::Line;
use super::choice::{Places, no_repetition};
use crate::quick_add::piece::{Meaning, Piece};
use crate::quick_add::reading::{Problem, SpanKind};
use crate::quick_add::sketch::Sketch;
use crate::quick_add::time::resolve;

/// Takes the time among `pieces` into `sketch`, and says which piece it was.
///
/// `skipped` names pieces that are neither text nor anything else.
pub(super) fn take(
    line: &Line<'_>,
    pieces: &[Piece],
    skipped: impl Fn(usize) -> bool,
    sketch: &mut Sketch,
) -> Result<Option<usize>, Problem> {
    let places = Places::new(line, pieces, skipped);
    if let Some(piece) = places.repetition() {
        sketch.mark(piece.bytes(line.words), SpanKind::Time);
        return Err(no_repetition(line, piece));
    }
    let Some(index) = places.choose(&mut sketch.assumptions)? else { return Ok(None) };
    let Meaning::Time(phrase) = &pieces[index].meaning else { return Ok(None) };
    sketch.mark(pieces[index].bytes(line.words), SpanKind::Time);
    let due = resolve(&phrase.when.clone()?, line.said(&pieces[index]), line.moment)?;
    sketch.due = Some(due.at);
    sketch.assumptions.extend(due.assumptions);
    Ok(Some(index))
}
