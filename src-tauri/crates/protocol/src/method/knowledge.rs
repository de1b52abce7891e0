//! What conditions and templates know: facts, resources, templates.

use super::{CreatedTask, method};
use aegis_domain::template::Template;
use aegis_domain::{RunId, Timestamp, Values};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that was told from outside.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListFacts {}
method!("fact.list", ListFacts => Vec<FactView>);

/// Something that conditions can name: `fact.mood`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactView {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Since when.
    pub updated_at: Timestamp,
}

/// Tell a fact.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetFact {
    /// A letter, then letters, digits and `_`.
    pub name: String,
    /// Its value.
    pub value: Value,
}
method!("fact.set", SetFact => ());

/// Take a fact away.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveFact {
    /// Which.
    pub name: String,
}
method!("fact.remove", RemoveFact => ());

/// Every resource that was described, or that somebody holds or waits for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListResources {}
method!("resource.list", ListResources => Vec<ResourceView>);

/// A resource that tasks share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceView {
    /// Its name.
    pub name: String,
    /// How much there is.
    pub capacity: u32,
    /// How much is held.
    pub used: u32,
    /// How many occurrences wait for it.
    pub waiting: u32,
}

/// Say how much of a resource there is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetResource {
    /// Its name.
    pub name: String,
    /// 1 to 1,000,000; absent takes the description away: it is 1 again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
}
method!("resource.set", SetResource => ());

/// Every template, by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListTemplates {}
method!("template.list", ListTemplates => Vec<Template>);

/// Keep a template; one of the same name is replaced.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SaveTemplate(pub Template);
method!("template.save", SaveTemplate => ());

/// Take a template away.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveTemplate {
    /// Its name.
    pub name: String,
}
method!("template.remove", RemoveTemplate => ());

/// Make a task from a template.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseTemplate {
    /// Its name.
    pub name: String,
    /// The values of its parameters.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub values: Values,
    /// The run that asks, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RunId>,
}
method!("template.use", UseTemplate => CreatedTask);
