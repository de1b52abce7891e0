//! Opens the door to tools for runs.

use crate::allowed;
use crate::gate::{self, For, Gate, Parts};
use aegis_domain::Actor;
use aegis_ports::{Caller, Clock, Commands, Job, Notifier, RunHandle, RunTools, Speaker, ToolHost};
use std::sync::Arc;

/// The tools of this process.
pub struct Host {
    parts: Arc<Parts>,
}

impl Host {
    /// Tools that act through `commands`, in the user's time `zone`.
    #[must_use]
    pub fn new(
        commands: Arc<dyn Commands>,
        notifier: Arc<dyn Notifier>,
        speaker: Arc<dyn Speaker>,
        clock: Arc<dyn Clock>,
        zone: String,
    ) -> Self {
        Self { parts: gate::parts(commands, notifier, speaker, clock, zone) }
    }
}

impl ToolHost for Host {
    fn open(
        &self,
        job: &Job,
        workspace: Option<&str>,
        sealed: bool,
        handle: Arc<dyn RunHandle>,
    ) -> Arc<dyn RunTools> {
        let executor = job.settings.name.as_str();
        let who = For {
            caller: Caller { actor: Actor::Agent(executor.to_owned()), run: Some(job.run) },
            task: Some((job.task.id, job.task.number)),
            policy: job.task.definition.approval_policy,
            rules: allowed::of_settings(&job.settings.settings, job.task.id),
            workspace: workspace.map(str::to_owned),
            sealed,
            run: Some(handle),
            session: job.session.clone(),
        };
        Arc::new(Gate::new(Arc::clone(&self.parts), who, job.taint))
    }
}
