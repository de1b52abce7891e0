//! One run, from its claim to its end.

use crate::artifacts::Budget;
use crate::asking::{self, Asking};
use crate::callers::CallingRun;
use crate::driver::Claimed;
use crate::engine::Shared;
use crate::log::RunLog;
use crate::pool::Slot;
use aegis_domain::breaker::Sign;
use aegis_domain::machine::{self, Asks, Command, Ending, Refused, RunRef};
use aegis_domain::{
    ErrorCategory, ExecutorSpec, Failure, Occurrence, Outcome, ProcessIdentity, Report, RunReason,
    Task, placeholder,
};
use aegis_ports::{Answered, Ended, Executor, Job, Left, LogSink, RunHandle, Signal, StartLost};
use aegis_store::{StoreError, WriteError};
use async_trait::async_trait;
use futures::FutureExt;
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Between two reports at least this much time passes.
const REPORT_PAUSE: Duration = Duration::from_millis(250);
/// For the last reports of a run that has ended.
const REPORTS_LIMIT: Duration = Duration::from_secs(5);
/// Between two tries to write down an end while the disk is full.
const FINISH_PAUSE: Duration = Duration::from_secs(2);

/// Begins a run that was claimed, in its slot.
pub(crate) fn begin(shared: &Arc<Shared>, slot: Slot, claimed: Claimed, on: &Handle) {
    let run = claimed.run.id;
    let (task, spec) = (claimed.task.number, claimed.task.definition.executor.as_ref());
    let agent = spec.map_or_else(|| "program".to_owned(), |spec| spec.name.to_string());
    let signal = shared.live.begin(CallingRun { run, task, agent });
    slot.begin(run, shared.clock.now());
    shared.runs.spawn_on(drive(Arc::clone(shared), claimed, signal), on);
    // Whoever stopped meanwhile has not seen it.
    if shared.stopping.is_cancelled() {
        shared.live.tell(run, Signal::Shutdown);
    }
}

/// Does the work of a run that was claimed, and writes down how it ended.
async fn drive(shared: Arc<Shared>, claimed: Claimed, signal: watch::Receiver<Signal>) {
    let run = RunRef { run: claimed.run.id, token: claimed.run.token };
    let log = shared.logs.open(run.run);
    let (reports, to_report) = mpsc::unbounded_channel();
    let handle = Arc::new(Work {
        shared: Arc::clone(&shared),
        run,
        log,
        signal,
        asking: Asking::new(run, claimed.occurrence.id),
        reports: Mutex::new(Some(reports)),
        over: CancellationToken::new(),
        left_behind: Arc::default(),
        started: AtomicBool::new(claimed.run.started_at.is_some()),
        lost: AtomicBool::new(false),
        unrecorded: AtomicBool::new(false),
    });
    let reporter = tokio::spawn(send_reports(Arc::clone(&handle), to_report));
    let mut ended = work(&shared, claimed, Arc::clone(&handle)).await;
    if handle.asking.is_parked() {
        ended.outcome = asking::parked(ended.outcome);
    }
    handle.close_reports();
    if tokio::time::timeout(REPORTS_LIMIT, reporter).await.is_err() {
        tracing::warn!(run = %run.run, "not every report of a run could be written down");
    }
    let log_len = shared.logs.close(run.run);
    let sign = Sign::of(&ended.outcome);
    // Whoever is next shares the commit of the end.
    let changed = shared.pool.over(run.run, &sign, shared.clock.now());
    let lost = handle.lost.load(Ordering::Acquire);
    if changed || lost {
        shared.nudge.notify_one();
    }
    if !lost {
        write_end(&shared, &handle, ended, log_len).await;
    }
    if handle.unrecorded.load(Ordering::Acquire) {
        // Its start is not on record, so nothing was done: another run may begin.
        commit_until_done(&shared, Command::LoseAgent { run }).await;
    }
    shared.live.end(run.run);
    shared.pool.end(&shared.store, run.run, changed, shared.clock.now()).await;
}

