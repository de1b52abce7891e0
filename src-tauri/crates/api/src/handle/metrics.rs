//! Aegis' own figures.

use crate::api::Door;
use crate::dispatch::Handle;
use crate::error::from_store;
use aegis_domain::metrics::{Metrics, Window};
use aegis_protocol::{ApiError, ShowMetrics};
use async_trait::async_trait;

#[async_trait]
impl Handle<ShowMetrics> for Door {
    async fn handle(&self, request: ShowMetrics) -> Result<Metrics, ApiError> {
        let window = Window::last(request.hours, request.days, self.api.now())?;
        self.api.engine().metrics(window).await.map_err(|e| from_store(&e))
    }
}
