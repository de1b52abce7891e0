//! Changing tasks that are there.

use super::Work;
use super::tasks::{number_ref, status};
use crate::registry::{Done, Input, ToolError};
use aegis_domain::policy::{Nature, Reach};
use aegis_domain::{DependencyGroup, ErrorCategory, TaskEdit};
use aegis_protocol::{CancelTask as Cancel, EditTask, ShowTask};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// Call a task off.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelTask {
    /// The task's number.
    task_id: u64,
}

impl Input for CancelTask {
    const NAME: &'static str = "cancel_task";
    const DESCRIPTION: &'static str =
        "Call off what is waiting or running of a task that this work has made.";

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Plan)
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            refuse_others(work, self.task_id).await?;
            let card = work.ask_api(Cancel { task: number_ref(self.task_id) }).await?;
            Ok(json!({ "success": true, "task_id": card.number.0, "status": status(&card) }))
        })
    }
}

/// Change a task.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateTask {
    /// The task's number.
    task_id: u64,
    /// Another title.
    #[serde(default)]
    title: Option<String>,
    /// Another description.
    #[serde(default)]
    description: Option<String>,
    /// Another priority, 0 to 10.
    #[serde(default)]
    priority: Option<u8>,
    /// Other tags.
    #[serde(default)]
    tags: Option<Vec<String>>,
}

impl Input for UpdateTask {
    const NAME: &'static str = "update_task";
    const DESCRIPTION: &'static str =
        "Change the title, description, priority or tags of a task that this work has made.";

    /// What is written here is read by work that may have seen nothing of what this one has.
    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Plan).egress()
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            refuse_others(work, self.task_id).await?;
            let mut edit = TaskEdit::default();
            if let Some(title) = self.title {
                edit = edit.set("title", title);
            }
            if let Some(description) = self.description {
                edit = edit.set("description", description);
            }
            if let Some(priority) = self.priority {
                edit = edit.set("priority", priority);
            }
            if let Some(tags) = self.tags {
                edit = edit.set("tags", tags);
            }
            edit_task(work, self.task_id, edit).await
        })
    }
}

/// Let a task wait for another one.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddDependency {
    /// The number of the task that is to wait.
    task_id: u64,
    /// The number of the task that it waits for.
    depends_on: u64,
}

impl Input for AddDependency {
    const NAME: &'static str = "add_dependency";
    const DESCRIPTION: &'static str =
        "Let a task that this work has made wait until another one has completed.";

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Plan)
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            refuse_others(work, self.task_id).await?;
            let view = work.ask_api(ShowTask { task: number_ref(self.task_id) }).await?;
            let broken = |error: serde_json::Error| {
                ToolError::new(
                    ErrorCategory::Internal,
                    format!("A task has no JSON form: {error}."),
                )
            };
            let mut groups =
                serde_json::to_value(&view.task.definition.dependencies).map_err(broken)?;
            let more = DependencyGroup::all([number_ref(self.depends_on)]);
            let more = serde_json::to_value(more).map_err(broken)?;
            if let Value::Array(groups) = &mut groups {
                groups.push(more);
            }
            edit_task(work, self.task_id, TaskEdit::default().set("dependencies", groups)).await
        })
    }
}

async fn edit_task(work: &Work<'_>, number: u64, edit: TaskEdit) -> Done {
    let card = work.ask_api(EditTask { task: number_ref(number), edit }).await?;
    Ok(json!({ "success": true, "task_id": card.number.0, "status": status(&card) }))
}

/// An agent changes what it has made, or what its own task has: never somebody else's work.
async fn refuse_others(work: &Work<'_>, number: u64) -> Result<(), ToolError> {
    let Some((own, _)) = work.task else {
        // From outside: whoever calls is asked in their own conversation.
        return Ok(());
    };
    let view = work.ask_api(ShowTask { task: number_ref(number) }).await?;
    let made_by_us = view.task.origin.is_some_and(|origin| Some(origin.run) == work.caller.run);
    if view.task.id == own || made_by_us || view.task.definition.parent == Some(own) {
        return Ok(());
    }
    Err(ToolError::new(
        ErrorCategory::PolicyDenied,
        format!(
            "#{number} was not made by this work, so it is not changed from here. Make a task of \
             your own, or ask the user with ask_user."
        ),
    ))
}