async fn work(shared: &Shared, claimed: Claimed, handle: Arc<Work>) -> Ended {
    let Claimed { task, occurrence, run, previous, upstream } = claimed;
    let spec = task.definition.executor.as_ref();
    let Some((spec, executor)) =
        spec.and_then(|spec| Some((spec, shared.executors.get(&spec.name)?)))
    else {
        let name = spec.map_or_else(|| "nobody".to_owned(), |spec| spec.name.to_string());
        let failure = Failure::new(
            ErrorCategory::Internal,
            format!("This Aegis has no executor called “{name}”."),
        );
        return Ended::failed(failure.with_hint("Create the task again with one that it has."));
    };
    let previous = previous.as_ref().map_or(Value::Null, machine::Ended::facts);
    let upstream: serde_json::Map<String, Value> =
        upstream.iter().map(|(number, ended)| (number.to_string(), ended.facts())).collect();
    let upstream = Value::Object(upstream);
    let values = placeholders(&task, &occurrence, &previous, &upstream);
    let job = Job {
        run: run.id,
        occurrence: occurrence.id,
        settings: ExecutorSpec {
            name: spec.name.clone(),
            settings: placeholder::fill(&spec.settings, &values),
        },
        values: occurrence.parameters.clone(),
        previous,
        upstream,
        timeout: task
            .definition
            .timeout_secs
            .map_or_else(|| executor.default_timeout(), Duration::from_secs),
        checkpoint: run.checkpoints.last().cloned(),
        reason: run.reason,
        said: said(&occurrence, run.reason),
        session: run.session.or_else(|| occurrence.agent.continues.map(|c| c.session)),
        taint: occurrence.agent.taint,
        budget: task
            .definition
            .budget
            .map(|budget| budget.plus(occurrence.agent.allowance).minus(occurrence.agent.spent)),
        due: occurrence.instant.unwrap_or(occurrence.created_at),
        scratch: shared.scratch.join(run.id.to_string()),
        task,
    };
    guard(executor, job, handle).await
}

/// What is said to whoever takes the work up again: by a review, or by the person who continues it.
fn said(occurrence: &Occurrence, reason: RunReason) -> Option<String> {
    match reason {
        RunReason::Rework => occurrence.reviews.last().map(|review| review.feedback.clone()),
        _ => occurrence.agent.continues.as_ref().map(|continued| continued.words.clone()),
    }
}

/// What placeholders in a task's settings can name this time.
fn placeholders(task: &Task, occurrence: &Occurrence, previous: &Value, upstream: &Value) -> Value {
    let mut values: serde_json::Map<String, Value> =
        occurrence.parameters.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let instant = occurrence.instant.unwrap_or(occurrence.created_at);
    values.insert("previous".to_owned(), previous.clone());
    values.insert("upstream".to_owned(), upstream.clone());
    values.insert("instant".to_owned(), instant.to_rfc3339().into());
    values.insert("number".to_owned(), task.number.0.into());
    values.insert("title".to_owned(), task.definition.title.as_str().into());
    Value::Object(values)
}

/// A panic in an executor is that run's failure, not the engine's.
async fn guard(executor: &Arc<dyn Executor>, job: Job, handle: Arc<Work>) -> Ended {
    let name = executor.name();
    AssertUnwindSafe(executor.run(job, handle)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(executor = %name, "an executor panicked");
        Ended::failed(
            Failure::new(ErrorCategory::Internal, format!("The executor “{name}” crashed."))
                .with_hint("Aegis' own log says where. Please report it."),
        )
    })
}

/// Writes down the end.
async fn write_end(shared: &Shared, handle: &Work, ended: Ended, log_len: u64) {
    let never_began = !handle.started.load(Ordering::Acquire);
    let end = if never_began && ended.outcome == Outcome::AgentLost {
        // Nothing has happened, so whatever the task says of interruptions does not apply.
        Command::LoseAgent { run: handle.run }
    } else {
        if never_began && handle.started(None).await.is_err() {
            return;
        }
        let Ended { outcome, exit_code, result } = ended;
        let ending = Ending { outcome, exit_code, result, log_len };
        Command::Finish { run: handle.run, ending }
    };
    commit_until_done(shared, end).await;
}

