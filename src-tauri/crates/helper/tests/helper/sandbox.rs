//! What a run in a sandbox can do, and what is told about it.

use std::fs;
use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread;

use aegis_helper::{
    Control, Escalation, Limits, Mechanism, Network, PROXY_PORT, Profile, Report, Sandbox, Spec,
    StartFailure,
};
use rstest::rstest;
use tempfile::TempDir;

use crate::engine::{Exited, Run, eventually, shell, state};

const BOTH: [Mechanism; 2] = [Mechanism::Bubblewrap, Mechanism::Landlock];

pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir_in("/var/tmp").unwrap();
        for name in ["work", "tmp", "more", "other"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        Self(dir)
    }

    fn at(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.0.path()).unwrap().join(name)
    }

    pub(crate) fn spec(&self, script: &str, change: impl FnOnce(&mut Sandbox)) -> Spec {
        let mut sandbox = Sandbox {
            profile: Profile::Workspace,
            writable: Vec::new(),
            read_only: Vec::new(),
            private: Vec::new(),
            hidden: Vec::new(),
            protect_git: false,
            network: Network::None,
            limits: Limits::default(),
            sockets: Vec::new(),
            tmp: self.at("tmp"),
            mechanisms: Mechanism::all(),
        };
        change(&mut sandbox);
        Spec { cwd: self.at("work"), sandbox: Some(Box::new(sandbox)), ..shell(script) }
    }
}

fn by(mechanism: Mechanism) -> impl Fn(&mut Sandbox) {
    move |sandbox| sandbox.mechanisms = vec![mechanism]
}

fn ended(exited: Exited) -> (Option<i32>, Option<i32>, u32, Option<Escalation>) {
    match exited.0 {
        Report::Exited { code, signal, swept, escalated_to, .. } => {
            (code, signal, swept, escalated_to)
        }
        other => panic!("not an end: {other:?}"),
    }
}

fn refused(spec: Spec) -> (StartFailure, String) {
    let mut run = Run::ready();
    run.start(spec);
    let Report::StartFailed { kind, message, .. } = run.report() else { panic!("it started") };
    assert_eq!(run.next_report(), None);
    run.helper_ends();
    run.expect_no_process();
    (kind, message)
}

#[rstest]
fn how_it_ended_is_told_as_without_a_sandbox(
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
) {
    let place = Place::new();
    for (script, end) in [
        ("exit 0", (Some(0), None, 0, None)),
        ("exit 7", (Some(7), None, 0, None)),
        ("kill -SEGV $$", (None, Some(11), 0, None)),
        ("kill -TERM $$", (None, Some(15), 0, None)),
    ] {
        let mut run = Run::started(place.spec(script, by(mechanism))).0;
        assert_eq!(ended(run.exited()), end, "{script}");
    }
}

#[rstest]
fn it_works_where_it_may(
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
    #[values(Profile::Workspace, Profile::Strict)] profile: Profile,
) {
    let place = Place::new();
    let script = format!(
        "pwd -P; cat; echo error >&2; echo a > here && mkdir -p d && mv here d/there
         echo b > {more}/file && echo c > \"$TMPDIR/file\" && cat \"$TMPDIR/file\" d/there
         ls /usr/bin/env; echo x > /dev/null; head -c 1 /dev/zero | wc -c
         echo no > {other}/file",
        more = place.at("more").display(),
        other = place.at("other").display(),
    );
    let mut spec = place.spec(&script, |sandbox| {
        by(mechanism)(sandbox);
        sandbox.profile = profile;
        sandbox.writable = vec![place.at("more")];
    });
    spec.stdin = Some("input\n".into());
    let mut run = Run::started(spec).0;
    let output = run.output();
    let expected = format!("{}\ninput\nc\na\n/usr/bin/env\n1\n", place.at("work").display());
    assert_eq!(output, expected);
    assert_ne!(ended(run.exited()).0, Some(0));
    assert_eq!(fs::read_to_string(place.at("work/d/there")).unwrap(), "a\n");
    assert_eq!(fs::read_to_string(place.at("more/file")).unwrap(), "b\n");
    assert_eq!(fs::read_to_string(place.at("tmp/file")).unwrap(), "c\n");
    assert!(!place.at("other/file").exists());
}

