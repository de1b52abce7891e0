//! The tools that agents call, with this machine behind them.

use crate::{DesktopNotifier, DeviceSpeaker, Paths, Settings, SystemClock, user_zone};
use aegis_api::Api;
use aegis_ports::{Caller, Clock, Commands, Notifier, RunTools, Speaker};
use aegis_protocol::{ApiError, ErrorKind};
use aegis_tools::Host;
use async_trait::async_trait;
use serde_json::Value;
use std::sync::{Arc, OnceLock, Weak};

/// The API, once it is there: executors have tools, and the API has executors.
#[derive(Default)]
pub(crate) struct Later(OnceLock<Weak<Api>>);

impl Later {
    pub(crate) fn is(&self, api: &Arc<Api>) {
        // It is said once.
        let _ = self.0.set(Arc::downgrade(api));
    }
}

#[async_trait]
impl Commands for Later {
    async fn call(&self, caller: &Caller, method: &str, params: Value) -> Result<Value, ApiError> {
        let api = self.0.get().and_then(Weak::upgrade).ok_or_else(|| {
            ApiError::new(ErrorKind::Unavailable, "Aegis is starting or stopping.")
                .with_hint("Try again in a moment.")
        })?;
        api.call(caller, method, params).await
    }
}

/// The tools of this process's runs.
pub(crate) fn host(
    commands: Arc<Later>,
    notifier: Arc<dyn Notifier>,
    speaker: Arc<dyn Speaker>,
    clock: Arc<dyn Clock>,
) -> Arc<Host> {
    Arc::new(Host::new(commands, notifier, speaker, clock, user_zone().name().to_owned()))
}

/// The tools for a program that calls itself `name` and came by itself.
///
/// # Errors
/// The settings cannot be read.
pub fn visitor(
    paths: &Paths,
    name: &str,
    workspace: Option<String>,
    commands: Arc<dyn Commands>,
) -> Result<Arc<dyn RunTools>, ApiError> {
    let settings = Arc::new(Settings::open(paths)?);
    let speaker = Arc::new(DeviceSpeaker::new(settings));
    let (notifier, clock) = (Arc::new(DesktopNotifier::default()), Arc::new(SystemClock));
    let zone = user_zone().name().to_owned();
    Ok(aegis_tools::visitor(name, workspace, commands, notifier, speaker, clock, zone))
}
