//! Keys that come in with a request, where they must not stay.
//!
//! What looks like a key among a command's variables goes into the keychain, and the task keeps its
//! name. A key that is known, anywhere else, is taken out of texts; out of what a program is to
//! run it cannot be, so that is refused.

use crate::api::Door;
use aegis_domain::redact::Redactor;
use aegis_domain::{Actor, KeyName, MIN_SECRET, Secret, ShellSettings, looks_like_a_key};
use aegis_ports::SecretsError;
use aegis_protocol::{ApiError, ErrorKind};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Numbers that are tried for a name that is taken.
const MOST_NUMBERS: u32 = 99;

impl Door {
    /// A request's arguments without keys.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when a key stands where it can neither stay nor be left out, or there
    /// is no keychain to which it could go.
    pub(crate) async fn without_keys(
        &self,
        method: &str,
        mut params: Value,
    ) -> Result<Value, ApiError> {
        let by_agent = matches!(self.actor, Actor::Agent(_));
        if !by_agent && !has_room_for_a_key(&params) {
            return Ok(params);
        }
        let secrets = &self.api.parts.secrets;
        secrets.learn().await;
        let mut settings = Vec::new();
        shell_settings(&mut params, &mut settings);
        for settings in settings {
            if by_agent && names_a_key(settings) {
                let message = "An agent cannot give a key to a command.";
                return Err(ApiError::new(ErrorKind::Refused, message)
                    .with_hint("Let the user make that task: ask with ask_user."));
            }
            self.move_keys(settings).await?;
            let redactor = Arc::clone(&secrets.redactor().borrow());
            refuse_keys(&redactor, settings)?;
        }
        let redactor = Arc::clone(&secrets.redactor().borrow());
        // A line may become a command, which would be another one without the key.
        if method.starts_with("quick_add.")
            && let Some(name) = redactor.first_in(&params.to_string())
        {
            let message = format!("The key “{name}” stands in the line.");
            return Err(ApiError::new(ErrorKind::Refused, message)
                .with_hint("Leave it out. A command gets it with: aegis task create --secret"));
        }
        redactor.json(&mut params);
        Ok(params)
    }

    /// Puts what looks like a key, or is one, from the variables into the keychain.
    async fn move_keys(&self, settings: &mut Map<String, Value>) -> Result<(), ApiError> {
        let Some(env) = settings.get("env").and_then(Value::as_object) else { return Ok(()) };
        let redactor = Arc::clone(&self.api.parts.secrets.redactor().borrow());
        let keys: Vec<(String, String)> = env
            .iter()
            .filter_map(|(name, value)| Some((name, value.as_str()?)))
            .filter(|(name, value)| {
                looks_like_a_key(name, value) || redactor.first_in(value).is_some()
            })
            .map(|(name, value)| (name.clone(), value.to_owned()))
            .collect();
        for (variable, value) in keys {
            let Ok(secret) = Secret::new(value) else { continue };
            let name = self.keep_key(&variable, secret).await?;
            if let Some(Value::Object(env)) = settings.get_mut("env") {
                env.remove(&variable);
            }
            let named = settings.entry("secrets").or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(named) = named {
                named.insert(variable, name.as_str().into());
            }
        }
        if settings.get("env").and_then(Value::as_object).is_some_and(Map::is_empty) {
            settings.remove("env");
        }
        Ok(())
    }

    /// Keeps a key under a name that its variable suggests, or finds it there.
    async fn keep_key(&self, variable: &str, secret: Secret) -> Result<KeyName, ApiError> {
        let secrets = &self.api.parts.secrets;
        let refused = |why: &SecretsError| {
            let message = format!(
                "The variable {variable} holds a key, and it cannot be put into the keychain. {why}"
            );
            ApiError {
                field: Some("env".to_owned()),
                ..ApiError::new(ErrorKind::Refused, message).with_hint(why.hint())
            }
        };
        let known = Arc::clone(&secrets.redactor().borrow());
        if let Some(name) = known.first_in(secret.expose()).cloned()
            && secrets.get(&name).await.is_ok_and(|kept| kept == secret)
        {
            return Ok(name);
        }
        let first = KeyName::of_variable(variable);
        let names = std::iter::once(first.clone());
        for name in names.chain((2..=MOST_NUMBERS).map(|number| first.numbered(number))) {
            match secrets.get(&name).await {
                Ok(kept) if kept == secret => return Ok(name),
                Ok(_) => {}
                Err(SecretsError::NotFound(_)) => {
                    return match secrets.set(&name, secret).await {
                        Ok(()) => Ok(name),
                        Err(error) => Err(refused(&error)),
                    };
                }
                Err(error) => return Err(refused(&error)),
            }
        }
        Err(refused(&SecretsError::Failed(format!("it has {MOST_NUMBERS} keys of that name"))))
    }
}

/// Whether any text is long enough to hold a key: most requests have none.
fn has_room_for_a_key(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() >= MIN_SECRET,
        Value::Array(items) => items.iter().any(has_room_for_a_key),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.len() >= MIN_SECRET * 4 || has_room_for_a_key(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether settings ask for a key of the keychain, as a variable or as an answer.
fn names_a_key(settings: &Map<String, Value>) -> bool {
    let prompts = settings.get("prompts").and_then(Value::as_array);
    settings.get("secrets").is_some_and(|secrets| !secrets.is_null())
        || prompts.is_some_and(|all| all.iter().any(|prompt| !prompt["key"].is_null()))
}

/// Refuses a key in what is to be run, typed or worked in: without it, it would be another command.
fn refuse_keys(redactor: &Redactor, settings: &Map<String, Value>) -> Result<(), ApiError> {
    for (field, value) in settings.iter().filter(|(field, _)| *field != "secrets") {
        if let Some(name) = redactor.first_in(&value.to_string()) {
            let message = format!("The key “{name}” stands in the {field} of the task.");
            let hint = format!(
                "Let the command read it from a variable: --secret VARIABLE={name}, and $VARIABLE \
                 in a script."
            );
            return Err(ApiError {
                field: Some(field.clone()),
                ..ApiError::new(ErrorKind::Refused, message).with_hint(hint)
            });
        }
    }
    Ok(())
}

/// The settings of every shell executor in a request, wherever it stands.
fn shell_settings<'a>(value: &'a mut Value, found: &mut Vec<&'a mut Map<String, Value>>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| shell_settings(item, found)),
        Value::Object(fields) => {
            let shell = fields.get("name").and_then(Value::as_str) == Some(ShellSettings::EXECUTOR);
            if shell && fields.get("settings").is_some_and(Value::is_object) {
                if let Some(Value::Object(settings)) = fields.get_mut("settings") {
                    found.push(settings);
                }
                return;
            }
            fields.values_mut().for_each(|value| shell_settings(value, found));
        }
        _ => {}
    }
}
