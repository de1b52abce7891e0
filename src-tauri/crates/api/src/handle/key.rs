//! Keys: which there are, setting, testing and removing them.

use crate::api::Door;
use crate::dispatch::Handle;
use crate::error::from_secrets;
use aegis_domain::{Invalid, KeyName, Secret, ShellSettings, TaskNumber};
use aegis_protocol::{
    ApiError, KeyTestView, KeyView, KeysView, ListKeys, RemoveKey, SetKey, TestKey,
};
use aegis_store::list::{ListQuery, Sort};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// Tasks that are looked at for the keys that they use.
const MOST_TASKS: usize = 2_000;
/// Tasks of one look.
const AT_ONCE: u32 = 200;

#[async_trait]
impl Handle<ListKeys> for Door {
    async fn handle(&self, _: ListKeys) -> Result<KeysView, ApiError> {
        let names = self.api.parts.secrets.names().await.map_err(|e| from_secrets(&e))?;
        let (mut uses, more_uses) = self.uses().await?;
        let mut keys: Vec<KeyView> = names
            .into_iter()
            .map(|name| {
                let tasks = uses.remove(&name).unwrap_or_default();
                KeyView { name, kept: true, tasks }
            })
            .collect();
        let missing = uses.into_iter().map(|(name, tasks)| KeyView { name, kept: false, tasks });
        keys.extend(missing);
        keys.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(KeysView { keys, more_uses })
    }
}

impl Door {
    /// Which tasks use which keys, of the newest tasks; and whether there are older ones.
    async fn uses(&self) -> Result<(BTreeMap<KeyName, Vec<TaskNumber>>, bool), ApiError> {
        let mut uses: BTreeMap<KeyName, Vec<TaskNumber>> = BTreeMap::new();
        let (mut after, mut seen) = (None, 0);
        loop {
            let query =
                ListQuery { sort: Sort::Number, limit: AT_ONCE, after, ..ListQuery::default() };
            let page = self.api.read(move |r| r.list(&query)).await?;
            seen += page.items.len();
            for row in &page.items {
                let spec = row.task.definition.executor.as_ref();
                let shell = spec.filter(|spec| spec.name.as_str() == ShellSettings::EXECUTOR);
                let settings = shell.and_then(|spec| {
                    serde_json::from_value::<ShellSettings>(spec.settings.clone()).ok()
                });
                for name in settings.iter().flat_map(ShellSettings::keys) {
                    let tasks = uses.entry(name.clone()).or_default();
                    if tasks.last() != Some(&row.task.number) {
                        tasks.push(row.task.number);
                    }
                }
            }
            after = page.next;
            if after.is_none() || seen >= MOST_TASKS {
                return Ok((uses, after.is_some()));
            }
        }
    }
}

#[async_trait]
impl Handle<SetKey> for Door {
    async fn handle(&self, request: SetKey) -> Result<(), ApiError> {
        let name = KeyName::new(&request.name)?;
        let secret = Secret::new(request.value).map_err(|no_secret| {
            let text = no_secret.to_string();
            let (message, hint) = text.split_once(". ").unwrap_or((&text, ""));
            Invalid::new("value", format!("That cannot be a key. {message}."), hint)
        })?;
        self.api.parts.secrets.set(&name, secret).await.map_err(|e| from_secrets(&e))
    }
}

#[async_trait]
impl Handle<TestKey> for Door {
    async fn handle(&self, request: TestKey) -> Result<KeyTestView, ApiError> {
        let name = KeyName::new(&request.name)?;
        let secret = self.api.parts.secrets.get(&name).await.map_err(|e| from_secrets(&e))?;
        let check = &self.api.parts.key_check;
        let Some(service) = check.service(&name) else {
            let message = format!("The key “{name}” is in the keychain.");
            let hint = "No service is known that could say whether it is right.".to_owned();
            return Ok(KeyTestView {
                name,
                service: None,
                category: None,
                message,
                hint: Some(hint),
            });
        };
        let service = Some(service.to_owned());
        Ok(match check.check(&name, &secret).await {
            Ok(message) => KeyTestView { name, service, category: None, message, hint: None },
            Err(trouble) => KeyTestView {
                name,
                service,
                category: Some(trouble.category),
                message: trouble.message,
                hint: Some(trouble.hint),
            },
        })
    }
}

#[async_trait]
impl Handle<RemoveKey> for Door {
    async fn handle(&self, request: RemoveKey) -> Result<(), ApiError> {
        let name = KeyName::new(&request.name)?;
        self.api.parts.secrets.remove(&name).await.map_err(|e| from_secrets(&e))
    }
}
