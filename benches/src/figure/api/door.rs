//! The API of an engine, without the programs around it.

use crate::own::Own;
use aegis_api::{Api, ApiParts, SettingsStore};
use aegis_domain::Actor;
use aegis_doubles::{NoKeychain, WallClock};
use aegis_protocol::{ApiError, EngineHost, SettingsView, UpdateSettings};
use std::sync::Arc;
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
