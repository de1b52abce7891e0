//! What a task is, apart from when it runs and what it waits for.

use super::{Relations, RunsOnlyIf};
use crate::error::Error;
use crate::value;
use aegis_domain::{
    Backoff, Category, Complexity, NewScheduleBudget, OnInterrupt, Parameter, Priority, TaskRef,
};
use aegis_protocol::{ApiError, ErrorKind};
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value};

/// The colours of the board's palette.
const COLOURS: [&str; 6] = ["blue", "green", "amber", "red", "violet", "grey"];

/// Fields of a task by their names, as a new task has them and an edit changes them.
#[derive(Debug, Default)]
pub(crate) struct Patch(pub(crate) Map<String, Value>);

impl Patch {
    /// Sets a field.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] when the value has no JSON form, which none of ours lacks.
    pub(crate) fn set(&mut self, field: &str, value: impl Serialize) -> Result<(), Error> {
        let value = serde_json::to_value(value).map_err(|error| {
            let message = format!("The field “{field}” cannot be sent: {error}.");
            ApiError::new(ErrorKind::Internal, message)
        })?;
        self.0.insert(field.to_owned(), value);
        Ok(())
    }

    /// Sets a field if there is a value for it.
    fn set_some(&mut self, field: &str, value: Option<impl Serialize>) -> Result<(), Error> {
        value.map_or(Ok(()), |value| self.set(field, value))
    }

    /// Sets a field if there are values for it.
    fn set_all(&mut self, field: &str, values: &[impl Serialize]) -> Result<(), Error> {
        if values.is_empty() { Ok(()) } else { self.set(field, values) }
    }
}

/// What can be said of a task when it is made and when it is changed.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "What it is")]
pub(crate) struct Fields {
    /// One line; a new task with a command is called as that when absent
    #[arg(long)]
    pub(crate) title: Option<String>,

    /// As long as it has to be
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// A name of its own that finds it: daily_report
    #[arg(long)]
    slug: Option<String>,

    /// What kind of work it is
    #[arg(long, visible_alias = "type", value_enum)]
    category: Option<CategoryArg>,

    /// 0 (whenever) to 10 (now), or low, normal, high, critical; normal when absent
    #[arg(long, value_name = "PRIORITY", value_parser = value::priority)]
    priority: Option<Priority>,

    /// For finding it again; as often as there are tags
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,

    /// Whose it is
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,

    /// Whom it is given to
    #[arg(long, value_name = "NAME")]
    assignee: Option<String>,

    /// Where it works
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,

    /// Which model is to do it
    #[arg(long, value_name = "NAME")]
    model: Option<String>,

    /// The task that it is a part of
    #[arg(long, value_name = "TASK", value_parser = value::task)]
    parent: Option<TaskRef>,

    /// How hard it looks
    #[arg(long, value_enum)]
    complexity: Option<ComplexityArg>,

    /// How long it is thought to take, such as 2h
    #[arg(long, value_name = "DURATION", value_parser = value::seconds)]
    estimate: Option<u64>,

    /// Most dollars of one time, such as 1.50
    #[arg(long, value_name = "DOLLARS")]
    budget: Option<String>,

    /// Most dollars of all its times together in a day, a week or a month, such as 5/week
    #[arg(long, value_name = "DOLLARS/PERIOD", value_parser = value::schedule_budget)]
    schedule_budget: Option<NewScheduleBudget>,

    /// Most seconds of one run; the executor's own limit when absent
    #[arg(long, value_name = "SECS")]
    timeout: Option<u64>,

    /// Further tries after the first failed one; as the settings say when absent
    #[arg(long, value_name = "N")]
    retries: Option<u32>,

    /// How long to wait before another try: at random up to the first, then twice that, and so on
    /// up to the second; 2s..15m when absent
    #[arg(long, value_name = "FROM..TO", value_parser = value::backoff)]
    backoff: Option<Backoff>,
    /// Files that it leaves behind, below the folder in which it works: 'out/**/*.pdf'. They are kept
    /// when a run ends. As often as there are patterns
    #[arg(long = "artifact", value_name = "PATTERN")]
    artifacts: Vec<String>,

    /// Let somebody look at the outcome before it counts
    #[arg(long)]
    review: bool,

    /// What a review looks at; as often as there is something
    #[arg(long, value_name = "TEXT")]
    review_criteria: Vec<String>,

    /// What to do with a run that was cut off with the machine; rerun when absent
    #[arg(long, value_enum, value_name = "WHAT")]
    on_interrupt: Option<OnInterruptArg>,

    /// Whatever else is to be kept with it, the value as JSON or text; as often as there is
    /// something
    #[arg(long, value_name = "KEY=VALUE", value_parser = value::assignment)]
    metadata: Vec<(String, Value)>,

    /// A character or two before the title of its card
    #[arg(long, value_name = "TEXT")]
    icon: Option<String>,

    /// The colour of its card
    #[arg(long, value_parser = COLOURS)]
    color: Option<String>,

