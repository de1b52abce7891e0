//! What stands before a prefix that takes the rest of the line.

use super::{Line, marks, timing};
use crate::quick_add::piece::{Meaning, Piece};
use crate::quick_add::reading::{Problem, SpanKind};
use crate::quick_add::sketch::Sketch;

/// Takes the marks and the time before the piece `opening` into `sketch`. All of them have to mean
/// something, because nothing there can be text.
pub(super) fn take(line: &Line<'_>, opening: usize, sketch: &mut Sketch) -> Result<(), Problem> {
    let before = &line.pieces[..opening];
    let marked = marks::take(line, before, sketch);
    let timed = timing::take(line, before, |_| false, sketch);
    marked?;
    let taken = timed?;
    let left = (0..before.len()).find(|index| !taken.contains(index) && before[*index].says_when());
    match left.map(|index| &before[index]) {
        Some(piece) => {
            sketch.mark(piece.bytes(line.words), SpanKind::Time);
            Err(without_use(line, piece))
        }
        None => Ok(()),
    }
}

fn without_use(line: &Line<'_>, piece: &Piece) -> Problem {
    let said = line.said(piece);
    match piece.meaning {
        Meaning::Bound(_) => Problem::new(
            format!("“{said}” limits something that repeats, and nothing does."),
            "Say how often, such as every day at 7:00, or leave it out.",
        ),
        _ => Problem::new(
            format!("“{said}” says when, and so does something else."),
            "Keep one of them.",
        ),
    }
}
