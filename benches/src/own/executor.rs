//! Work that does nothing.

use aegis_domain::{ExecutorName, ExecutorSpec, Invalid, Outcome};
use aegis_ports::{Ended, Executor, Job, RunHandle};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

/// Says that it has begun, and that it has succeeded.
pub struct NoOp {
    /// Called first thing.
    entered: Box<dyn Fn(&Job) + Send + Sync>,
}

impl NoOp {
    /// Its name.
    pub const NAME: &str = "nothing";

    /// One that nobody watches.
    pub fn new() -> Arc<Self> {
        Self::watched(|_| {})
    }

    /// One that calls `entered` first thing.
    pub fn watched(entered: impl Fn(&Job) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { entered: Box::new(entered) })
    }
}

#[async_trait]
impl Executor for NoOp {
    fn name(&self) -> ExecutorName {
        ExecutorName::new(Self::NAME)
    }

    /// As with every executor that starts no process.
    fn begins_when_claimed(&self) -> bool {
        true
    }

    fn default_timeout(&self) -> Duration {
        Duration::from_secs(60)
    }

    fn check(&self, _: &ExecutorSpec) -> Result<(), Invalid> {
        Ok(())
    }

    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        (self.entered)(&job);
        if handle.started(None).await.is_err() {
            return Outcome::Cancelled.into();
        }
        Ended::succeeded("done")
    }
}
