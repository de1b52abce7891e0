//! What somebody asked for, once every field has passed its check.

use super::{
    Category, Complexity, DependencyGroup, OnInterrupt, Parameters, ResourceNeed, Source, Team,
    Watch,
};
use crate::condition::Condition;
use crate::{
    ApprovalPolicy, Backoff, ExecutorSpec, Glob, Priority, Schedule, ScheduleBudget, Slug, Tag,
    TaskId, Title, Usd,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A task's definition.
///
/// `T` is how it names other tasks: by [`crate::TaskRef`] while it is a draft, by [`TaskId`] when
/// it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition<T = TaskId> {
    /// One line.
    pub title: Title,
    /// As long as it has to be.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// A name that people choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    /// What kind of work it is.
    pub category: Category,
    /// Who does it; `None` is a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executor: Option<ExecutorSpec>,
    /// When.
    pub schedule: Schedule,
    /// How urgent.
    pub priority: Priority,
    /// For finding it again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Whose it is; the requester when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What made a trigger create it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The task that it is a part of.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub parent: Option<T>,
    /// Whom it is given to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Who helps the assignee.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<String>,
    /// What has to have happened before; every group has to be met.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<DependencyGroup<T>>,
    /// What it shares with other tasks while it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceNeed>,
    /// What whoever does it must be able to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_capabilities: Vec<String>,
    /// Who has to be found to do it together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<Team>,
    /// Where it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// The workflow that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// Which kind of agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_type: Option<String>,
    /// Which kind of reflection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reflection_type: Option<String>,
    /// Which model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Values that may differ from one occurrence to the next.
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    pub parameters: Parameters,
    /// Only run when this is so; else the occurrence is skipped. May name `previous`, `fact` and
    /// `parameter`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<Condition>,
    /// Only run when these files have changed since the last run that completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if_changed: Option<Watch>,
    /// Which files it leaves behind, below the folder in which it works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<Glob>,
    /// Most dollars of one occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Usd>,
    /// What all its work may cost together in a period; only of a task that repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_budget: Option<ScheduleBudget>,
    /// How hard it looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complexity: Option<Complexity>,
    /// How many seconds it is thought to take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_secs: Option<u64>,
    /// Further tries after the first failed one.
    pub max_retries: u32,
    /// How the waits between tries grow; [`Backoff::default`] when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff: Option<Backoff>,
    /// Most seconds of one run; `None` leaves it to the executor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_secs: Option<u64>,
    /// What to do with a run that was cut off.
    pub on_interrupt: OnInterrupt,
    /// Whether somebody has to look at the outcome before it counts.
    pub review_required: bool,
    /// What a review looks at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub review_criteria: Vec<String>,
    /// What happens with tool calls that no rule names.
    #[serde(default, skip_serializing_if = "is_default")]
    pub approval_policy: ApprovalPolicy,
    /// Whatever else its makers want to keep with it. `metadata.ui` gives a card its icon and
    /// colour.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
}

/// A definition that names other tasks as whoever asked for it did.
pub type Draft = Definition<crate::TaskRef>;

const fn none<T>() -> Option<T> {
    None
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl<T> Definition<T> {
    /// The same with every name of another task put through `name`.
    ///
    /// # Errors
    /// The first error of `name`.
    pub fn rename<U, E>(self, mut name: impl FnMut(T) -> Result<U, E>) -> Result<Definition<U>, E> {
        let parent = self.parent.map(&mut name).transpose()?;
        let mut dependencies = Vec::with_capacity(self.dependencies.len());
        for group in self.dependencies {
            let mut on = Vec::with_capacity(group.on.len());
            for edge in group.on {
                on.push(super::Dependency {
                    task: name(edge.task)?,
                    which: edge.which,
                    when: edge.when,
                    otherwise: edge.otherwise,
                });
            }
            dependencies.push(DependencyGroup { join: group.join, on });
        }
        Ok(Definition {
            title: self.title,
            description: self.description,
            slug: self.slug,
            category: self.category,
            executor: self.executor,
            schedule: self.schedule,
            priority: self.priority,
            tags: self.tags,
            owner: self.owner,
            source: self.source,
            parent,
            assignee: self.assignee,
            collaborators: self.collaborators,
            dependencies,
            resources: self.resources,
            required_capabilities: self.required_capabilities,
            team: self.team,
            workspace: self.workspace,
            workflow: self.workflow,
            agent_type: self.agent_type,
            reflection_type: self.reflection_type,
            model: self.model,
            parameters: self.parameters,
            only_if: self.only_if,
            only_if_changed: self.only_if_changed,
            artifacts: self.artifacts,
            budget: self.budget,
            schedule_budget: self.schedule_budget,
            complexity: self.complexity,
            estimated_secs: self.estimated_secs,
            max_retries: self.max_retries,
            backoff: self.backoff,
            timeout_secs: self.timeout_secs,
            on_interrupt: self.on_interrupt,
            review_required: self.review_required,
            review_criteria: self.review_criteria,
            approval_policy: self.approval_policy,
            metadata: self.metadata,
        })
    }

    /// The tasks that it depends on, one mention after the other.
    pub fn predecessors(&self) -> impl Iterator<Item = &T> {
        self.dependencies.iter().flat_map(|group| group.on.iter().map(|edge| &edge.task))
    }
}
