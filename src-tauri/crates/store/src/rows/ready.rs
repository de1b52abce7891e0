//! What has got ready in the open transaction.

use super::Tx;
use crate::starter::JustReady;
use crate::table::ReadyRow;
use aegis_domain::State;
use aegis_domain::fair::Lane;
use rusqlite::Result;
use std::collections::BTreeMap;

impl Tx<'_> {
    /// What has got ready in this transaction and is so still, in the order in which it should start.
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
            let (lane, sort_key) = (Lane::of(&task.definition), *sort_key);
            let watch = task.definition.only_if_changed.clone();
            let row = ReadyRow { occurrence: id, sort_key, watch };
            ready.insert((sort_key, id), JustReady { lane, row });
        }
        Ok(ready.into_values().collect())
    }

    /// Whether something has got ready in this transaction; it is not asked about again.
    pub(crate) fn anything_got_ready(&mut self) -> bool {
        !std::mem::take(&mut self.rows.queued).is_empty()
    }
}
