//! One run, from its claim to its end.

use crate::driver::Claimed;
use crate::engine::Shared;
use crate::log::RunLog;
use aegis_domain::machine::{Command, RunRef};
use aegis_domain::{ErrorCategory, Failure, Outcome, ProcessIdentity, Progress, Schedule};
use aegis_ports::{Ended, Executor, Job, LogSink, RunHandle, Signal, StartLost};
use aegis_store::{StoreError, WriteError};
use async_trait::async_trait;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// Between two reports of progress at least this much time passes.
const PROGRESS_PAUSE: Duration = Duration::from_millis(250);
/// Between two tries to write down an end while the disk is full.
const FINISH_PAUSE: Duration = Duration::from_secs(2);

/// Does the work of a run that was claimed, and writes down how it ended.
pub(crate) async fn drive(shared: Arc<Shared>, claimed: Claimed, signal: watch::Receiver<Signal>) {
    let run = RunRef { run: claimed.run.id, token: claimed.run.token };
    let log = shared.logs.open(run.run);
    let (progress, reports) = watch::channel(None);
    let handle = Arc::new(Handle {
        shared: Arc::clone(&shared),
        run,
        log,
        signal,
        progress,
        started: AtomicBool::new(false),
        lost: AtomicBool::new(false),
    });
    let reporter = tokio::spawn(report_progress(Arc::clone(&shared), run, reports));
    let ended = work(&shared, claimed, Arc::clone(&handle)).await;
    reporter.abort();
    let log_len = shared.logs.close(run.run);
    if !handle.lost.load(Ordering::Acquire) {
        write_end(&shared, &handle, ended, log_len).await;
    }
    shared.live.end(run.run);
    shared.nudge.notify_one();
}

async fn work(shared: &Shared, claimed: Claimed, handle: Arc<Handle>) -> Ended {
    let name = claimed.task.executor.as_ref().map(|e| e.name.clone());
    let Some(executor) = name.as_ref().and_then(|n| shared.executors.get(n)) else {
        let name = name.map_or_else(|| "nobody".to_owned(), |n| n.to_string());
        let failure = Failure::new(
            ErrorCategory::Internal,
            format!("This Aegis has no executor called “{name}”."),
        );
        return Ended::failed(failure.with_hint("Create the task again with one that it has."));
    };
    let job = Job {
        run: claimed.run.id,
        timeout: claimed
            .task
            .timeout_secs
            .map_or_else(|| executor.default_timeout(), Duration::from_secs),
        due: match claimed.task.schedule {
            Schedule::At { at } if claimed.occurrence.cause == aegis_domain::Cause::Schedule => at,
            _ => claimed.occurrence.created_at,
        },
        task: claimed.task,
    };
    guard(executor, job, handle).await
}

/// A panic in an executor is that run's failure, not the engine's.
async fn guard(executor: &Arc<dyn Executor>, job: Job, handle: Arc<Handle>) -> Ended {
    let name = executor.name();
    AssertUnwindSafe(executor.run(job, handle)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(executor = %name, "an executor panicked");
        Ended::failed(
            Failure::new(ErrorCategory::Internal, format!("The executor “{name}” crashed."))
                .with_hint("Aegis' own log says where. Please report it."),
        )
    })
}

/// Writes down the end. A full disk delays it; only a stop of Aegis ends the waiting, and then the
/// next start finds the run unended.
async fn write_end(shared: &Shared, handle: &Handle, ended: Ended, log_len: u64) {
    let never_began = !handle.started.load(Ordering::Acquire);
    let end = if never_began && ended.outcome == Outcome::AgentLost {
        // Nothing has happened, so whatever the task says of interruptions does not apply.
        Command::LoseAgent { run: handle.run }
    } else {
        if never_began && handle.started(None).await.is_err() {
            return;
        }
        Command::Finish {
            run: handle.run,
            outcome: ended.outcome,
            exit_code: ended.exit_code,
            log_len,
        }
    };
    loop {
        match shared.submit(end.clone()).await {
            Ok(_) => return,
            Err(WriteError::Refused(refused)) => {
                tracing::info!(run = %handle.run.run, %refused, "an end was not used");
                return;
            }
            Err(WriteError::Store(StoreError::Closed)) => return,
            Err(WriteError::Store(error)) => {
                tracing::error!(%error, "an end could not be written down; trying again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(FINISH_PAUSE) => {}
            () = shared.stopping.cancelled() => return,
        }
    }
}

/// Commits the newest progress, not every one.
async fn report_progress(
    shared: Arc<Shared>,
    run: RunRef,
    mut reports: watch::Receiver<Option<Progress>>,
) {
    while reports.changed().await.is_ok() {
        let Some(progress) = reports.borrow_and_update().clone() else { continue };
        if let Err(error) = shared.submit(Command::ReportProgress { run, progress }).await {
            tracing::debug!(%error, "progress was not used");
        }
        tokio::time::sleep(PROGRESS_PAUSE).await;
    }
}

struct Handle {
    shared: Arc<Shared>,
    run: RunRef,
    log: Arc<RunLog>,
    signal: watch::Receiver<Signal>,
    progress: watch::Sender<Option<Progress>>,
    started: AtomicBool,
    lost: AtomicBool,
}

#[async_trait]
impl RunHandle for Handle {
    async fn started(&self, process: Option<ProcessIdentity>) -> Result<(), StartLost> {
        match self.shared.submit(Command::Start { run: self.run, process }).await {
            Ok(_) => {
                self.started.store(true, Ordering::Release);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(run = %self.run.run, %error, "a start was not used");
                // A refusal means that somebody else holds the occurrence. A failed database means
                // that nothing may go on unrecorded: the next start finds the claim.
                self.lost.store(true, Ordering::Release);
                Err(StartLost)
            }
        }
    }

    fn progress(&self, progress: Progress) {
        self.progress.send_replace(Some(progress));
    }

    fn signal(&self) -> watch::Receiver<Signal> {
        self.signal.clone()
    }

    fn log(&self) -> Arc<dyn LogSink> {
        Arc::clone(&self.log) as Arc<dyn LogSink>
    }
}
