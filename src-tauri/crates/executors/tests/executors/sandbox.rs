//! Runs in a sandbox, as their tasks ask for it.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use aegis_domain::{
    ErrorCategory, SandboxNetwork, SandboxPolicy, SandboxProfile, SandboxSettings, ShellSettings,
};
use aegis_executors::Sandboxes;
use aegis_ports::LogStream;
use rstest::rstest;
use tokio::sync::watch;

use crate::engine::{Handle, Live, command, failure, sh, text};
use crate::workspace::{HomeOnly, Machine, shell_job};

/// A machine with a folder to work in, a secret, and the folder of an Aegis.
fn machine() -> Machine {
    let machine = Machine::new();
    for folder in ["home/work", "home/.ssh", "home/more", "aegis"] {
        fs::create_dir_all(machine.path(folder)).unwrap();
    }
    fs::write(machine.path("home/.ssh/id"), "hunter2").unwrap();
    fs::write(machine.path("aegis/aegis.db"), "hunter2").unwrap();
    machine
}

fn within(profile: SandboxProfile, settings: ShellSettings) -> ShellSettings {
    let sandbox = SandboxSettings { profile: Some(profile), ..SandboxSettings::default() };
    ShellSettings { cwd: Some("~/work".to_owned()), sandbox: Some(sandbox), ..settings }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn secrets_and_aegis_itself_are_out_of_reach_and_answers_are_not(
    #[values(SandboxProfile::Workspace, SandboxProfile::Strict)] profile: SandboxProfile,
) {
    let machine = machine();
    let script = format!(
        "cat {}/id; cat {}; echo out > ../out; echo in > in; echo 42 > \"$AEGIS_RESULT\"
         echo '{{\"progress\": 50}}' > \"$AEGIS_REPORT\"; exit 0",
        text(machine.path("home/.ssh")),
        text(machine.path("aegis/aegis.db")),
    );
    let mut run = machine.start(within(profile, sh(&script)));
    let ended = run.ended().await;
    assert_eq!(ended.exit_code, Some(0), "{}", run.handle.log().notes());
    assert_eq!(ended.result, 42);
    assert_eq!(run.handle.log().text(LogStream::Stdout), "");
    assert!(!machine.path("home/out").exists());
    assert!(machine.path("home/work/in").exists());
    let notes = run.handle.log().notes();
    assert!(notes.contains(&format!("Sandbox: {profile}, with ")), "{notes}");
    assert!(notes.contains("kept apart by "), "{notes}");
}

/// The control: without a sandbox the same command does all that.
#[tokio::test]
async fn without_a_sandbox_a_program_may_what_its_user_may() {
    let machine = machine();
    let script = format!("cat {}/id; echo out > ../out", text(machine.path("home/.ssh")));
    let mut run = machine.start(within(SandboxProfile::None, sh(&script)));
    assert_eq!(run.ended().await.exit_code, Some(0));
    assert_eq!(run.handle.log().text(LogStream::Stdout), "hunter2");
    assert!(machine.path("home/out").exists());
}

#[tokio::test]
async fn without_a_mechanism_the_run_is_refused() {
    let machine = machine();
    let executor = machine.executor_kept_by(machine.sandboxes().by(Vec::new()));
    let settings = within(SandboxProfile::Workspace, sh("echo it ran > ran"));
    let mut run = Live::start(executor, shell_job(settings.into_spec()), Handle::new());
    let failure = failure(run.ended().await);
    assert_eq!(failure.category, ErrorCategory::SandboxDenied);
    assert!(failure.message.contains("was not started"), "{}", failure.message);
    assert!(failure.hint.is_some_and(|hint| hint.contains("bubblewrap")));
    assert!(!machine.path("home/work/ran").exists());
}

#[rstest]
#[case::home("~", &[], "holds the home directory")]
#[case::secret("~/.ssh", &[], "stays hidden")]
#[case::writable_home("~/work", &["~"], "holds the home directory")]
#[case::writable_outside("~/work", &["/usr"], "outside the folders")]
#[case::writable_missing("~/work", &["~/none"], "cannot be used")]
#[case::relative("~/work", &["more"], "from where it starts")]
fn folders_that_would_open_the_sandbox_are_refused(
    #[case] cwd: &str,
    #[case] writable: &[&str],
    #[case] says: &str,
) {
    let machine = machine();
    let mut settings = within(SandboxProfile::Workspace, command(&["true"]));
    settings.cwd = Some(cwd.to_owned());
    let writable = writable.iter().map(|path| (*path).to_owned()).collect();
    settings.sandbox.as_mut().unwrap().writable = writable;
    let refused = machine.executor().check(&settings.into_spec()).unwrap_err();
    assert_eq!(refused.field, "sandbox");
    assert!(refused.message.contains(says), "{}", refused.message);
    assert!(!refused.hint.is_empty());
}

#[tokio::test]
async fn no_task_gets_around_the_floor() {
    let machine = machine();
    let (policy, watched) = watch::channel(SandboxPolicy::default());
    let roots = Arc::new(HomeOnly(machine.home()));
    let executor = machine.executor_kept_by(Sandboxes::new(watched, roots, Vec::new()));
    let open = within(SandboxProfile::None, command(&["true"]));
    let silent =
        ShellSettings { sandbox: None, ..within(SandboxProfile::None, sh("echo x > ../out")) };
    assert!(executor.check(&open.clone().into_spec()).is_ok());
    policy.send_replace(SandboxPolicy {
        usual: SandboxProfile::None,
        floor: SandboxProfile::Workspace,
    });
    assert!(executor.check(&open.clone().into_spec()).is_err());
    // It was made before the floor was.
    let mut run = Live::start(executor.clone(), shell_job(open.into_spec()), Handle::new());
    assert_eq!(failure(run.ended().await).category, ErrorCategory::SandboxDenied);
    let mut run = Live::start(executor, shell_job(silent.into_spec()), Handle::new());
    run.ended().await;
    assert!(run.handle.log().notes().contains("Sandbox: workspace"));
    assert!(!machine.path("home/out").exists());
}

/// A server that says `here` and ends the connection.
fn server(address: &str) -> u16 {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let _ = client.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhere");
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_listed_hosts_are_reached_and_only_by_the_proxy() {
    let machine = machine();
    let (listed, other) = (server("127.0.0.1"), server("127.0.0.1"));
    let ask = "ask() { exec 3<>/dev/tcp/127.0.0.1/18080; printf \"$1\\r\\n\\r\\n\" >&3
               timeout 10 cat <&3; exec 3>&-; }";
    let attempts = [
        (true, format!("ask 'CONNECT 127.0.0.1:{listed} HTTP/1.1'")),
        (true, format!("ask 'GET http://127.0.0.1:{listed}/x HTTP/1.1'")),
        (false, format!("ask 'CONNECT 127.0.0.1:{other} HTTP/1.1'")),
        (false, format!("ask 'CONNECT 127.0.0.1:{other} HTTP/1.1\\r\\nHost: 127.0.0.1:{listed}'")),
        (
            false,
            format!("ask 'GET http://127.0.0.1:{other}/ HTTP/1.1\\r\\nHost: 127.0.0.1:{listed}'"),
        ),
        (false, format!("ask 'CONNECT 127.0.0.2:{listed} HTTP/1.1'")),
        (false, format!("ask 'CONNECT localhost:{listed} HTTP/1.1'")),
        (false, format!("ask 'CONNECT [::ffff:127.0.0.1]:{listed} HTTP/1.1'")),
        (false, format!("ask 'CONNECT 0x7f000001:{listed} HTTP/1.1'")),
        (false, format!("ask 'CONNECT 127.0.0.1:{listed}@127.0.0.1:{other} HTTP/1.1'")),
        // On the list, and the name leads into this machine.
        (false, format!("ask 'CONNECT ip6-localhost:{listed} HTTP/1.1'")),
        // Past the proxy.
        (false, format!("cat < /dev/tcp/127.0.0.1/{listed}")),
        (false, "cat < /dev/tcp/1.1.1.1/443".to_owned()),
        (false, "cat < /dev/udp/1.1.1.1/53".to_owned()),
    ];
    for (succeeds, attempt) in attempts {
        let script = format!("{ask}\n{attempt}");
        let mut settings = within(SandboxProfile::Strict, command(&["bash", "-c", &script]));
        let hosts = [format!("127.0.0.1:{listed}"), format!("ip6-localhost:{listed}")];
        let hosts = hosts.iter().map(|host| host.parse().unwrap()).collect();
        settings.sandbox.as_mut().unwrap().network = Some(SandboxNetwork::Allow(hosts));
        let mut run = machine.start(settings);
        let ended = run.ended().await;
        let output = run.handle.log().text(LogStream::Stdout);
        assert_eq!(output.contains("here"), succeeds, "{attempt}: {ended:?} {output}");
    }
}
