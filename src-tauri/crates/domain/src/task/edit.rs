//! Applying an edit to a definition.

use super::{Draft, NewTask, Task, TaskEdit};
use crate::{Invalid, Timestamp};
use serde_json::Value;

impl TaskEdit {
    /// `task`'s definition with these changes, checked like a new one, and the names of the fields
    /// that differ.
    ///
    /// # Errors
    /// [`Invalid`] for a field that does not exist, or a value that cannot stand.
    pub fn apply(&self, task: &Task, now: Timestamp) -> Result<(Draft, Vec<String>), Invalid> {
        let before = json(&NewTask::from_task(task))?;
        let mut after = before.clone();
        merge(&mut after, &self.0);
        let fields = self.0.keys().filter(|k| before.get(*k) != after.get(*k)).cloned().collect();
        let new: NewTask = serde_json::from_value(after).map_err(|e| {
            Invalid::new(
                self.0.keys().next().map_or("edit", String::as_str),
                format!("The changes do not fit a task: {e}."),
                "Compare the fields with those of “task show --json”.",
            )
        })?;
        // What was asked for earlier may lie in the past by now; only a new time must not.
        let unchanged = self.0.get("schedule").is_none();
        let moment = if unchanged { task.created_at } else { now };
        Ok((new.check(moment)?, fields))
    }
}

fn json(new: &NewTask) -> Result<Value, Invalid> {
    serde_json::to_value(new).map_err(|e| {
        Invalid::new("edit", format!("The task has no JSON form: {e}."), "Report this as a bug.")
    })
}

/// RFC 7396, section 2.
fn merge(target: &mut Value, patch: &serde_json::Map<String, Value>) {
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (name, change) in patch {
        match change {
            Value::Null => {
                fields.remove(name);
            }
            // Half of one kind and half of another would be neither. Settings of an executor that is
            // not named are those of the one that is there.
            Value::Object(inner)
                if name != "schedule" && (name != "executor" || !inner.contains_key("name")) =>
            {
                merge(fields.entry(name).or_insert(Value::Null), inner);
            }
            other => {
                fields.insert(name.clone(), other.clone());
            }
        }
    }
}
