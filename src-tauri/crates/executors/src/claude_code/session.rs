//! One run's session, from its start to the end of its last process.

use std::convert::Infallible;
use std::fs::{self, File};
use std::future::pending;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use aegis_domain::{Checkpoint, Failure, Outcome, Report};
use aegis_helper::Spec;
use aegis_ports::{Clock, Ended, Job, RunHandle, RunTools};
use serde_json::Value;

use super::account::Account;
use super::conversation::{Before, Conversation, Opening, waiting};
use super::door::Door;
use super::evidence::Evidence;
use super::gate::Gate;
use super::prompt::{self, Further};
use super::tap::{Tap, Told};
use super::{Ready, args, door, gate};
use crate::process::{self, Cause, End, Exit};
use crate::shell::{Answer, RESULT_VARIABLE, called_off, no_folder};
use crate::{HelperPath, early, words};

/// Most bytes of an answer that become the result of a run.
const MAX_ANSWER: usize = 32 * 1024;
/// The file with what it wrote, as it came.
pub(super) const RAW: &str = "session.jsonl";

/// What a session is run with.
pub(super) struct Session<'a> {
    pub(super) helper: &'a HelperPath,
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) job: &'a Job,
    pub(super) ready: &'a Ready,
    pub(super) handle: &'a Arc<dyn RunHandle>,
    pub(super) answer: &'a Answer,
    /// Who decides whether a tool may be used, if anybody does.
    pub(super) tools: Option<Arc<dyn RunTools>>,
    /// What it is kept in.
    pub(super) sandbox: Option<Box<aegis_helper::Sandbox>>,
}

/// The sockets that a session with a gate and a door has in the folder of its run.
pub(super) fn sockets(scratch: &Path) -> Vec<PathBuf> {
    [gate::SOCKET, door::SOCKET].map(|name| scratch.join(name)).into()
}

/// What came of it.
struct Over {
    id: String,
    exit: Exit,
    told: Told,
}

