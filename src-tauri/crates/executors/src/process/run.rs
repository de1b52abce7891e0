//! One program, from its start to the end of its last process.

use std::future::pending;
use std::io;
use std::pin::pin;
use std::time::Duration;

use aegis_domain::{ProcessIdentity, RunId};
use aegis_helper::cgroup::Controls;
use aegis_helper::remains::{self, Orphan};
use aegis_helper::{Control, Escalation, Report, Spec, StartFailure};
use aegis_ports::{LogSink, RunHandle, Signal, StartLost};
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until, timeout};

use super::helper::{ANSWER_LIMIT, Helper, Output, lay_to_rest};
use super::output::{self, DRAIN_LIMIT};
use super::steering::{CallOff, Steering};
use super::terminal::Answer;
use super::{HelperPath, ProcessError};
use crate::words;

/// What came of a program.
#[derive(Debug)]
pub(crate) enum End {
    /// Its run is not the current one any more, or Aegis stopped before anybody was told that it
    /// had started. Nothing has run.
    Lost,
    /// It was called off when it was about to start. Nothing has run.
    CalledOff(CallOff),
    /// It could not be started.
    NotStarted {
        /// What kind of mistake it is.
        kind: StartFailure,
        /// What went wrong and what to do.
        message: String,
    },
    /// It ran, and none of its processes is left.
    Exited(Exit),
}

impl End {
    /// Whether files that it wrote are its work: it ran, and does not run again by itself.
    pub(crate) const fn leaves_files(&self) -> bool {
        match self {
            Self::Exited(exit) => !matches!(exit.cause, Cause::CalledOff(CallOff::Shutdown)),
            Self::Lost | Self::CalledOff(_) | Self::NotStarted { .. } => false,
        }
    }
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exit {
    /// Its exit code, if it exited.
    pub(crate) code: Option<i32>,
    /// The signal that ended it, if one did.
    pub(crate) signal: Option<i32>,
    /// What made it end.
    pub(crate) cause: Cause,
}

/// What made a program end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Nothing of ours.
    Itself,
    /// Its time limit.
    TimeLimit,
    /// Somebody, or Aegis, did not want it any more.
    CalledOff(CallOff),
}

/// Runs a program below a helper of its own. Returns when no process of it is left, the helper
/// included, and when all that it printed is in the log.
///
/// Calls [`RunHandle::started`] once, before the program starts, except when it gives
/// [`End::Lost`].
pub(crate) async fn run(
    path: &HelperPath,
    mut spec: Spec,
    answers: Vec<Answer>,
    run: RunId,
    handle: &dyn RunHandle,
) -> Result<End, ProcessError> {
    // Of equal names the last one counts.
    spec.env.push((remains::RUN_VARIABLE.to_owned(), run.to_string()));
    let limits = spec.sandbox.as_ref().map(|sandbox| sandbox.limits).unwrap_or_default();
    let limited = limits.memory_bytes.is_some() || limits.processes.is_some();
    let (limit, grace) = (spec.timeout_ms.map(Duration::from_millis), spec.grace_ms);
    let helper = match Helper::prepare(path, spec).await {
        Ok(helper) => helper,
        Err(error) => {
            return match handle.started(None).await {
                Ok(()) => Err(error),
                Err(StartLost) => Ok(End::Lost),
            };
        }
    };
    let signals = handle.signal();
    let called_off = || CallOff::of(*signals.borrow());
    // On record before it starts: a crash in between must not make it run a second time, or
    // unseen.
    let lost = called_off() == Some(CallOff::Shutdown)
        || handle.started(Some(on_record(&helper.identity))).await.is_err();
    if lost {
        helper.dismiss().await;
        return Ok(End::Lost);
    }
    if let Some(call_off) = called_off() {
        helper.dismiss().await;
        return Ok(End::CalledOff(call_off));
    }
    let steering = Steering::new(limit, Duration::from_millis(grace), Instant::now());
    supervise(helper, run, steering, signals, (answers, handle, limited)).await
}

fn on_record(identity: &aegis_helper::ProcessIdentity) -> ProcessIdentity {
    let aegis_helper::ProcessIdentity { pid, start_time, boot_id } = identity.clone();
    ProcessIdentity { pid, start_time, boot_id }
}

/// What the helper said last, if anything.
enum LastWord {
    NotStarted {
        kind: StartFailure,
        message: String,
    },
    Exited(Exit),
    Stopped(String),
    /// It went without one.
    Died(Option<io::Error>),
    /// It says nothing, although its time is over.
    Silent,
}

