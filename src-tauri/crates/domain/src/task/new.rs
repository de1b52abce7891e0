//! What somebody asks for, unchecked: the form that the window, the command line and programs
//! send.

use super::{
    Category, Complexity, Definition, DependencyGroup, OnInterrupt, Parameters, ResourceNeed,
    Source, Task, Team, Watch,
};
use crate::{ApprovalPolicy, Backoff, ExecutorSpec, Period, Schedule, ScheduleBudget, TaskRef};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A task as somebody asks for it. What each field means stands at [`Definition`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // See `Definition`; here stands what differs.
pub struct NewTask {
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub category: Category,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executor: Option<ExecutorSpec>,
    #[serde(default)]
    pub schedule: Schedule,
    /// 0 to 10; 5 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// With or without `#`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TaskRef>,
    /// With or without `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// With or without `@`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<DependencyGroup<TaskRef>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceNeed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_capabilities: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Team>,
    /// With or without `~`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reflection_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    pub parameters: Parameters,
    /// The text of a condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if_changed: Option<Watch>,
    /// Patterns: `out/**/*.pdf`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<String>,
    /// Dollars: `"1.50"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<String>,
    /// Dollars in a period: `{"amount": "5", "per": "week"}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_budget: Option<NewScheduleBudget>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complexity: Option<Complexity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_secs: Option<u64>,
    /// 3 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff: Option<Backoff>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_secs: Option<u64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_interrupt: OnInterrupt,
    #[serde(default, skip_serializing_if = "is_default")]
    pub review_required: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub review_criteria: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub approval_policy: ApprovalPolicy,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

/// What all work of a task may cost together in a period, as somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewScheduleBudget {
    /// Dollars: `"1.50"`.
    pub amount: String,
    /// Of each day, week or month.
    pub per: Period,
}

impl From<ScheduleBudget> for NewScheduleBudget {
    fn from(budget: ScheduleBudget) -> Self {
        Self { amount: budget.amount.into(), per: budget.per }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl NewTask {
    /// What somebody would have had to ask for to get `task`: where an edit begins.
    #[must_use]
    pub fn from_task(task: &Task) -> Self {
        let Definition {
            title,
            description,
            slug,
            category,
            executor,
            schedule,
            priority,
            tags,
            owner,
            source,
            parent,
            assignee,
            collaborators,
            dependencies,
            resources,
            required_capabilities,
            team,
            workspace,
            workflow,
            agent_type,
            reflection_type,
            model,
            parameters,
            only_if,
            only_if_changed,
            artifacts,
            budget,
            schedule_budget,
            complexity,
            estimated_secs,
            max_retries,
            backoff,
            timeout_secs,
            on_interrupt,
            review_required,
            review_criteria,
            approval_policy,
            metadata,
        } = named(task.definition.clone());
        Self {
            title: title.into(),
            description,
            slug: slug.map(Into::into),
            category,
            executor,
            schedule,
            priority: Some(priority.get()),
            tags: tags.into_iter().map(Into::into).collect(),
            owner,
            source,
            parent,
            assignee,
            collaborators,
            dependencies,
            resources,
            required_capabilities,
            team,
            workspace,
            workflow,
            agent_type,
            reflection_type,
            model,
            parameters,
            only_if: only_if.map(Into::into),
            only_if_changed,
            artifacts: artifacts.into_iter().map(Into::into).collect(),
            budget: budget.map(Into::into),
            schedule_budget: schedule_budget.map(Into::into),
            complexity,
            estimated_secs,
            max_retries: Some(max_retries),
            backoff,
            timeout_secs,
            on_interrupt,
            review_required,
            review_criteria,
            approval_policy,
            metadata,
        }
    }
}

fn named(definition: Definition) -> Definition<TaskRef> {
    let name = |id| Ok::<_, std::convert::Infallible>(TaskRef::Id(id));
    match definition.rename(name) {
        Ok(definition) => definition,
        Err(never) => match never {},
    }
}
