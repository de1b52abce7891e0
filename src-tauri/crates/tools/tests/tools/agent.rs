//! A model double: it does every step that it is told, in order, and nothing is below it.

use aegis_domain::{
    ErrorCategory, ExecutorName, ExecutorSpec, Failure, Invalid, Outcome, Report, Usage,
};
use aegis_ports::{Ended, Executor, Job, Permit, RunHandle, RunTools, ToolAnswer, ToolHost, Used};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// What the double did, step by step: `go`, `no: …`, or what a tool answered.
pub struct Agent {
    pub host: Arc<dyn ToolHost>,
    pub workspace: String,
}

#[async_trait]
impl Executor for Agent {
    fn name(&self) -> ExecutorName {
        ExecutorName::new("agent")
    }
    fn default_timeout(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn check(&self, _: &ExecutorSpec) -> Result<(), Invalid> {
        Ok(())
    }
    fn place(&self, _: &ExecutorSpec) -> Option<String> {
        Some("~/work".to_owned())
    }
    fn folder(&self, _: &ExecutorSpec) -> Option<String> {
        Some(self.workspace.clone())
    }

    async fn run(&self, job: Job, handle: Arc<dyn RunHandle>) -> Ended {
        handle.started(None).await.unwrap();
        let settings = job.settings.settings.clone();
        let sealed = settings["sealed"] == json!(true);
        let tools = self.host.open(&job, Some(&self.workspace), sealed, Arc::clone(&handle));
        let mut did = Vec::new();
        for step in settings["steps"].as_array().unwrap() {
            if let Some(cost) = step["cost"].as_str() {
                let usage = Usage { cost: cost.parse().unwrap(), ..Usage::default() };
                handle.report(Report::Usage(usage));
                let mut signal = handle.signal();
                let parked = signal.wait_for(|s| *s == aegis_ports::Signal::Park);
                if tokio::time::timeout(Duration::from_secs(1), parked).await.is_ok() {
                    return Outcome::Suspended.into();
                }
                continue;
            }
            match self.step(&*tools, step).await {
                Some(done) => did.push(done),
                None => return Outcome::Suspended.into(),
            }
        }
        if settings["fails"] == json!(true) {
            return Ended::failed(Failure::new(ErrorCategory::CommandFailed, "As it was told."));
        }
        Ended { result: Value::Array(did), ..Ended::succeeded("did as it was told") }
    }
}

impl Agent {
    /// One step; `None` when the run has to end for a person.
    async fn step(&self, tools: &dyn RunTools, step: &Value) -> Option<Value> {
        let (tool, input) = (step["tool"].as_str().unwrap(), step["input"].clone());
        if step["own"] == json!(true) {
            return match tools.call(tool, input).await {
                ToolAnswer::Done(value) => Some(value),
                ToolAnswer::Failed { category, message } => {
                    Some(json!({"category": category, "error": message}))
                }
                ToolAnswer::Park => None,
            };
        }
        let permit = tools.permit(tool, &input, Some("use-1")).await;
        let used = |error: Option<String>| {
            tools.used(Used {
                tool: tool.to_owned(),
                input,
                use_id: Some("use-1".to_owned()),
                took_ms: Some(5),
                error,
                tokens: Some(120),
                screenshot: None,
                session: Some("session-1".to_owned()),
            });
        };
        match permit {
            Permit::Go => {
                used(None);
                Some(json!("go"))
            }
            Permit::No(why) => {
                // As Claude Code tells of it: a call that failed.
                used(Some(why.clone()));
                Some(json!(format!("no: {why}")))
            }
            Permit::Park => None,
        }
    }
}

/// A step with a tool that another program has.
#[allow(clippy::needless_pass_by_value)] // It is always made for this.
pub fn permit(tool: &str, input: Value) -> Value {
    json!({"tool": tool, "input": input})
}

/// A step with a tool of Aegis' own.
#[allow(clippy::needless_pass_by_value)] // It is always made for this.
pub fn own(tool: &str, input: Value) -> Value {
    json!({"tool": tool, "input": input, "own": true})
}
