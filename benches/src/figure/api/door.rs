//! The API of an engine, without the programs around it.

use crate::own::{Own, WallClock};
use aegis_api::{Api, ApiParts, SettingsStore};
use aegis_domain::redact::Redactor;
use aegis_domain::{Actor, KeyName, Secret};
use aegis_ports::{KeyCheck, KeyTrouble, Secrets, SecretsError};
use aegis_protocol::{ApiError, EngineHost, SettingsView, UpdateSettings};
use async_trait::async_trait;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// As the command line sees it.
pub fn open(own: &Own) -> super::Door {
    let api = Api::new(ApiParts {
        engine: Arc::clone(&own.engine),
        secrets: Arc::new(NoKeychain),
        key_check: Arc::new(NoKeychain),
        settings: Arc::new(NoSettings),
        clock: Arc::new(WallClock),
        zone: chrono_tz::Tz::UTC,
        host: EngineHost::Command,
        data_dir: own.engine.store().dir().to_owned(),
        state_dir: own.engine.store().dir().to_owned(),
        config_file: own.engine.store().dir().join("settings.toml"),
        stop: CancellationToken::new(),
    });
    Arc::new(api.door(Actor::Human("bench".to_owned())))
}

/// Settings that nothing here asks for.
struct NoSettings;

impl SettingsStore for NoSettings {
    fn view(&self) -> SettingsView {
        SettingsView { slots: 64, ..SettingsView::default() }
    }

    fn update(&self, _: UpdateSettings) -> Result<SettingsView, ApiError> {
        Ok(self.view())
    }

    fn add_root(&self, _: &str) -> Result<SettingsView, ApiError> {
        Ok(self.view())
    }

    fn remove_root(&self, _: &str) -> Result<SettingsView, ApiError> {
        Ok(self.view())
    }
}

/// Keys that nothing here needs.
struct NoKeychain;

#[async_trait]
impl Secrets for NoKeychain {
    async fn get(&self, _: &KeyName) -> Result<Secret, SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn set(&self, _: &KeyName, _: Secret) -> Result<(), SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn remove(&self, _: &KeyName) -> Result<(), SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn names(&self) -> Result<Vec<KeyName>, SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn probe(&self) -> Result<(), SecretsError> {
        Err(SecretsError::NoKeychain)
    }

    async fn learn(&self) {}

    fn redactor(&self) -> watch::Receiver<Arc<Redactor>> {
        watch::channel(Arc::default()).1
    }
}

#[async_trait]
impl KeyCheck for NoKeychain {
    fn service(&self, _: &KeyName) -> Option<&'static str> {
        None
    }

    async fn check(&self, _: &KeyName, _: &Secret) -> Result<String, KeyTrouble> {
        Ok(String::new())
    }
}