#[rstest]
fn a_cancel_reaches_everything_in_it_step_by_step(
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
) {
    let place = Place::new();
    let mut run = Run::started(place.spec(
        "trap 'echo asked; exit 3' INT; echo ready; while :; do sleep 0.05; done",
        by(mechanism),
    ))
    .0;
    run.output_with("ready");
    run.send(&Control::Cancel);
    assert_eq!(ended(run.exited()), (Some(3), None, 0, Some(Escalation::Interrupt)));
    assert_eq!(run.output(), "ready\nasked\n");

    let script = "trap '' INT TERM; (setsid sleep 300 &); echo ready; while :; do sleep 1; done";
    let spec = Spec { grace_ms: 30, ..place.spec(script, by(mechanism)) };
    let mut run = Run::started(spec).0;
    run.output_with("ready");
    run.send(&Control::Cancel);
    let (code, signal, _, escalated) = ended(run.exited());
    assert_eq!((code, signal, escalated), (None, Some(9), Some(Escalation::Kill)));
}

#[rstest]
fn what_it_leaves_behind_is_ended_and_counted(
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
) {
    let place = Place::new();
    let script = "(setsid sleep 300 &) ; (sleep 0.05; echo late) & exit 0";
    let mut run = Run::started(place.spec(script, by(mechanism))).0;
    assert_eq!(ended(run.exited()), (Some(0), None, 1, Some(Escalation::Terminate)));
    assert_eq!(run.output(), "late\n");
}

#[rstest]
fn it_stands_still_when_frozen_and_dies_with_the_engine(
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
) {
    let place = Place::new();
    let mut run = Run::started(place.spec("echo $$; exec sleep 300", by(mechanism))).0;
    run.output_with("\n");
    let [pid] = run.processes()[..] else { panic!("{:?}", run.processes()) };
    run.send(&Control::Freeze);
    assert_eq!(run.report(), Report::Frozen);
    eventually("it to stop", || state(pid) == 'T');
    run.send(&Control::Continue);
    assert_eq!(run.report(), Report::Continued);
    eventually("it to go on", || state(pid) == 'S');
    run.engine_dies();
    run.helper_ends();
    run.expect_no_process();
}

#[rstest]
fn the_time_limit_counts(
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
) {
    let place = Place::new();
    let spec = Spec { timeout_ms: Some(50), ..place.spec("sleep 300", by(mechanism)) };
    let mut run = Run::started(spec).0;
    let Exited(Report::Exited { timed_out, signal, .. }) = run.exited() else { panic!("no end") };
    assert_eq!((timed_out, signal), (true, Some(2)));
}

#[rstest]
fn a_program_that_is_not_there_is_not_the_sandboxs_fault(
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
) {
    let place = Place::new();
    let mut spec = place.spec("", by(mechanism));
    spec.program = "no-such-program".into();
    let (kind, message) = refused(spec);
    assert_eq!(kind, StartFailure::NotFound);
    assert!(message.contains("no-such-program"), "{message}");
}

#[test]
fn which_mechanism_it_is_is_told() {
    let place = Place::new();
    for mechanism in BOTH {
        let mut run = Run::ready();
        run.start(place.spec("true", by(mechanism)));
        let Report::Started { sandbox, .. } = run.report() else { panic!("not started") };
        assert_eq!(sandbox, Some(mechanism));
        run.exited();
    }
}

