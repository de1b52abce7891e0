//! An engine that makes no sense is not obeyed, and leaves nothing running.

#[allow(clippy::disallowed_types, reason = "the test is the helper's parent")]
use std::process::Command;
use std::process::Stdio;

use aegis_helper::{Control, MAX_LINE, Report};
use rstest::rstest;

use crate::engine::{Run, program, shell};

fn protocol_error(run: &mut Run) -> String {
    let Report::Protocol { message } = run.report() else { panic!("no protocol error") };
    // The report comes last: nothing runs any more.
    run.expect_no_process();
    assert_eq!(run.next_report(), None);
    assert!(!run.helper_ends().success());
    message
}

#[rstest]
#[case::no_json(b"nonsense\n")]
#[case::unknown(b"{\"explode\":null}\n")]
#[case::binary(b"\xff\x00\n")]
#[case::empty(b"\n")]
#[case::too_deep(&[b'['; 4096])]
fn a_malformed_line_ends_the_run(#[case] line: &[u8]) {
    let mut run = Run::shell("trap '' TERM INT; (setsid sleep 300 &); sleep 300; exit 0");
    run.processes_are(3);
    run.send_bytes(line);
    run.send_bytes(b"\n");
    let message = protocol_error(&mut run);
    assert!(message.contains("not a message of this protocol"), "{message}");
}

#[test]
fn a_line_without_end_is_cut_off() {
    let mut run = Run::ready();
    run.send_bytes(&vec![b' '; MAX_LINE + 8 * 1024]);
    assert!(protocol_error(&mut run).contains("longer than"));
}

#[test]
fn controls_out_of_place_are_refused() {
    let mut run = Run::ready();
    run.send(&Control::Go);
    assert!(protocol_error(&mut run).contains("“go”"));

    let mut run = Run::ready();
    run.send(&Control::Freeze);
    assert!(protocol_error(&mut run).contains("before “go”"));

    let mut run = Run::ready();
    run.send(&Control::Start(program("true", &[])));
    run.send(&Control::Start(program("true", &[])));
    assert!(protocol_error(&mut run).contains("“start”"));

    let (mut run, _) = Run::started(shell("exec sleep 300"));
    run.send(&Control::Go);
    assert!(protocol_error(&mut run).contains("“go”"));
}

#[test]
#[allow(clippy::disallowed_types, reason = "the test is the helper's parent")]
fn somebody_who_runs_it_by_hand_is_told_what_it_is() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_aegis-helper")).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("started by the Aegis engine"), "{said}");
}
