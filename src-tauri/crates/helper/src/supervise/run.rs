//! The loop that follows a run from the start of its child to the end of its last process.

use std::collections::HashSet;
use std::io;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use aegis_helper::cgroup::Group;
use aegis_helper::{Control, Escalation, Process, ProcessIdentity, Report, Spec, tree};
use nix::sys::signalfd::SignalFd;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Signal, WaitOptions, getpid, wait};

use super::Stop;
use super::child::Child;
use super::lifeline::{Incoming, Lifeline, out_of_place};
use super::phase::{Due, Phase};
use crate::confine::Ear;
use crate::confine::inside::Ended;

pub(super) struct Run {
    /// This process: every process of the run is below it.
    root: i32,
    child: Child,
    grace: Duration,
    phase: Phase,
    /// How the program ended, once it has.
    ended: Option<Ended>,
    timed_out: bool,
    cancelled: bool,
    escalated_to: Option<Escalation>,
    /// The processes that were signalled after the child's end, by pid and start time.
    swept: HashSet<(i32, u64)>,
    /// Why the engine will get no account of the run. From then on it is not listened to.
    stop: Option<Stop>,
}

impl Run {
    pub(super) fn new(child: Child, spec: &Spec) -> Self {
        Self {
            root: getpid().as_raw_nonzero().get(),
            child,
            grace: Duration::from_millis(spec.grace_ms),
            phase: Phase::running(Instant::now(), spec.timeout_ms.map(Duration::from_millis)),
            ended: None,
            timed_out: false,
            cancelled: false,
            escalated_to: None,
            swept: HashSet::new(),
            stop: None,
        }
    }