/// Another mechanism takes over what the first one cannot do, but only then.
#[test]
fn what_no_mechanism_can_do_is_refused_with_what_to_do() {
    let place = Place::new();
    fs::create_dir(place.at("work/.git")).unwrap();
    let git = |mechanisms: &[Mechanism]| {
        let mechanisms = mechanisms.to_vec();
        place.spec("true", |sandbox| {
            sandbox.protect_git = true;
            sandbox.mechanisms = mechanisms;
        })
    };
    let (kind, message) = refused(git(&[Mechanism::Landlock]));
    assert_eq!(kind, StartFailure::SandboxUnavailable);
    assert!(message.contains("repository") && message.contains("bubblewrap"), "{message}");
    let mut run = Run::started(git(&[Mechanism::Landlock, Mechanism::Bubblewrap])).0;
    assert_eq!(ended(run.exited()).0, Some(0));
    let proxy = place.spec("true", |sandbox| {
        sandbox.network = Network::Proxy(place.at("tmp/proxy"));
        sandbox.mechanisms = vec![Mechanism::Landlock];
    });
    assert_eq!(refused(proxy).0, StartFailure::SandboxUnavailable);
}

#[test]
fn a_folder_that_became_a_link_is_refused() {
    let place = Place::new();
    fs::rename(place.at("work"), place.at("old")).unwrap();
    std::os::unix::fs::symlink(place.at("other"), place.at("work")).unwrap();
    for mechanism in BOTH {
        let (kind, message) = refused(Spec {
            cwd: place.0.path().canonicalize().unwrap().join("work"),
            ..place.spec("true", by(mechanism))
        });
        assert_eq!(kind, StartFailure::SandboxUnavailable);
        assert!(message.contains("symbolic link"), "{message}");
    }
}

#[test]
fn a_socket_that_is_named_is_reached_and_the_one_beside_it_is_not() {
    let place = Place::new();
    let named = place.at("outside/socket");
    let beside = place.at("aegis/engine.sock");
    for path in [&named, &beside] {
        fs::create_dir(path.parent().unwrap()).unwrap();
        let listener = UnixListener::bind(path).unwrap();
        thread::spawn(move || greet(&listener, b"here"));
    }
    let built = std::env::current_exe().unwrap();
    let attacker = built.parent().and_then(Path::parent).unwrap().join("examples/attacker");
    for (way, network, code) in [
        ("a_socket_with_a_path", Network::None, 0),
        ("a_socket_with_a_path", Network::Full, 0),
        ("the_engines_socket", Network::None, 1),
        ("the_engines_socket", Network::Full, 1),
    ] {
        let mut spec = place.spec("", |sandbox| {
            sandbox.sockets = vec![named.clone()];
            sandbox.network = network;
        });
        spec.program = attacker.to_str().unwrap().to_owned();
        let root = place.at("").to_str().unwrap().to_owned();
        spec.args = [way, &root, "0", "0", "0", "0", "0"].map(str::to_owned).into();
        let mut run = Run::started(spec).0;
        assert_eq!(ended(run.exited()).0, Some(code), "{way}: {}", run.output());
    }
}

fn greet(listener: &UnixListener, word: &[u8]) {
    for mut client in listener.incoming().map_while(Result::ok) {
        let _ = client.write_all(word);
    }
}

#[test]
fn the_proxy_is_found_on_the_loopback_device_and_nothing_else_is() {
    let place = Place::new();
    let listener = UnixListener::bind(place.at("tmp/proxy")).unwrap();
    thread::spawn(move || greet(&listener, b"proxy\n"));
    let script = format!("cat < /dev/tcp/127.0.0.1/{PROXY_PORT}; echo $HTTPS_PROXY");
    let mut spec = place.spec("", |sandbox| {
        sandbox.network = Network::Proxy(place.at("tmp/proxy"));
    });
    spec.program = "bash".into();
    spec.args = vec!["-c".into(), script];
    let mut run = Run::started(spec).0;
    assert_eq!(run.output(), format!("proxy\nhttp://127.0.0.1:{PROXY_PORT}\n"));
    run.exited();
}

#[test]
fn the_machine_says_what_it_has() {
    #[allow(clippy::disallowed_types, reason = "nothing is run")]
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_aegis-helper"))
        .arg("--mechanisms")
        .output()
        .unwrap();
    let told: aegis_helper::Available = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<_> = told.mechanisms.iter().map(|(mechanism, _)| *mechanism).collect();
    assert_eq!(names, BOTH);
}
