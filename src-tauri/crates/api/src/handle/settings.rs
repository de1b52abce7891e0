//! Settings.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_protocol::{
    AddRoot, ApiError, ErrorKind, GetSettings, RemoveRoot, SettingsView, UpdateSettings,
};
use async_trait::async_trait;

impl Door {
    /// Runs something that waits for the disk where it holds nobody up.
    async fn keep(
        &self,
        change: impl FnOnce(&dyn crate::SettingsStore) -> Result<SettingsView, ApiError>
        + Send
        + 'static,
    ) -> Result<SettingsView, ApiError> {
        let settings = std::sync::Arc::clone(&self.api.parts.settings);
        tokio::task::spawn_blocking(move || change(&*settings))
            .await
            .map_err(|e| ApiError::new(ErrorKind::Internal, format!("Saving failed: {e}.")))?
    }
}

#[async_trait]
impl Handle<GetSettings> for Door {
    async fn handle(&self, _: GetSettings) -> Result<SettingsView, ApiError> {
        Ok(self.api.parts.settings.view())
    }
}

#[async_trait]
impl Handle<UpdateSettings> for Door {
    async fn handle(&self, request: UpdateSettings) -> Result<SettingsView, ApiError> {
        self.keep(move |settings| settings.update(request)).await
    }
}

#[async_trait]
impl Handle<AddRoot> for Door {
    async fn handle(&self, request: AddRoot) -> Result<SettingsView, ApiError> {
        self.keep(move |settings| settings.add_root(&request.path)).await
    }
}

#[async_trait]
impl Handle<RemoveRoot> for Door {
    async fn handle(&self, request: RemoveRoot) -> Result<SettingsView, ApiError> {
        self.keep(move |settings| settings.remove_root(&request.path)).await
    }
}