    /// Returns when no process of the run is left.
    pub(super) fn supervise(
        mut self,
        lifeline: &mut Lifeline,
        signals: &SignalFd,
    ) -> Result<(), Stop> {
        if let Err(stop) = self.announce(lifeline) {
            self.abandon(stop);
        }
        loop {
            match self.turn(lifeline, signals) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(survivors)) => return self.account(lifeline, survivors),
                Err(stop) if self.stop.is_none() => self.abandon(stop),
                Err(stop) => return Err(stop),
            }
        }
    }

    fn announce(&self, lifeline: &Lifeline) -> Result<(), Stop> {
        self.child.let_go()?;
        // The child may have ended already, but its pid is its own until it is reaped.
        let child = ProcessIdentity::of(self.child.pid)?;
        let group = self.child.group.as_ref().map(Group::limits);
        send(lifeline, &Report::Started { child, sandbox: self.child.sandbox, group })
    }

    /// One turn of the loop: all that has happened, then a wait. Breaks with the number of
    /// survivors.
    fn turn(
        &mut self,
        lifeline: &mut Lifeline,
        signals: &SignalFd,
    ) -> Result<ControlFlow<u32>, Stop> {
        // Before anything else: a request that comes after the child's end comes too late.
        self.hear();
        if self.reap()?.is_break() {
            return Ok(ControlFlow::Break(0));
        }
        if self.stop.is_none() {
            self.listen(lifeline)?;
        }
        match self.phase.due(Instant::now()) {
            None => {}
            Some(Due::TimeLimit) => {
                self.timed_out = true;
                self.escalate(Escalation::Interrupt);
            }
            Some(Due::Escalate(step)) => self.escalate(step),
            Some(Due::GiveUp) => return Ok(ControlFlow::Break(self.survivors())),
        }
        self.wait_for_event(lifeline, signals)?;
        Ok(ControlFlow::Continue(()))
    }

    /// Reaps whatever has ended. Breaks when nothing is left that could ever end.
    fn reap(&mut self) -> io::Result<ControlFlow<()>> {
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(None) => return Ok(ControlFlow::Continue(())),
                // Once the child is reaped, its pid may come to mean another process of the run.
                Ok(Some((pid, status)))
                    if self.ended.is_none() && pid.as_raw_nonzero().get() == self.child.pid =>
                {
                    // What held a sandbox together ends with it, and may have said why before.
                    self.hear();
                    self.has_ended(status.into());
                }
                Ok(Some(_)) | Err(Errno::INTR) => {}
                Err(Errno::CHILD) => return Ok(ControlFlow::Break(())),
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// Takes notice of the program's end in its sandbox.
    fn hear(&mut self) {
        if let Some(ended) = self.child.ear.as_mut().and_then(Ear::ended) {
            self.has_ended(ended);
        }
    }

    /// The first account of the end counts.
    fn has_ended(&mut self, ended: Ended) {
        if self.ended.is_none() {
            self.ended = Some(ended);
            if !self.phase.is_ending() {
                self.phase = Phase::settling(Instant::now());
            }
        }
    }

    /// Whether a process is the program's, and not one of the two that hold its sandbox together.
    fn is_of_the_program(&self, process: &Process) -> bool {
        self.child.ear.is_none()
            || (process.pid != self.child.pid && process.parent != self.child.pid)
    }

    fn listen(&mut self, lifeline: &mut Lifeline) -> Result<(), Stop> {
        loop {
            match lifeline.next() {
                Incoming::Control(control) => self.obey(&control, lifeline)?,
                Incoming::Nothing => return Ok(()),
                Incoming::Malformed(message) => {
                    return Err(Stop::Mistake(Report::Protocol { message }));
                }
                Incoming::Closed => return Err(Stop::EngineGone),
            }
        }
    }

    fn obey(&mut self, control: &Control, lifeline: &Lifeline) -> Result<(), Stop> {
        match (control, self.phase) {
            (Control::Start(_) | Control::Go, _) => Err(Stop::Mistake(out_of_place(control))),
            (Control::Cancel, phase) => {
                if !phase.is_ending() {
                    self.cancelled = true;
                    self.escalate(Escalation::Interrupt);
                }
                Ok(())
            }
            (Control::Kill, phase) => {
                self.cancelled |= !phase.is_ending();
                if !matches!(phase, Phase::Killing { .. }) {
                    self.escalate(Escalation::Kill);
                }
                Ok(())
            }
            (Control::Freeze, Phase::Running { limit }) => {
                // The clock stops before the processes do: they are not charged for the stopping.
                let left = limit.map(|at| at.saturating_duration_since(Instant::now()));
                tree::freeze(self.root)?;
                self.phase = Phase::Frozen { left };
                send(lifeline, &Report::Frozen)
            }
            (Control::Continue, Phase::Frozen { left }) => {
                tree::thaw(self.root)?;
                self.phase = Phase::running(Instant::now(), left);
                send(lifeline, &Report::Continued)
            }
            (Control::Freeze, Phase::Frozen { .. }) => send(lifeline, &Report::Frozen),
            (Control::Continue, Phase::Running { .. }) => send(lifeline, &Report::Continued),
            (Control::StopClock, Phase::Running { limit }) => {
                let left = limit.map(|at| at.saturating_duration_since(Instant::now()));
                self.phase = Phase::Waiting { left };
                Ok(())
            }
            (Control::StartClock, Phase::Waiting { left }) => {
                self.phase = Phase::running(Instant::now(), left);
                Ok(())
            }
            (Control::Freeze, Phase::Waiting { left }) => {
                tree::freeze(self.root)?;
                self.phase = Phase::Frozen { left };
                send(lifeline, &Report::Frozen)
            }
            (Control::Continue, Phase::Waiting { .. }) => send(lifeline, &Report::Continued),
            (Control::Freeze | Control::Continue | Control::StopClock | Control::StartClock, _) => {
                Ok(())
            }
        }
    }

    /// Takes a step towards the end of every process of the run. When `/proc` cannot be listed just
    /// now, the next step tries again.
    fn escalate(&mut self, step: Escalation) {
        let mut reached = match step {
            Escalation::Interrupt => tree::ask(self.root, Signal::INT),
            Escalation::Terminate => tree::ask(self.root, Signal::TERM),
            // A sandbox ends with the first process that is killed in it: who was there is seen
            // before.
            Escalation::Kill => tree::freeze(self.root).and_then(|there| {
                tree::kill(self.root)
                    .map(|killed| if self.child.ear.is_some() { there } else { killed })
            }),
        }
        .unwrap_or_default();
        if let (Escalation::Kill, Some(group)) = (step, &self.child.group) {
            // Also what could not be seen, and what was just being started. Older kernels cannot.
            let _ = group.kill();
        }
        reached.retain(|process| self.is_of_the_program(process));
        if !reached.is_empty() {
            self.escalated_to = self.escalated_to.max(Some(step));
        }
        if self.ended.is_some() {
            self.swept.extend(reached.iter().map(|process| (process.pid, process.start_time)));
        }
        self.phase = self.phase.after(step, Instant::now(), self.grace);
    }

    /// Ends the run without an account of it.
    fn abandon(&mut self, stop: Stop) {
        self.stop = Some(stop);
        self.escalate(Escalation::Kill);
    }

    /// Waits for the end of a child, for the engine, or for the end of the phase.
    fn wait_for_event(&self, lifeline: &Lifeline, signals: &SignalFd) -> io::Result<()> {
        let timeout = match self.phase.ends_at() {
            None => None,
            Some(end) => {
                let left = end.saturating_duration_since(Instant::now());
                Some(Timespec::try_from(left).map_err(io::Error::other)?)
            }
        };
        let mut sources = vec![PollFd::new(signals, PollFlags::IN)];
        // A lifeline that has closed would end every wait at once.
        if self.stop.is_none() {
            sources.push(PollFd::new(lifeline, PollFlags::IN));
        }
        if let Some(socket) = self.child.ear.as_ref().and_then(Ear::socket) {
            sources.push(PollFd::new(socket, PollFlags::IN));
        }
        match poll(&mut sources, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
        // One SIGCHLD can stand for many ends: the signals are dropped, and all that ended reaped.
        while signals.read_signal()?.is_some() {}
        Ok(())
    }

    /// How many processes are left. At least the one that keeps wait(2) waiting, even where `/proc`
    /// hides it.
    fn survivors(&self) -> u32 {
        let left = tree::descendants(self.root).unwrap_or_default();
        count(left.iter().filter(|process: &&Process| !process.ended).count()).max(1)
    }

    fn account(self, lifeline: &Lifeline, survivors: u32) -> Result<(), Stop> {
        if let Some(stop) = self.stop {
            return Err(stop);
        }
        let report = Report::Exited {
            code: self.ended.and_then(|ended| ended.code),
            signal: self.ended.and_then(|ended| ended.signal),
            timed_out: self.timed_out,
            cancelled: self.cancelled,
            swept: count(self.swept.len()),
            survivors,
            escalated_to: self.escalated_to,
        };
        send(lifeline, &report)
    }
}

fn send(lifeline: &Lifeline, report: &Report) -> Result<(), Stop> {
    lifeline.report(report).map_err(|_| Stop::EngineGone)
}

fn count(processes: usize) -> u32 {
    u32::try_from(processes).unwrap_or(u32::MAX)
}
