//! The priority, the tags and the other marks of a line.

use super::Line;
use crate::quick_add::mark::names_a_task;
use crate::quick_add::piece::{Meaning, Piece};
use crate::quick_add::reading::{Problem, SpanKind};
use crate::quick_add::sketch::Sketch;

/// Takes the marks among `pieces` into `sketch`.
///
/// Every one of them is marked; the problem is that of the first which cannot stand.
pub(super) fn take(line: &Line<'_>, pieces: &[Piece], sketch: &mut Sketch) -> Result<(), Problem> {
    let mut outcome = Ok(());
    let (mut first, mut agent, mut workspace) = (None, None, None);
    for piece in pieces {
        let taken = match &piece.meaning {
            Meaning::Priority(priority) => {
                sketch.mark(piece.bytes(line.words), SpanKind::Priority);
                let first = *first.get_or_insert(piece);
                priority.clone().and_then(|priority| match sketch.priority.replace(priority) {
                    Some(other) if other != priority => Err(two("priorities", line, first, piece)),
                    _ => Ok(()),
                })
            }
            Meaning::Tag(tag) => {
                sketch.mark(piece.bytes(line.words), SpanKind::Tag);
                tag.clone().map(|tag| {
                    if !sketch.tags.contains(&tag) {
                        sketch.tags.push(tag);
                    }
                })
            }
            Meaning::Text => {
                let word = &line.words[piece.words.start];
                if names_a_task(word) {
                    sketch.assume(format!(
                        "“{}” is kept as text: a tag needs more than digits.",
                        word.bare()
                    ));
                }
                Ok(())
            }
            Meaning::Agent(name) => {
                sketch.mark(piece.bytes(line.words), SpanKind::Agent);
                let first = *agent.get_or_insert(piece);
                name.clone().and_then(|name| match sketch.agent.replace(name.clone()) {
                    Some(other) if other != name => Err(two("agents", line, first, piece)),
                    _ => Ok(()),
                })
            }
            Meaning::Workspace(name) => {
                sketch.mark(piece.bytes(line.words), SpanKind::Workspace);
                let first = *workspace.get_or_insert(piece);
                match sketch.workspace.replace(name.clone()) {
                    Some(other) if other != *name => Err(two("workspaces", line, first, piece)),
                    _ => Ok(()),
                }
            }
            Meaning::After(group) => {
                sketch.mark(piece.bytes(line.words), SpanKind::Dependency);
                group.clone().map(|group| sketch.dependencies.push(group))
            }
            Meaning::Time(_) | Meaning::Repeat(_) | Meaning::Bound(_) => Ok(()),
        };
        outcome = outcome.and(taken);
    }
    outcome
}

fn two(what: &str, line: &Line<'_>, one: &Piece, other: &Piece) -> Problem {
    Problem::new(
        format!("Two {what} are given: “{}” and “{}”.", line.said(one), line.said(other)),
        "Keep one, or put the other in double quotes to keep it as text.",
    )
}
