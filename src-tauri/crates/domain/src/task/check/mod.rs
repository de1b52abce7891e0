//! From what somebody asks for to a definition that can stand.

pub(crate) use relation::{MAX_AMOUNT, resource_name};
pub(crate) use value::parameter_value;

mod field;
mod relation;
mod value;

use super::{Definition, Draft, NewTask};
use crate::text::{Invalid, Tag, Title};
use crate::{Priority, Schedule, Slug, Timestamp};

/// Retries of a task that names none.
const DEFAULT_RETRIES: u32 = 3;

impl NewTask {
    /// Checks every field that can be checked without looking at the machine or at other tasks.
    ///
    /// # Errors
    /// [`Invalid`] for the first field that cannot stand; also for an instant that has passed at
    /// `now`, and for a task without executor that is to run by itself.
    pub fn check(self, now: Timestamp) -> Result<Draft, Invalid> {
        let schedule = self.schedule.check(now)?;
        if self.executor.is_none() && schedule != Schedule::Manual {
            return Err(Invalid::new(
                "executor",
                "A task that a person does cannot start by itself.",
                "Name an executor (shell, reminder), or keep the task manual.",
            ));
        }
        relation::dependencies(&self.dependencies, &schedule)?;
        relation::resources(&self.resources)?;
        relation::team(self.team.as_ref())?;
        value::metadata(&self.metadata)?;
        let schedule_budget = value::schedule_budget(self.schedule_budget.as_ref(), &schedule)?;
        let draft = Definition {
            title: Title::new(&self.title)?,
            description: field::description(self.description)?,
            slug: self.slug.as_deref().map(Slug::new).transpose()?,
            category: self.category,
            executor: self.executor,
            schedule,
            priority: self.priority.map_or(Ok(Priority::NORMAL), Priority::new)?,
            tags: tags(&self.tags)?,
            owner: field::name("owner", self.owner)?,
            source: field::source(self.source)?,
            parent: self.parent,
            assignee: field::name("assignee", self.assignee)?,
            collaborators: field::names("collaborators", &self.collaborators)?,
            dependencies: self.dependencies,
            resources: self.resources,
            required_capabilities: field::names(
                "required_capabilities",
                &self.required_capabilities,
            )?,
            team: self.team,
            workspace: field::name("workspace", self.workspace)?,
            workflow: field::name("workflow", self.workflow)?,
            agent_type: field::name("agent_type", self.agent_type)?,
            reflection_type: field::name("reflection_type", self.reflection_type)?,
            model: field::name("model", self.model)?,
            parameters: self.parameters,
            only_if: value::only_if(self.only_if.as_deref())?,
            only_if_changed: value::watch(self.only_if_changed)?,
            artifacts: value::artifacts(&self.artifacts)?,
            budget: value::budget(self.budget.as_deref())?,
            schedule_budget,
            complexity: self.complexity,
            estimated_secs: field::seconds("estimated_secs", self.estimated_secs)?,
            backoff: self.backoff.map(field::backoff).transpose()?,
            max_retries: field::retries(self.max_retries.unwrap_or(DEFAULT_RETRIES))?,
            timeout_secs: field::seconds("timeout_secs", self.timeout_secs)?,
            on_interrupt: self.on_interrupt,
            review_required: self.review_required,
            review_criteria: field::names("review_criteria", &self.review_criteria)?,
            approval_policy: self.approval_policy,
            metadata: self.metadata,
        };
        value::parameters(&draft)?;
        Ok(draft)
    }
}

impl Schedule {
    /// The schedule with everything filled in that follows from the moment `now`.
    ///
    /// # Errors
    /// [`Invalid`] for what cannot stand, or lies in the past.
    pub fn check(self, now: Timestamp) -> Result<Self, Invalid> {
        match self {
            Self::At { at, .. } if at < now => Err(Invalid::new(
                "schedule",
                format!("{} is in the past.", at.to_rfc3339()),
                "Give a time that is still to come.",
            )),
            Self::At { at, policies } => Ok(Self::At { at, policies: policies.check()? }),
            Self::Recurring(recurrence) => Ok(Self::Recurring(Box::new(recurrence.check(now)?))),
            Self::Now | Self::Manual | Self::After => Ok(self),
        }
    }
}

fn tags(tags: &[String]) -> Result<Vec<Tag>, Invalid> {
    field::at_most("tags", tags.len(), crate::MAX_TAGS, "Keep those that you would search for.")?;
    let mut tags = tags.iter().map(|t| Tag::new(t)).collect::<Result<Vec<_>, _>>()?;
    tags.sort();
    tags.dedup();
    Ok(tags)
}