impl Session<'_> {
    /// Runs it; begins anew when the session that it was to go on with is not there any more.
    pub(super) async fn run(&self) -> Ended {
        let job = self.job;
        let before = Before {
            reason: job.reason,
            session: job.session.as_deref(),
            said: job.said.as_deref(),
            checkpoint: job.checkpoint.as_ref(),
        };
        let mut conversation = Conversation::of(&self.ready.settings, &before);
        let begun = Arc::new(AtomicBool::new(false));
        loop {
            let over = match self.once(&conversation, &begun).await {
                Ok(Ok(over)) => over,
                Ok(Err(ended)) => return ended,
                Err(failure) => return Ended::failed(failure),
            };
            match again(&conversation, &over) {
                Some((note, next)) => {
                    self.handle.log().note(note);
                    conversation = next;
                }
                None => return self.judge(&over),
            }
        }
    }

    /// Runs it once; gives how it ended when it did not even start.
    async fn once(
        &self,
        conversation: &Conversation<'_>,
        begun: &Arc<AtomicBool>,
    ) -> Result<Result<Over, Ended>, Failure> {
        let Self { job, ready, .. } = self;
        let own = job.run.to_string();
        let id = conversation.session.unwrap_or(&own).to_owned();
        let gate = match &self.tools {
            Some(tools) => Some(
                Gate::open(&job.scratch, Arc::clone(tools)).map_err(|error| no_folder(&error))?,
            ),
            None => None,
        };
        let door = match &self.tools {
            Some(tools) => Some(
                Door::open(&job.scratch, Arc::clone(tools)).map_err(|error| no_folder(&error))?,
            ),
            None => None,
        };
        // In a sandbox only what a link leads to is there, not the link.
        let at = |path: &Path| match &self.sandbox {
            Some(_) => fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
            None => path.to_owned(),
        };
        let helper = at(self.helper.as_path());
        let start = args::Start {
            settings: &ready.settings,
            model: ready.model.as_deref(),
            budget: job.budget,
            session: &id,
            resumes: conversation.session.is_some(),
            folders: &ready.folders,
            scratch: &job.scratch,
            gate: gate.as_ref().map(|gate| args::connect(&helper, gate.path())),
            tools: door.as_ref().map(|door| (helper.as_path(), door.path())),
        };
        let file = self.answer.file();
        let mut env = ready.env.clone();
        env.push((RESULT_VARIABLE.to_owned(), file.to_string_lossy().into_owned()));
        let spec = Spec {
            program: at(&ready.program).to_string_lossy().into_owned(),
            args: start.words().map_err(|error| no_folder(&error))?,
            env,
            cwd: ready.cwd.clone(),
            stdin: match conversation.opening {
                Opening::Task(why) => Some(prompt::whole(job, &ready.settings, &file, why)),
                Opening::Further(why) => Some(prompt::further(why)),
                Opening::Nothing => None,
            },
            pty: false,
            timeout_ms: Some(u64::try_from(job.timeout.as_millis()).unwrap_or(u64::MAX)),
            grace_ms: u64::try_from(Spec::DEFAULT_GRACE.as_millis()).unwrap_or(u64::MAX),
            sandbox: self.sandbox.clone(),
        };
        let raw = ready
            .settings
            .raw_log
            .then(|| raw_file(job))
            .transpose()
            .map_err(|error| no_folder(&error))?;
        let handle = Arc::clone(self.handle);
        let tap = Tap::new(handle, job.scratch.clone(), Arc::clone(begun), self.tools.clone(), raw);
        let serve = async {
            match &gate {
                Some(gate) => gate.serve(tap.listener()).await,
                None => pending::<Infallible>().await,
            }
        };
        let offer = async {
            match &door {
                Some(door) => door.serve(tap.listener()).await,
                None => pending::<Infallible>().await,
            }
        };
        let end = tokio::select! {
            end = process::run(self.helper, spec, Vec::new(), job.run, &tap) => end?,
            never = serve => match never {},
            never = offer => match never {},
            never = tap.pass_on() => match never {},
        };
        let told = tap.listener().told();
        Ok(match end {
            End::Exited(exit) => Ok(Over { id, exit, told }),
            End::Lost => Err(early::lost()),
            End::CalledOff(call_off) => Err(called_off(call_off).into()),
            End::NotStarted { kind, message } => {
                Err(Ended::failed(process::not_started(kind, &message)))
            }
        })
    }

    fn judge(&self, over: &Over) -> Ended {
        let Over { id, exit, told } = over;
        let limit = words::duration(self.job.timeout);
        let evidence = Evidence {
            account: &told.account,
            exit: *exit,
            stop: told.stop,
            parked: told.parked,
            session: id,
            complaint: &told.complaint,
            limit: &limit,
            now: self.clock.now(),
        };
        let outcome = evidence.judge();
        self.mark(id, &outcome, &told.account);
        let log = self.handle.log();
        let result = match self.answer.read(&*log) {
            Value::Null if matches!(outcome, Outcome::Succeeded { .. }) => {
                text_result(evidence.answer())
            }
            result => result,
        };
        Ended { outcome, exit_code: exit.code, result }
    }

    /// Puts down whether the next run goes on exactly where a call waits.
    fn mark(&self, session: &str, outcome: &Outcome, account: &Account) {
        let waits = *outcome == Outcome::Suspended
            && account.end().is_some_and(|end| end.deferred.is_some());
        if waits || self.job.checkpoint.is_some() {
            let label = if waits { "a call waits for an answer" } else { "the session goes on" };
            let (at, data) = (self.clock.now(), waiting(session, waits));
            let checkpoint = Checkpoint { at, label: label.to_owned(), data };
            self.handle.report(Report::Checkpoint(checkpoint));
        }
    }
}

/// How a session begins a second time within its run, if that is called for; and a note about it.
fn again<'a>(now: &Conversation<'a>, over: &Over) -> Option<(&'static str, Conversation<'a>)> {
    now.session?;
    let account = &over.told.account;
    let did_nothing = account.used() == (0, 0) && account.text().is_empty();
    if !did_nothing || over.told.stop.is_some() || over.exit.cause != Cause::Itself {
        return None;
    }
    let errors = account.end().map(|end| end.errors.join(" ")).unwrap_or_default();
    let said = format!("{errors} {}", over.told.complaint);
    let why = match now.opening {
        Opening::Further(why) => Some(why),
        Opening::Task(why) => why,
        Opening::Nothing => None,
    };
    if said.contains(NO_SESSION) {
        let next = Conversation { session: None, opening: Opening::Task(why) };
        return Some((
            "The session that it was to go on with is not there any more; it begins anew.",
            next,
        ));
    }
    if now.opening == Opening::Nothing && over.exit.code != Some(0) {
        let opening = Opening::Further(Further::CutOff);
        let note = "The call that was put off is not there any more; it goes on without it.";
        return Some((note, Conversation { opening, ..*now }));
    }
    None
}

/// What Claude Code says of a session that it does not find (version 2.1.197).
const NO_SESSION: &str = "No conversation found";

/// The file for what it writes, as it comes.
fn raw_file(job: &Job) -> io::Result<File> {
    let mut options = File::options();
    options.append(true).create(true).mode(0o600).open(job.scratch.join(RAW))
}

/// An answer as the result of a run.
fn text_result(answer: &str) -> Value {
    if answer.is_empty() {
        return Value::Null;
    }
    let end = answer.floor_char_boundary(MAX_ANSWER);
    let cut = if end < answer.len() { "…" } else { "" };
    Value::String(format!("{}{cut}", &answer[..end]))
}
