//! What has got ready in the open transaction.

use super::Tx;
use crate::starter::JustReady;
use aegis_domain::State;
use aegis_domain::fair::Lane;
use rusqlite::Result;
use std::collections::BTreeMap;

impl Tx<'_> {
    /// What has got ready in this transaction and is so still.
    pub(crate) fn just_ready(&mut self) -> Result<Vec<JustReady>> {
        let mut ready = BTreeMap::new();
        for (id, at) in std::mem::take(&mut self.rows.queued) {
            let Some(occurrence) = self.occurrence(id)?.filter(|o| o.may_start(at)) else {
                continue;
            };
            let (State::Queued { sort_key, .. }, Some(task)) =
                (&occurrence.state, self.task(occurrence.task)?)
            else {
                continue;
            };
            let watches = task.definition.only_if_changed.is_some();
            let (lane, sort_key) = (Lane::of(&task.definition), *sort_key);
            ready.insert(id, JustReady { occurrence: id, lane, sort_key, watches });
        }
        Ok(ready.into_values().collect())
    }
}
