//! A task from one line of plain words.

use super::schedule::zone_name;
use crate::answer;
use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::schedule::ZoneName;
use aegis_domain::{Invalid, NewTask, Timestamp};
use aegis_protocol::{
    ApiError, CreatedTask, ErrorKind, PreviewQuickAdd, QuickAdd, QuickAddProblem, QuickAddReading,
};
use async_trait::async_trait;

/// A preview is good for this long: a line that is committed later is read anew.
const PREVIEW_LIFE: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

impl Door {
    /// What would keep a task from being made, beside what the grammar itself can see.
    fn objection(&self, task: &NewTask, now: Timestamp) -> Option<Invalid> {
        match task.clone().check(now) {
            Ok(draft) => self.check_here(&draft).err(),
            Err(invalid) => Some(invalid),
        }
    }

    fn read(
        &self,
        text: &str,
        now: Timestamp,
        zone: Option<ZoneName>,
    ) -> Result<QuickAddReading, ApiError> {
        let zone = zone.unwrap_or_else(|| zone_name(self));
        answer::reading(text, now, &zone, |task| self.objection(task, now))
    }
}

#[async_trait]
impl Handle<PreviewQuickAdd> for Door {
    async fn handle(&self, request: PreviewQuickAdd) -> Result<QuickAddReading, ApiError> {
        let now = request.now.unwrap_or_else(|| self.api.now());
        self.read(&request.text, now, request.zone)
    }
}

#[async_trait]
impl Handle<QuickAdd> for Door {
    async fn handle(&self, request: QuickAdd) -> Result<CreatedTask, ApiError> {
        let now = self.api.now();
        // As its preview said, unless that has become old.
        let fresh = |at: &Timestamp| (now - *at).abs() <= PREVIEW_LIFE;
        let read_at = request.now.filter(fresh).unwrap_or(now);
        let reading = self.read(&request.text, read_at, request.zone)?;
        match (reading.task, reading.problem) {
            (Some(task), _) => {
                let card = self.create(task, request.origin).await?;
                Ok(CreatedTask { card, existing: false })
            }
            (None, problem) => {
                let QuickAddProblem { message, hint } = problem.unwrap_or_default();
                Err(ApiError::new(ErrorKind::Invalid, message).with_hint(hint))
            }
        }
    }
}
