//! Keeping a run apart from the rest of the machine.
//!
//! Two mechanisms can do it, and one that cannot do all that is asked is passed over. When none is
//! left the run is refused: nothing ever starts with less than what was asked for.

mod bubblewrap;
mod ear;
mod forward;
pub(crate) mod inside;
mod landlock;
mod limits;
mod namespaces;
mod places;
mod seccomp;

use std::io;

use ::landlock::RulesetCreated;
use aegis_helper::cgroup::{Base, Entrance, Group};
use aegis_helper::{Available, Mechanism, Network, Profile, Report, Sandbox, Spec, StartFailure};
use rustix::io::Errno;
use rustix::thread::{
    CapabilitySet, CapabilitySets, remove_capability_from_bounding_set, set_capabilities,
    set_no_new_privs,
};

pub(crate) use self::ear::Ear;
use self::limits::{Counted, Limited};
use self::places::Places;
use self::seccomp::{Beside, Filter, Sockets};
use crate::supervise::child;

/// The argument that makes this program say what this machine has.
pub(crate) const ASK: &str = "--mechanisms";
/// The argument that makes this program do nothing: a sandbox in which it can is one that works.
pub(crate) const NOTHING: &str = "--nothing";

/// A run that has begun in a sandbox.
pub(crate) struct Confined {
    pub(crate) pid: i32,
    pub(crate) mechanism: Mechanism,
    /// Who tells of the program, where the helper's own child is not the program.
    pub(crate) ear: Option<Ear>,
}

/// Why a mechanism did not do it.
enum No {
    /// It cannot do this here; another one may. A clause.
    Passed(String),
    /// Nothing can.
    Refused(Report),
    /// What it was to cover may have gone meanwhile; it may be worth another look.
    Shaken(Report),
}

impl From<Report> for No {
    fn from(report: Report) -> Self {
        Self::Refused(report)
    }
}

/// Starts what the spec says, in the sandbox that it asks for, and in a control group if that lets it
/// in.
pub(crate) fn start(
    spec: &Spec,
    sandbox: &Sandbox,
    group: Option<&Group>,
) -> Result<Confined, Report> {
    let unavailable =
        |why: &str| failure(StartFailure::SandboxUnavailable, &Errno::PERM.into(), sentence(why));
    let places = Places::look(spec, sandbox).map_err(|why| unavailable(&why))?;
    let mut passed = Vec::new();
    for mechanism in &sandbox.mechanisms {
        let tried = match mechanism {
            Mechanism::Bubblewrap => namespaces::start(spec, sandbox, &places, group),
            Mechanism::Landlock => behind_landlock(spec, sandbox, &places, group),
        };
        match tried {
            Ok(confined) => return Ok(confined),
            Err(No::Passed(why)) => passed.push(why),
            Err(No::Refused(report) | No::Shaken(report)) => return Err(report),
        }
    }
    if passed.is_empty() {
        passed.push("no mechanism is allowed".to_owned());
    }
    Err(unavailable(&passed.join("; ")))
}

/// What this machine has.
pub(crate) fn available() -> Available {
    let reason = |found: Result<(), String>| found.err();
    Available {
        mechanisms: vec![
            (
                Mechanism::Bubblewrap,
                reason(bubblewrap::program().and_then(|program| namespaces::probe(&program))),
            ),
            (Mechanism::Landlock, reason(landlock::available())),
        ],
        control_group: Base::detect().map(|base| base.controls()),
    }
}

/// The sentence about a sandbox that cannot be had.
fn sentence(why: &str) -> String {
    format!(
        "the sandbox that this run is to have cannot be had, so it was not started: {why}. \
         `aegis doctor` says what this machine has; with bubblewrap (Debian: apt install bubblewrap) \
         every sandbox can be had"
    )
}

fn failure(kind: StartFailure, error: &io::Error, message: String) -> Report {
    let errno = error.raw_os_error().unwrap_or(Errno::INVAL.raw_os_error());
    Report::StartFailed { errno, kind, message }
}

