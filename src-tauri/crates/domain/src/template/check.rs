//! Whether a template can stand.

use super::{Template, field};
use crate::placeholder::{self, BUILT_IN};
use crate::visible::is_hidden;
use crate::{Invalid, NewTask, Parameters, Schedule};
use chrono::DateTime;
use serde_json::{Map, Value};

/// Most bytes of a template's task, as JSON.
const MAX_TASK: usize = 512 * 1024;

impl Template {
    /// A template from what somebody asked for.
    ///
    /// # Errors
    /// As for [`Template::check`].
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: Parameters,
        task: Value,
    ) -> Result<Self, Invalid> {
        let (name, description) = (name.into(), description.into());
        Self { name, description, parameters, task }.check()
    }

    /// The same, if it can stand: its name, its parameters, the fields of its task, the names in its
    /// placeholders, and whether the defaults fit where they go. What depends on a value that has
    /// no default is looked at when a task is made.
    ///
    /// # Errors
    /// [`Invalid`] of the field `name`, `description`, `parameters`, `task`, or of the task's field
    /// that a default does not fit.
    pub fn check(self) -> Result<Self, Invalid> {
        check_name(&self.name)?;
        self.check_parameters()?;
        let task = self.fields()?;
        self.check_names(task)?;
        check_executor(task)?;
        let defaults = self.defaults();
        for (field, value) in task {
            let known =
                |root: &String| defaults.contains_key(root) || !self.parameters.contains_key(root);
            if placeholder::roots(value)?.iter().all(known) {
                field::fitting(field, value, &defaults)?;
            }
        }
        Ok(self)
    }

    /// A template's parameters follow the rules of a task's, and so does its description: a task
    /// with nothing else is checked.
    fn check_parameters(&self) -> Result<(), Invalid> {
        let task = NewTask {
            title: self.name.clone(),
            description: self.description.clone(),
            schedule: Schedule::Manual,
            parameters: self.parameters.clone(),
            ..NewTask::default()
        };
        task.check(DateTime::UNIX_EPOCH).map(|_| ())
    }

    /// The fields of the task, which are a task's.
    fn fields(&self) -> Result<&Map<String, Value>, Invalid> {
        let Value::Object(task) = &self.task else {
            let hint = "Write the task as an object with a title.";
            return refuse("The task of the template is not an object.".to_owned(), hint);
        };
        if let Some(unknown) = task.keys().find(|name| !field::names().contains(&name.as_str())) {
            return refuse(
                format!("A task has no field {}.", shown(unknown)),
                "Compare the fields with those of “task show --json”.",
            );
        }
        if !task.contains_key("title") {
            return refuse(
                "The task of the template has no title.".to_owned(),
                "Give it one; it may hold placeholders.",
            );
        }
        let size = serde_json::to_string(task).map_or(usize::MAX, |text| text.len());
        if size > MAX_TASK {
            return refuse(
                format!("The task of the template has {size} bytes; at most {MAX_TASK} fit."),
                "Put long texts into a file and name the file.",
            );
        }
        Ok(task)
    }

    /// Every placeholder names a parameter of the template or of its task, and never both.
    fn check_names(&self, task: &Map<String, Value>) -> Result<(), Invalid> {
        let refuse = |message: String, hint: &str| Err(Invalid::new("parameters", message, hint));
        let own = task.get("parameters").and_then(Value::as_object);
        let is_own = |name: &String| own.is_some_and(|own| own.contains_key(name));
        if let Some(both) = self.parameters.keys().find(|name| is_own(name)) {
            return refuse(
                format!("{} is a parameter of the template and of its task.", shown(both)),
                "Give one of them another name.",
            );
        }
        let known = |name: &String| {
            self.parameters.contains_key(name) || is_own(name) || BUILT_IN.contains(&name.as_str())
        };
        match placeholder::roots(&self.task)?.iter().find(|name| !known(name)) {
            None => Ok(()),
            Some(name) => refuse(
                format!("The template names “{{{{{name}}}}}”, and no parameter is called so."),
                "Declare the parameter, or write \\{{ for two braces that mean nothing.",
            ),
        }
    }

    /// The values of the parameters that have defaults.
    pub(super) fn defaults(&self) -> Map<String, Value> {
        let default = |parameter: &crate::Parameter| parameter.default.clone();
        self.parameters.iter().filter_map(|(name, p)| Some((name.clone(), default(p)?))).collect()
    }
}

/// An executor that came out of a value as a whole could neither be checked nor kept from being
/// filled again.
fn check_executor(task: &Map<String, Value>) -> Result<(), Invalid> {
    match task.get("executor") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Object(executor)) => {
            let settings = executor.get("settings").unwrap_or(&Value::Null);
            placeholder::refuse_in_shell(settings).map_err(|refused| {
                let hint = "Put the value into a variable in env, and use that variable instead.";
                Invalid::new("task", refused.message, hint)
            })
        }
        Some(_) => refuse(
            "The executor of the template's task is not an object.".to_owned(),
            "Write its name and settings; their texts may hold placeholders.",
        ),
    }
}

fn check_name(name: &str) -> Result<(), Invalid> {
    let clean = |b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    if (1..=60).contains(&name.len()) && name.bytes().all(clean) {
        return Ok(());
    }
    Err(Invalid::new(
        "name",
        format!("{} cannot name a template.", shown(name)),
        "Use 1 to 60 letters a-z, digits, _ and -, such as weekly_report.",
    ))
}

fn refuse<T>(message: String, hint: &str) -> Result<T, Invalid> {
    Err(Invalid::new("task", message, hint))
}

fn shown(name: &str) -> String {
    let visible: String = name.chars().filter(|c| !is_hidden(*c)).take(60).collect();
    format!("“{visible}”")
}
