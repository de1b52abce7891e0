//! The keys that a command needs, read when its run starts.

use std::collections::BTreeMap;

use aegis_domain::{Failure, KeyName, Secret, ShellSettings};
use aegis_ports::{Secrets, SecretsError};

use crate::process::{Answer, Expected};

/// What a command gets that stands nowhere.
pub(super) struct Keys {
    /// Variables with their values.
    pub(super) variables: BTreeMap<String, String>,
    /// What is typed into its terminal.
    pub(super) answers: Vec<Answer>,
}

/// Reads every key once.
///
/// # Errors
/// A failure of the category `auth` when one cannot be had.
pub(super) async fn read(
    secrets: Option<&dyn Secrets>,
    settings: &ShellSettings,
) -> Result<Keys, Failure> {
    let mut keys: BTreeMap<&KeyName, Secret> = BTreeMap::new();
    for name in settings.keys() {
        if !keys.contains_key(name) {
            let secrets = secrets.ok_or_else(|| SecretsError::NoKeychain.failure())?;
            keys.insert(name, secrets.get(name).await.map_err(|error| error.failure())?);
        }
    }
    let text = |name: &KeyName| keys.get(name).map(|key| key.expose().to_owned());
    let variables = settings.secrets.iter();
    let variables =
        variables.filter_map(|(variable, name)| Some((variable.clone(), text(name)?))).collect();
    let answers = settings.prompts.iter().filter_map(|prompt| {
        let send = prompt.send.clone().or_else(|| text(prompt.key.as_ref()?))?;
        Some(Answer { expected: Expected::read(&prompt.expect).ok()?, send })
    });
    Ok(Keys { variables, answers: answers.collect() })
}
