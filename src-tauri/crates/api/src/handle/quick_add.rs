//! A task from one line of plain words.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::quick_add::{self, SpanKind};
use aegis_domain::{Invalid, NewTask};
use aegis_protocol::{
    ApiError, CreatedTask, ErrorKind, PreviewQuickAdd, QuickAdd, QuickAddKind, QuickAddProblem,
    QuickAddReading, QuickAddSpan,
};
use async_trait::async_trait;

#[async_trait]
impl Handle<PreviewQuickAdd> for Door {
    async fn handle(&self, request: PreviewQuickAdd) -> Result<QuickAddReading, ApiError> {
        let reading = quick_add::read(&request.text, self.api.now(), self.api.parts.zone);
        let (task, problem) = match reading.task {
            Ok(task) => match self.objection(&task) {
                None => (Some(task), None),
                Some(invalid) => {
                    (None, Some(QuickAddProblem { message: invalid.message, hint: invalid.hint }))
                }
            },
            Err(p) => (None, Some(QuickAddProblem { message: p.message, hint: p.hint })),
        };
        Ok(QuickAddReading {
            spans: reading
                .spans
                .into_iter()
                .map(|span| QuickAddSpan {
                    start: offset(span.start),
                    end: offset(span.end),
                    kind: match span.kind {
                        SpanKind::Executor => QuickAddKind::Executor,
                        SpanKind::Command => QuickAddKind::Command,
                        SpanKind::Time => QuickAddKind::Time,
                        SpanKind::Priority => QuickAddKind::Priority,
                        SpanKind::Tag => QuickAddKind::Tag,
                        SpanKind::Place => QuickAddKind::Place,
                    },
                })
                .collect(),
            summary: reading.summary,
            assumptions: reading.assumptions,
            task,
            problem,
        })
    }
}

/// A byte's place in a line. A line is at most a few thousand bytes long, so it always fits.
fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

impl Door {
    /// What would keep a task from being made, beside what the grammar itself can see.
    fn objection(&self, task: &NewTask) -> Option<Invalid> {
        if let Err(invalid) = task.clone().check(self.api.now()) {
            return Some(invalid);
        }
        let spec = task.executor.as_ref()?;
        self.api.engine().executor(&spec.name)?.check(spec).err()
    }
}

#[async_trait]
impl Handle<QuickAdd> for Door {
    async fn handle(&self, request: QuickAdd) -> Result<CreatedTask, ApiError> {
        let reading = quick_add::read(&request.text, self.api.now(), self.api.parts.zone);
        let task = reading.task.map_err(|problem| {
            ApiError::new(ErrorKind::Invalid, problem.message).with_hint(problem.hint)
        })?;
        Ok(CreatedTask { card: self.create(task).await? })
    }
}