async fn supervise(
    helper: Helper,
    run: RunId,
    mut steering: Steering,
    mut signals: watch::Receiver<Signal>,
    (answers, handle, limited): (Vec<Answer>, &dyn RunHandle, bool),
) -> Result<End, ProcessError> {
    let Helper { mut process, identity, mut reports, mut controls, output } = helper;
    let sink = handle.log();
    let log: &dyn LogSink = &*sink;
    let mut output = pin!(async {
        match output {
            Output::Pipes { stdout, stderr } => output::follow(stdout, stderr, log).await,
            Output::Terminal(terminal) => terminal.follow(answers, handle).await,
        }
    });
    let mut printing = true;
    let mut known = vec![identity];
    let mut control = Some(Control::Go);
    signals.mark_changed();

    let last = loop {
        if let Some(control) = control.take() {
            // A helper that is gone shows in its reports, the last of which may still be unread. One
            // that has not read for so long that the socket is full is beyond hope.
            if timeout(ANSWER_LIMIT, controls.send(&control)).await.is_err() {
                break LastWord::Silent;
            }
        }
        tokio::select! {
            report = reports.next() => match report {
                Ok(Some(Report::Started { child, sandbox, group })) => {
                    known.push(child);
                    if limited {
                        log.note(held_by(group));
                    }
                    if let Some(mechanism) = sandbox {
                        log.note(&format!("It is kept apart by {}.", mechanism.name()));
                    }
                }
                Ok(Some(report)) => if let Some(last) = last_word(report, &steering, log) {
                    break last;
                },
                Ok(None) => break LastWord::Died(None),
                Err(error) => break LastWord::Died(Some(error)),
            },
            wanted = changed(&mut signals) => control = steering.obey(wanted, Instant::now()),
            () = until(steering.force_at()) => control = Some(steering.force()),
            () = until(steering.deadline()) => break LastWord::Silent,
            () = &mut output, if printing => printing = false,
        }
    };

    // The lifeline is cut: whatever the helper still does now is to end, and processes with it.
    drop((controls, reports));
    if matches!(last, LastWord::Died(_) | LastWord::Silent) {
        let orphan = Orphan { run: run.to_string(), known };
        let remains = spawn_blocking(move || remains::end(&[orphan])).await;
        if let Ok(ended @ 1..) = remains {
            let processes = words::counted(ended, "process");
            log.note(&format!("{processes} left of the run, with its helper gone: killed."));
        }
    }
    if printing && timeout(DRAIN_LIMIT, &mut output).await.is_err() {
        log.note(
            "A process outside this run still holds its output open; what it prints is no longer \
             followed.",
        );
    }
    let status = lay_to_rest(&mut process).await;
    match last {
        LastWord::NotStarted { kind, message } => Ok(End::NotStarted { kind, message }),
        LastWord::Exited(exit) => Ok(End::Exited(exit)),
        LastWord::Stopped(message) => Err(ProcessError::Stopped(message)),
        LastWord::Died(None) => Err(ProcessError::Died(status)),
        LastWord::Died(Some(error)) => Err(ProcessError::Died(format!("{status}; {error}"))),
        LastWord::Silent => Err(ProcessError::Silent),
    }
}

/// What holds the limits on memory and processes.
const fn held_by(group: Option<Controls>) -> &'static str {
    match group {
        Some(Controls { memory: true, processes: true }) => {
            "A control group holds its limits on memory and processes, for all of it together."
        }
        Some(Controls { memory: true, processes: false }) => {
            "A control group holds its limit on memory, for all of it together."
        }
        Some(Controls { memory: false, processes: true }) => {
            "A control group holds its limit on processes, for all of it together."
        }
        Some(Controls { memory: false, processes: false }) | None => {
            "Its limit on memory counts for each of its processes: no control group holds it."
        }
    }
}

/// What a report means for the run, when it is the last one.
fn last_word(report: Report, steering: &Steering, log: &dyn LogSink) -> Option<LastWord> {
    Some(match report {
        Report::Started { .. } | Report::Frozen | Report::Continued => return None,
        Report::Ready { .. } => LastWord::Stopped("it began a second time".to_owned()),
        Report::StartFailed { kind, message, .. } => LastWord::NotStarted { kind, message },
        Report::Protocol { message } | Report::Failed { message } => LastWord::Stopped(message),
        Report::Exited { code, signal, timed_out, cancelled, swept, survivors, escalated_to } => {
            let cause = match (timed_out, cancelled) {
                (true, _) => Cause::TimeLimit,
                (false, true) => Cause::CalledOff(steering.called_off().unwrap_or(CallOff::Cancel)),
                (false, false) => Cause::Itself,
            };
            if cause != Cause::Itself && escalated_to == Some(Escalation::Kill) {
                log.note("It did not end when it was asked to, and was killed.");
            }
            note_leftovers(swept, survivors, log);
            LastWord::Exited(Exit { code, signal, cause })
        }
    })
}

fn note_leftovers(swept: u32, survivors: u32, log: &dyn LogSink) {
    let were = |count| if count == 1 { "was" } else { "were" };
    if swept > 0 {
        let processes = words::counted(swept.into(), "process");
        log.note(&format!("{processes} that it left behind {} ended.", were(swept)));
    }
    if survivors > 0 {
        let processes = words::counted(survivors.into(), "process");
        log.note(&format!(
            "{processes} could not be ended: of another user, or stuck in the kernel."
        ));
    }
}

/// What the engine wants, once that changes. An engine that is gone wants nothing more.
async fn changed(signals: &mut watch::Receiver<Signal>) -> Signal {
    match signals.changed().await {
        Ok(()) => *signals.borrow_and_update(),
        Err(_) => pending().await,
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => pending().await,
    }
}
