//! A task from one line of plain words.

use super::schedule::zone_name;
use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::quick_add::{self, Reading, SpanKind};
use aegis_domain::schedule::ZoneName;
use aegis_domain::{Invalid, NewTask, Timestamp};
use aegis_protocol::{
    ApiError, CreatedTask, ErrorKind, PreviewQuickAdd, QuickAdd, QuickAddKind, QuickAddProblem,
    QuickAddReading, QuickAddSpan,
};
use async_trait::async_trait;

/// A preview is good for this long: a line that is committed later is read anew.
const PREVIEW_LIFE: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

impl Door {
    fn reading(
        &self,
        text: &str,
        now: Timestamp,
        zone: Option<ZoneName>,
    ) -> Result<Reading, ApiError> {
        let zone = zone
            .unwrap_or_else(|| zone_name(self))
            .tz()
            .map_err(|invalid| Invalid { field: "zone".to_owned(), ..invalid })?;
        Ok(quick_add::read(text, now, zone))
    }

    /// What would keep a task from being made, beside what the grammar itself can see.
    fn objection(&self, task: &NewTask, now: Timestamp) -> Option<Invalid> {
        match task.clone().check(now) {
            Ok(draft) => self.check_here(&draft).err(),
            Err(invalid) => Some(invalid),
        }
    }
}

#[async_trait]
impl Handle<PreviewQuickAdd> for Door {
    async fn handle(&self, request: PreviewQuickAdd) -> Result<QuickAddReading, ApiError> {
        let now = request.now.unwrap_or_else(|| self.api.now());
        let reading = self.reading(&request.text, now, request.zone)?;
        let (task, problem) = match reading.task {
            Ok(task) => match self.objection(&task, now) {
                None => (Some(task), None),
                Some(invalid) => {
                    (None, Some(QuickAddProblem { message: invalid.message, hint: invalid.hint }))
                }
            },
            Err(p) => (None, Some(QuickAddProblem { message: p.message, hint: p.hint })),
        };
        let spans = reading.spans.into_iter().map(|span| QuickAddSpan {
            start: offset(span.start),
            end: offset(span.end),
            kind: kind(span.kind),
        });
        Ok(QuickAddReading {
            now,
            spans: spans.collect(),
            summary: reading.summary,
            assumptions: reading.assumptions,
            task,
            problem,
        })
    }
}

const fn kind(kind: SpanKind) -> QuickAddKind {
    match kind {
        SpanKind::Executor => QuickAddKind::Executor,
        SpanKind::Command => QuickAddKind::Command,
        SpanKind::Time => QuickAddKind::Time,
        SpanKind::Priority => QuickAddKind::Priority,
        SpanKind::Tag => QuickAddKind::Tag,
        SpanKind::Place => QuickAddKind::Place,
        SpanKind::Agent => QuickAddKind::Agent,
        SpanKind::Workspace => QuickAddKind::Workspace,
        SpanKind::Dependency => QuickAddKind::Dependency,
    }
}

/// A byte's place in a line. A line is at most a few thousand bytes long, so it always fits.
fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

#[async_trait]
impl Handle<QuickAdd> for Door {
    async fn handle(&self, request: QuickAdd) -> Result<CreatedTask, ApiError> {
        let now = self.api.now();
        // As its preview said, unless that has become old.
        let fresh = |at: &Timestamp| (now - *at).abs() <= PREVIEW_LIFE;
        let read_at = request.now.filter(fresh).unwrap_or(now);
        let task = self.reading(&request.text, read_at, request.zone)?.task.map_err(|problem| {
            ApiError::new(ErrorKind::Invalid, problem.message).with_hint(problem.hint)
        })?;
        Ok(CreatedTask { card: self.create(task, request.origin).await? })
    }
}
