//! What the child gets, and what is said when it cannot start.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use aegis_helper::{Report, Spec, StartFailure};
use rstest::rstest;

use crate::engine::{Exited, Run, program, shell};

/// The report of a run that ended by itself.
fn by_itself(code: i32) -> Exited {
    Exited(Report::Exited {
        code: Some(code),
        signal: None,
        timed_out: false,
        cancelled: false,
        swept: 0,
        survivors: 0,
        escalated_to: None,
    })
}

#[rstest]
#[case(0)]
#[case(7)]
#[case(255)]
fn the_exit_code_is_reported(#[case] code: i32) {
    assert_eq!(Run::shell(&format!("exit {code}")).exited(), by_itself(code));
}

#[test]
fn the_signal_that_ended_the_child_is_reported() {
    let Exited(Report::Exited { code, signal, escalated_to, .. }) =
        Run::shell("kill -SEGV $$").exited()
    else {
        panic!("not an end")
    };
    assert_eq!((code, signal, escalated_to), (None, Some(11), None));
}

#[test]
fn the_output_is_the_childs_byte_for_byte() {
    let (mut run, _) = Run::started(program("printf", &["%s", "one\ntwo"]));
    assert_eq!(run.output(), "one\ntwo");
    assert_eq!(run.exited(), by_itself(0));
}

#[test]
fn the_environment_is_what_was_given_and_nothing_else() {
    let mut run = Run::ready();
    let mut spec = program("/usr/bin/env", &[]);
    spec.env = vec![("B".into(), "line 1\nline 2".into()), ("A".into(), "ä".into())];
    run.start(spec);
    let (name, value) = run.mark();
    let output = run.output();
    let mut lines: Vec<&str> = output.lines().collect();
    lines.sort_unstable();
    let mark = format!("{name}={value}");
    assert_eq!(lines, ["A=ä", &mark, "B=line 1", "line 2"]);
}

#[rstest]
#[case::nothing(None, 0)]
#[case::empty(Some(""), 0)]
#[case::text(Some("one\n"), 4)]
fn standard_input_is_what_was_given_and_ends(#[case] stdin: Option<&str>, #[case] bytes: usize) {
    let (mut run, _) =
        Run::started(Spec { stdin: stdin.map(str::to_owned), ..program("wc", &["-c"]) });
    assert_eq!(run.output().trim(), bytes.to_string());
    run.exited();
}

#[test]
fn standard_input_larger_than_a_pipe_arrives_whole() {
    let text = "0123456789abcde\n".repeat(100_000);
    let (mut run, _) = Run::started(Spec { stdin: Some(text.clone()), ..program("cat", &[]) });
    assert!(run.output() == text, "the input did not come back as it was");
    assert_eq!(run.exited(), by_itself(0));
}

#[test]
fn the_child_leads_its_own_session_in_its_directory() {
    let dir = tempfile::tempdir().unwrap();
    let cwd = dir.path().canonicalize().unwrap();
    let script = "pwd -P; cut -d ' ' -f 6 /proc/$$/stat";
    let (mut run, child) = Run::started(Spec { cwd: cwd.clone(), ..shell(script) });
    assert_eq!(run.output(), format!("{}\n{}\n", cwd.display(), child.pid));
}

#[test]
fn the_child_inherits_no_descriptor_and_no_attitude_to_signals() {
    // As under nohup, and from an engine that leaks descriptors and throws exit statuses away.
    let mut run = Run::ready_through(&[
        "sh",
        "-c",
        "exec 9</dev/null; exec env --ignore-signal=HUP,CHLD,USR1 --block-signal=TERM \"$0\"",
    ]);
    run.start(shell("grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/$$/fd; exit 9"));
    let output = run.output();
    let mut lines = output.lines();
    for name in ["SigBlk:", "SigIgn:"] {
        let mask = lines.next().and_then(|line| line.strip_prefix(name)).unwrap();
        let standard = u64::from_str_radix(mask.trim(), 16).unwrap() & 0x7fff_ffff;
        assert_eq!(standard, 0, "{name} {standard:x}");
    }
    assert_eq!(lines.collect::<Vec<_>>(), ["0", "1", "2"]);
    assert!(matches!(run.report(), Report::Started { .. }));
    assert_eq!(run.exited(), by_itself(9));
}

#[test]
fn the_output_pipe_ends_when_the_child_lets_go_of_it() {
    let mut run = Run::shell("echo last words; exec >&-; exec sleep 300");
    assert_eq!(run.output(), "last words\n");
    assert_eq!(run.processes().len(), 1);
}

/// The report about a program that could not be started; nothing runs.
fn refused(spec: Spec) -> (StartFailure, i32, String) {
    let mut run = Run::ready();
    run.start(spec);
    let Report::StartFailed { errno, kind, message } = run.report() else { panic!("it started") };
    assert_eq!(run.next_report(), None);
    assert!(run.helper_ends().success());
    run.expect_no_process();
    (kind, errno, message)
}

#[test]
fn a_name_that_is_in_no_directory_of_the_path_is_not_found() {
    let (kind, errno, message) = refused(program("no-such-program", &[]));
    assert_eq!((kind, errno), (StartFailure::NotFound, 2));
    assert!(message.contains("“no-such-program”") && message.contains("PATH"), "{message}");
}

#[test]
fn the_path_is_the_runs_not_the_helpers() {
    let mut spec = program("true", &[]);
    spec.env = vec![("PATH".into(), "/nowhere".into())];
    assert_eq!(refused(spec).0, StartFailure::NotFound);
}

#[test]
fn a_script_without_its_interpreter_is_not_found_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("script");
    fs::write(&script, "#!/no/such/interpreter\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let (kind, _, message) = refused(program(script.to_str().unwrap(), &[]));
    assert_eq!(kind, StartFailure::NotFound);
    assert!(message.contains("interpreter"), "{message}");
}

#[test]
fn a_file_without_execute_permission_is_denied() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("data");
    fs::write(&file, "text").unwrap();
    let (kind, errno, _) = refused(program(file.to_str().unwrap(), &[]));
    assert_eq!((kind, errno), (StartFailure::PermissionDenied, 13));
}

#[test]
fn a_missing_working_directory_is_told_from_a_missing_program() {
    let (kind, errno, message) =
        refused(Spec { cwd: "/no/such/directory".into(), ..program("true", &[]) });
    assert_eq!((kind, errno), (StartFailure::CwdMissing, 2));
    assert!(message.contains("/no/such/directory does not exist"), "{message}");
}

#[test]
fn a_file_is_no_working_directory() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (kind, errno, message) =
        refused(Spec { cwd: file.path().to_owned(), ..program("true", &[]) });
    assert_eq!((kind, errno), (StartFailure::CwdMissing, 20));
    assert!(message.contains("not a directory"), "{message}");
}

#[rstest]
#[case::nul_in_an_argument(program("echo", &["a\0b"]), "NUL")]
#[case::nul_in_a_value(Spec { env: vec![("A".into(), "\0".into())], ..program("true", &[]) }, "NUL")]
#[case::unnamed(Spec { env: vec![(String::new(), "b".into())], ..program("true", &[]) }, "empty")]
#[case::two_names(Spec { env: vec![("A=B".into(), "c".into())], ..program("true", &[]) }, "“A=B”")]
#[case::too_long(program("echo", &[&"x".repeat(8 << 20)]), "longer than the system allows")]
fn what_the_system_cannot_start_is_refused_with_a_reason(#[case] spec: Spec, #[case] says: &str) {
    let (kind, _, message) = refused(spec);
    assert_eq!(kind, StartFailure::Other);
    assert!(message.contains(says), "{message}");
}