    /// A value that may differ each time, with the one to use when none is given; {{name}} in the
    /// command becomes it. As often as there are some
    #[arg(long = "param", value_name = "NAME[=DEFAULT]", value_parser = value::parameter)]
    pub(crate) parameters: Vec<(String, Parameter)>,

    #[command(flatten)]
    relations: Relations,

    #[command(flatten)]
    runs_only_if: RunsOnlyIf,
}

impl Fields {
    /// The fields of a task that are given, by their names.
    ///
    /// # Errors
    /// [`Error::Usage`] for a path that cannot be said, [`Error::Api`] for a condition that cannot
    /// be read.
    pub(crate) fn into_patch(self) -> Result<Patch, Error> {
        let mut patch = Patch::default();
        patch.set_some("title", self.title)?;
        patch.set_some("description", self.description)?;
        patch.set_some("slug", self.slug)?;
        patch.set_some("category", self.category.map(Category::from))?;
        patch.set_some("priority", self.priority)?;
        patch.set_all("tags", &self.tags)?;
        patch.set_some("owner", self.owner)?;
        patch.set_some("assignee", self.assignee)?;
        patch.set_some("workspace", self.workspace)?;
        patch.set_some("model", self.model)?;
        patch.set_some("parent", self.parent)?;
        patch.set_some("complexity", self.complexity.map(Complexity::from))?;
        patch.set_some("estimated_secs", self.estimate)?;
        patch.set_some("budget", self.budget)?;
        patch.set_some("schedule_budget", self.schedule_budget)?;
        patch.set_some("timeout_secs", self.timeout)?;
        patch.set_some("max_retries", self.retries)?;
        patch.set_some("backoff", self.backoff)?;
        patch.set_all("artifacts", &self.artifacts)?;
        patch.set_some("review_required", self.review.then_some(true))?;
        patch.set_all("review_criteria", &self.review_criteria)?;
        patch.set_some("on_interrupt", self.on_interrupt.map(OnInterrupt::from))?;
        let metadata = metadata(self.metadata, self.icon, self.color);
        patch.set_some("metadata", Some(metadata).filter(|metadata| !metadata.is_empty()))?;
        let parameters: std::collections::BTreeMap<_, _> = self.parameters.into_iter().collect();
        patch.set_some("parameters", Some(parameters).filter(|p| !p.is_empty()))?;
        patch.set_some("dependencies", self.relations.dependencies()?.map(|group| [group]))?;
        patch.set_all("resources", &self.runs_only_if.resources)?;
        patch.set_some("only_if_changed", self.runs_only_if.watch()?)?;
        patch.set_some("only_if", self.runs_only_if.only_if)?;
        Ok(patch)
    }
}

/// The metadata, with the card's look in `ui`.
fn metadata(
    given: Vec<(String, Value)>,
    icon: Option<String>,
    color: Option<String>,
) -> Map<String, Value> {
    let mut metadata: Map<_, _> = given.into_iter().collect();
    for (name, value) in [("icon", icon), ("color", color)] {
        let Some(value) = value else { continue };
        let ui = metadata.entry("ui").or_insert(Value::Null);
        if !ui.is_object() {
            *ui = Value::Object(Map::new());
        }
        ui[name] = Value::String(value);
    }
    metadata
}

/// What kind of work a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CategoryArg {
    /// A person asked for it
    #[value(name = "user_request", alias = "user-request")]
    UserRequest,
    /// Housekeeping
    Maintenance,
    /// Something planned ahead
    Scheduled,
    /// Finding something out
    Research,
    /// Getting better at something
    Learning,
    /// Looking back
    Reflection,
}

impl From<CategoryArg> for Category {
    fn from(category: CategoryArg) -> Self {
        match category {
            CategoryArg::UserRequest => Self::UserRequest,
            CategoryArg::Maintenance => Self::Maintenance,
            CategoryArg::Scheduled => Self::Scheduled,
            CategoryArg::Research => Self::Research,
            CategoryArg::Learning => Self::Learning,
            CategoryArg::Reflection => Self::Reflection,
        }
    }
}

/// How hard a task looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ComplexityArg {
    /// A step or two
    Simple,
    /// Some steps
    Moderate,
    /// Many steps, or unclear ones
    Complex,
}

impl From<ComplexityArg> for Complexity {
    fn from(complexity: ComplexityArg) -> Self {
        match complexity {
            ComplexityArg::Simple => Self::Simple,
            ComplexityArg::Moderate => Self::Moderate,
            ComplexityArg::Complex => Self::Complex,
        }
    }
}

/// What to do with a run that was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnInterruptArg {
    /// Run it again
    Rerun,
    /// Ask you
    Ask,
    /// It has failed
    Fail,
}

impl From<OnInterruptArg> for OnInterrupt {
    fn from(what: OnInterruptArg) -> Self {
        match what {
            OnInterruptArg::Rerun => Self::Rerun,
            OnInterruptArg::Ask => Self::Ask,
            OnInterruptArg::Fail => Self::Fail,
        }
    }
}
