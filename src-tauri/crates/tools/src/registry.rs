//! Every tool of Aegis' own, and the one dispatch.

use crate::tool::{self, Work};
use aegis_domain::ErrorCategory;
use aegis_domain::policy::Nature;
use aegis_ports::ToolInfo;
use aegis_protocol::{ApiError, ErrorKind};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a tool did not do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolError {
    pub(crate) category: ErrorCategory,
    pub(crate) message: String,
    /// A person is asked and has not answered: the run ends.
    pub(crate) parks: bool,
}

impl ToolError {
    pub(crate) fn new(category: ErrorCategory, message: impl Into<String>) -> Self {
        Self { category, message: message.into(), parks: false }
    }

    /// A person is asked and has not answered.
    pub(crate) fn park() -> Self {
        let message = "A person is asked. This run ends here, and goes on when they have answered.";
        Self { parks: true, ..Self::new(ErrorCategory::PolicyDenied, message) }
    }
}

impl From<ApiError> for ToolError {
    fn from(error: ApiError) -> Self {
        let category = match error.kind {
            ErrorKind::Invalid => ErrorCategory::SyntaxError,
            ErrorKind::NotFound => ErrorCategory::FileNotFound,
            ErrorKind::Refused => ErrorCategory::PolicyDenied,
            ErrorKind::Conflict => ErrorCategory::CommandFailed,
            ErrorKind::TimedOut => ErrorCategory::Timeout,
            _ => ErrorCategory::Internal,
        };
        let hint = error.hint.map_or_else(String::new, |hint| format!(" {hint}"));
        Self::new(category, format!("{}{hint}", error.message))
    }
}

/// What a tool did.
pub(crate) type Done = Result<Value, ToolError>;

/// One tool: from its typed input everything else about it follows.
pub(crate) struct Tool {
    pub(crate) info: ToolInfo,
    check: fn(Value) -> Result<(), ToolError>,
    nature: fn(&Value) -> Nature,
    call: for<'a> fn(&'a Work<'a>, Value) -> BoxFuture<'a, Done>,
}

/// A tool's input, with the tool that takes it.
pub(crate) trait Input: DeserializeOwned + JsonSchema + Send + 'static {
    /// The tool's name.
    const NAME: &'static str;
    /// What it is for, for whoever chooses between tools.
    const DESCRIPTION: &'static str;
    /// It changes nothing.
    const READ_ONLY: bool = false;

    /// What a call with this input could do. `None` is an input that cannot be read.
    fn nature(input: Option<&Self>) -> Nature;

    /// Does it.
    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done>;
}

impl Tool {
    pub(crate) fn of<I: Input>() -> Self {
        let schema = schemars::generate::SchemaSettings::draft2020_12()
            .with(|settings| settings.inline_subschemas = true)
            .into_generator()
            .into_root_schema_for::<I>();
        let info = ToolInfo {
            name: I::NAME,
            description: I::DESCRIPTION,
            schema: schema.to_value(),
            read_only: I::READ_ONLY,
        };
        Self {
            info,
            check: |input| read::<I>(input).map(drop),
            nature: |input| I::nature(read::<I>(input.clone()).ok().as_ref()),
            call: |work, input| Box::pin(async move { read::<I>(input)?.call(work).await }),
        }
    }

    /// Whether an input can be read; what cannot is no matter for a person.
    pub(crate) fn check(&self, input: &Value) -> Result<(), ToolError> {
        (self.check)(input.clone())
    }

    /// What a call could do.
    pub(crate) fn nature(&self, input: &Value) -> Nature {
        (self.nature)(input)
    }

    /// Does what is asked: the policy has let it through.
    pub(crate) async fn call(&self, work: &Work<'_>, input: Value) -> Done {
        (self.call)(work, input).await
    }
}

fn read<I: Input>(input: Value) -> Result<I, ToolError> {
    // A call without arguments is one with none of them.
    let input = if input.is_null() { Value::Object(serde_json::Map::new()) } else { input };
    serde_json::from_value(input).map_err(|error| {
        let error: String =
            error.to_string().chars().filter(|c| !c.is_control()).take(300).collect();
        let message = format!("The arguments of {} are not right: {error}.", I::NAME);
        ToolError::new(ErrorCategory::SyntaxError, message)
    })
}

/// Every tool, in the order in which agents are told of them.
pub(crate) fn all() -> Vec<Tool> {
    vec![
        Tool::of::<tool::tasks::CreateBackgroundTask>(),
        Tool::of::<tool::tasks::GetTaskStatus>(),
        Tool::of::<tool::tasks::ListAllTasks>(),
        Tool::of::<tool::change::CancelTask>(),
        Tool::of::<tool::change::UpdateTask>(),
        Tool::of::<tool::change::AddDependency>(),
        Tool::of::<tool::spawn::SpawnSubagent>(),
        Tool::of::<tool::spawn::RunCommand>(),
        Tool::of::<tool::person::AskUser>(),
        Tool::of::<tool::person::Notify>(),
        Tool::of::<tool::person::Speak>(),
        Tool::of::<tool::file::ReadFile>(),
        Tool::of::<tool::file::WriteFile>(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_tool_has_a_name_of_its_own_and_a_schema_of_an_object() {
        let all = all();
        let names: BTreeSet<_> = all.iter().map(|tool| tool.info.name).collect();
        assert_eq!(names.len(), all.len());
        for tool in &all {
            assert_eq!(tool.info.schema["type"], "object", "{}", tool.info.name);
            assert!(tool.info.description.ends_with('.'), "{}", tool.info.name);
            // What cannot be read is no harmless call.
            let broken = tool.nature(&Value::from(7));
            assert!(tool.info.read_only || broken.reach >= tool.nature(&Value::Null).reach);
        }
    }

    #[test]
    fn the_documents_tool_has_the_documents_shape() {
        let all = all();
        let create = all.iter().find(|tool| tool.info.name == "create_background_task").unwrap();
        let schema = &create.info.schema;
        assert_eq!(schema["required"], serde_json::json!(["title"]));
        for field in ["title", "description", "priority", "task_type", "schedule"] {
            assert!(schema["properties"][field].is_object(), "{field}");
        }
    }
}
