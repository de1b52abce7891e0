//! Keys in the keychain. Their values go in, and never come out.

use super::method;
use aegis_domain::{ErrorCategory, KeyName, TaskNumber};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The names of the keys that are kept, and of those that tasks name and are not.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListKeys {}
method!("key.list", ListKeys => KeysView);

/// Keep a key, in the place of one that had the name.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetKey {
    /// Its name: lower-case words with - between them.
    pub name: String,
    /// The key itself. It travels over the local socket or inside the process, and nowhere else.
    pub value: String,
}
method!("key.set", SetKey => ());

/// Shows the name alone.
impl fmt::Debug for SetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetKey").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Look whether a key is there, and ask its service whether it takes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestKey {
    /// Its name.
    pub name: String,
}
method!("key.test", TestKey => KeyTestView);

/// Remove a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveKey {
    /// Its name.
    pub name: String,
}
method!("key.remove", RemoveKey => ());

/// The keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeysView {
    /// By name.
    pub keys: Vec<KeyView>,
    /// There are more tasks than were looked at, so some uses may be missing.
    #[serde(default)]
    pub more_uses: bool,
}

/// A key, without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    /// Its name.
    pub name: KeyName,
    /// Whether the keychain has it. One that only tasks name is missing.
    pub kept: bool,
    /// The tasks that use it.
    pub tasks: Vec<TaskNumber>,
}

/// What a test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTestView {
    /// Which key.
    pub name: KeyName,
    /// The service that was asked, in people's words; none when nobody knows the key's service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// What is wrong; nothing when all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<ErrorCategory>,
    /// What was found: one sentence.
    pub message: String,
    /// What to do: one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