/// Commits what has to be known of a run that is over. A full disk delays it; only a stop of Aegis
/// ends the waiting, and then the next start finds the run unended.
async fn commit_until_done(shared: &Shared, end: Command) {
    loop {
        match shared.submit(end.clone()).await {
            Ok(_) => return,
            Err(WriteError::Refused(refused)) => {
                tracing::info!(%refused, ?end, "an end was not used");
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

/// Commits what a run says of itself, until it says no more.
async fn send_reports(handle: Arc<Work>, mut reports: mpsc::UnboundedReceiver<Report>) {
    let run = handle.run;
    while let Some(first) = reports.recv().await {
        let mut batch = vec![first];
        while let Ok(next) = reports.try_recv() {
            gather(&mut batch, next);
        }
        for report in batch {
            match handle.shared.submit(Command::Report { run, report }).await {
                Ok(_) => {}
                Err(WriteError::Refused(Refused::Invalid(why))) => {
                    handle.log.note(&why.to_string());
                }
                Err(error) => tracing::debug!(%error, "a report was not used"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(REPORT_PAUSE) => {}
            () = handle.over.cancelled() => {}
        }
    }
}

/// Adds a report to those that wait: of progress and usage the last one counts, and files that were
/// left behind one by one go together.
fn gather(waiting: &mut Vec<Report>, next: Report) {
    match (waiting.last_mut(), next) {
        (Some(last @ Report::Progress(_)), next @ Report::Progress(_))
        | (Some(last @ Report::Usage(_)), next @ Report::Usage(_)) => *last = next,
        (Some(Report::Artifacts(files)), Report::Artifacts(more)) => files.extend(more),
        (_, next) => waiting.push(next),
    }
}

struct Work {
    shared: Arc<Shared>,
    run: RunRef,
    log: Arc<RunLog>,
    signal: watch::Receiver<Signal>,
    asking: Asking,
    reports: Mutex<Option<mpsc::UnboundedSender<Report>>>,
    /// The run has ended, and only what it has said is left to be written down.
    over: CancellationToken,
    left_behind: Arc<Mutex<Budget>>,
    started: AtomicBool,
    /// It must not go on.
    lost: AtomicBool,
    /// Because the database failed, not because somebody else holds the occurrence.
    unrecorded: AtomicBool,
}

impl Work {
    /// The run has ended: it says no more.
    fn close_reports(&self) {
        drop(self.reports.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.over.cancel();
    }
}

#[async_trait]
impl RunHandle for Work {
    async fn started(&self, process: Option<ProcessIdentity>) -> Result<(), StartLost> {
        // It began when it was claimed.
        if self.started.load(Ordering::Acquire) {
            return Ok(());
        }
        let helper = process.clone();
        match self.shared.submit(Command::Start { run: self.run, process }).await {
            Ok(_) => {
                // Before its program begins: whatever that asks for is known as its own.
                if let Some(helper) = helper {
                    self.shared.live.started(self.run.run, helper);
                }
                self.started.store(true, Ordering::Release);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(run = %self.run.run, %error, "a start was not used");
                // A refusal means that somebody else holds the occurrence. A failed database means
                // that nothing may go on unrecorded: the claim is given back when it can be.
                let unrecorded = matches!(error, WriteError::Store(_));
                self.unrecorded.store(unrecorded, Ordering::Release);
                self.lost.store(true, Ordering::Release);
                Err(StartLost)
            }
        }
    }

    fn report(&self, report: Report) {
        if let Some(reports) = &*self.reports.lock().unwrap_or_else(PoisonError::into_inner) {
            // Whoever would listen is there for as long as the sender.
            drop(reports.send(report));
        }
    }

    async fn keep(&self, folder: &Path, left: Left) {
        let kept = self.shared.artifacts.collect(folder, left, &self.left_behind).await;
        kept.notes.iter().for_each(|note| self.log.note(note));
        if !kept.artifacts.is_empty() {
            self.report(Report::Artifacts(kept.artifacts));
        }
    }

    async fn ask(&self, asks: Asks) -> Answered {
        self.asking.ask(&self.shared, asks, self.signal.clone()).await
    }

    fn waits(&self, waiting: bool) {
        self.shared.pool.set_released(self.run.run, waiting, self.shared.clock.now());
        if waiting {
            self.shared.nudge.notify_one();
        }
    }

    fn signal(&self) -> watch::Receiver<Signal> {
        self.signal.clone()
    }

    fn log(&self) -> Arc<dyn LogSink> {
        Arc::clone(&self.log) as Arc<dyn LogSink>
    }
}