/// What a program puts on in the moment before it begins.
struct Lock {
    limits: Limited,
    rules: Option<RulesetCreated>,
    filter: Filter,
}

impl Lock {
    /// Puts everything on, the filter last: what comes before it may need what it refuses.
    fn closing(mut self) -> impl FnMut() -> io::Result<()> + Send + Sync + 'static {
        move || {
            set_no_new_privs(true)?;
            give_up_capabilities()?;
            self.limits.take()?;
            if let Some(rules) = self.rules.take() {
                rules.restrict_self().map_err(io::Error::other)?;
            }
            self.filter.put_on()
        }
    }
}

/// What root may beside what its files allow.
fn give_up_capabilities() -> io::Result<()> {
    for capability in CapabilitySet::all().iter() {
        match remove_capability_from_bounding_set(capability) {
            // Without the right to, there is nothing that could be gained by a program either: it
            // gains nothing by being started once no_new_privs is set.
            Ok(()) | Err(Errno::PERM | Errno::INVAL) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let none = CapabilitySet::empty();
    let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
    Ok(set_capabilities(None, sets)?)
}

fn behind_landlock(
    spec: &Spec,
    sandbox: &Sandbox,
    places: &Places,
    group: Option<&Group>,
) -> Result<Confined, No> {
    let passed = |why: &str| Err(No::Passed(why.to_owned()));
    if !places.git.is_empty() {
        return passed("Landlock cannot keep a repository in a writable folder from being written");
    }
    if matches!(sandbox.network, Network::Proxy(_)) {
        return passed("Landlock cannot hold a program to a list of hosts");
    }
    if !places.sockets.is_empty() {
        return passed("Landlock cannot let a program reach one socket and no other");
    }
    if !places.private.is_empty() {
        return passed("Landlock cannot put an empty folder in the place of another");
    }
    landlock::available().map_err(No::Passed)?;
    let rules = landlock::alone(places, sandbox.profile == Profile::Strict).map_err(No::Passed)?;
    let internet = sandbox.network == Network::Full;
    let lock = Lock {
        limits: Limited::new(&sandbox.limits, Counted::OfTheUser).map_err(No::Passed)?,
        rules: Some(rules),
        filter: Filter::new(Sockets { internet, unix: false }, Beside::Landlock),
    };
    let spec = Spec { env: environment(spec, &places.tmp.0.path, false), ..spec.clone() };
    let stdin = child::stdin(&spec)?;
    let (entrance, mut close) = (entrance(group), lock.closing());
    let closing = move || {
        enter(entrance.as_ref());
        close()
    };
    let pid = child::spawn(&spec, stdin, closing)
        .map_err(|error| child::program_failure(&spec, &error))?;
    Ok(Confined { pid, mechanism: Mechanism::Landlock, ear: None })
}

/// The way into a group, for one process.
fn entrance(group: Option<&Group>) -> Option<Entrance> {
    group?.entrance().ok()
}

/// Goes into a group. Who is not let in stays outside, and is held by what holds each process; the
/// helper looks afterwards where it is.
fn enter(entrance: Option<&Entrance>) {
    if let Some(entrance) = entrance {
        let _ = entrance.enter();
    }
}

/// The run's environment in a sandbox.
fn environment(spec: &Spec, tmp: &std::path::Path, proxy: bool) -> Vec<(String, String)> {
    let mut env = spec.env.clone();
    env.push(("TMPDIR".to_owned(), tmp.to_string_lossy().into_owned()));
    if proxy {
        // Whom it reaches past the proxy the engine knows better, if it says so.
        let said = env.iter().any(|(name, _)| name == "NO_PROXY");
        let variables = forward::variables().into_iter();
        env.extend(variables.filter(|(name, _)| !(said && name.eq_ignore_ascii_case("NO_PROXY"))));
    }
    env
}
