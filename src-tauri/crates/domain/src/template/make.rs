//! Making a task.

use super::{Template, field};
use crate::task::parameter_value;
use crate::{Invalid, NewTask, Values};
use serde_json::{Map, Value};

impl Template {
    /// A task with `given` in its gaps, and defaults where nothing is given. It is still to be
    /// checked like any other.
    ///
    /// Values are put in once: placeholders in them mean nothing.
    ///
    /// # Errors
    /// [`Invalid`] of the field `values` when one is missing or unknown, of `parameters` when one is
    /// too large, or of the task's field that a value does not fit.
    pub fn make(&self, given: &Values) -> Result<NewTask, Invalid> {
        let values = self.values(given)?;
        let mut task = Map::new();
        for (name, value) in self.task.as_object().into_iter().flatten() {
            task.insert(name.clone(), field::fitting(name, value, &values)?);
        }
        serde_json::from_value(Value::Object(task)).map_err(|error| {
            let message = format!("The template “{}” makes no task: {error}.", self.name);
            Invalid::new("task", message, "Save the template again, with a title for the task.")
        })
    }

    /// The value of every parameter.
    fn values(&self, given: &Values) -> Result<Map<String, Value>, Invalid> {
        let refuse = |message: String, hint: String| Err(Invalid::new("values", message, hint));
        let mut values = self.defaults();
        for (name, value) in given {
            if !self.parameters.contains_key(name) {
                let name = crate::condition::path::shown(name);
                let message = format!("The template “{}” has no parameter {name}.", self.name);
                return refuse(message, self.hint());
            }
            parameter_value(name, value)?;
            values.insert(name.clone(), value.clone());
        }
        match self.parameters.iter().find(|(name, _)| !values.contains_key(*name)) {
            None => Ok(values),
            Some((name, parameter)) => {
                let hint = match parameter.description.as_str() {
                    "" => "Give a value for it.".to_owned(),
                    description => format!("Give a value for it: {description}"),
                };
                refuse(format!("The template “{}” needs a value for “{name}”.", self.name), hint)
            }
        }
    }

    /// Which parameters there are.
    fn hint(&self) -> String {
        let names: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
        if names.is_empty() {
            "It has none: give no values.".to_owned()
        } else {
            format!("It has {}.", names.join(", "))
        }
    }
}
