//! How a line of plain words is understood.

use aegis_domain::quick_add::{self, Problem, Span, SpanKind};
use aegis_domain::schedule::ZoneName;
use aegis_domain::{Invalid, NewTask, Timestamp};
use aegis_protocol::{ApiError, QuickAddKind, QuickAddProblem, QuickAddReading, QuickAddSpan};

/// The line as read at `now` by somebody whose clocks show the time of `zone`. `objection` is what
/// would keep its task from being made, beside what the grammar itself can see.
///
/// # Errors
/// When there is no such zone.
pub fn reading(
    text: &str,
    now: Timestamp,
    zone: &ZoneName,
    objection: impl FnOnce(&NewTask) -> Option<Invalid>,
) -> Result<QuickAddReading, ApiError> {
    let zone = zone.tz().map_err(|invalid| Invalid { field: "zone".to_owned(), ..invalid })?;
    let reading = quick_add::read(text, now, zone);
    let (task, problem) = match reading.task {
        Ok(task) => match objection(&task) {
            None => (Some(task), None),
            Some(Invalid { message, hint, .. }) => (None, Some(QuickAddProblem { message, hint })),
        },
        Err(Problem { message, hint }) => (None, Some(QuickAddProblem { message, hint })),
    };
    Ok(QuickAddReading {
        now,
        spans: reading.spans.into_iter().map(span).collect(),
        summary: reading.summary,
        assumptions: reading.assumptions,
        task,
        problem,
    })
}

fn span(span: Span) -> QuickAddSpan {
    // A line is at most a few thousand bytes long, so every offset fits.
    let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    let kind = match span.kind {
        SpanKind::Executor => QuickAddKind::Executor,
        SpanKind::Command => QuickAddKind::Command,
        SpanKind::Time => QuickAddKind::Time,
        SpanKind::Priority => QuickAddKind::Priority,
        SpanKind::Tag => QuickAddKind::Tag,
        SpanKind::Place => QuickAddKind::Place,
        SpanKind::Agent => QuickAddKind::Agent,
        SpanKind::Workspace => QuickAddKind::Workspace,
        SpanKind::Dependency => QuickAddKind::Dependency,
    };
    QuickAddSpan { start: offset(span.start), end: offset(span.end), kind }
}
