//! What a command prints arrives as it is, all of it, and without filling the memory.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use aegis_ports::{LogStream, Signal};

use crate::engine::{Handle, Log, command, sh};
use crate::workspace::Machine;

#[tokio::test]
async fn bytes_that_are_no_text_and_lines_without_an_end_pass_unchanged() {
    let mut run = Machine::new().start(sh(r"printf 'a\377\000b\r\nno newline'; printf '\300' >&2"));
    assert_eq!(run.ended().await.exit_code, Some(0));
    let log = run.handle.log();
    assert_eq!(log.bytes(LogStream::Stdout), b"a\xff\0b\r\nno newline");
    assert_eq!(log.bytes(LogStream::Stderr), b"\xc0");
}

/// The helper's report overtakes what still waits in the pipes: most of it, when the log is slow.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_last_words_is_lost() {
    const SCRIPT: &str = "for i in 1 2 3; do seq 1 2000; seq 1 2000 >&2; done";
    let machine = Machine::new();
    let mut run = machine.start(sh(SCRIPT));
    assert_eq!(run.ended().await.exit_code, Some(0));
    let [stdout, stderr] =
        [LogStream::Stdout, LogStream::Stderr].map(|stream| run.handle.log().text(stream));
    assert_eq!((stdout.lines().count(), stdout.lines().last()), (6_000, Some("2000")));
    assert_eq!(stdout, stderr);

    let bytes = (stdout.len() + stderr.len()) as u64;
    for _ in 0..5 {
        let log = Arc::new(Log::slow(Duration::from_millis(20)));
        let mut run = machine.start_with(sh(SCRIPT), Handle::new().with_log(Arc::clone(&log)));
        assert_eq!(run.ended().await.exit_code, Some(0));
        assert_eq!(log.count().0, bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_megabytes_and_a_slow_log_stay_out_of_memory() {
    const BYTES: u64 = 200_000_000;
    let log = Arc::new(Log::slow(Duration::from_micros(200)));
    let handle = Handle::new().with_log(Arc::clone(&log));
    let before = peak_memory();
    let script = command(&["head", "-c", &BYTES.to_string(), "/dev/zero"]);
    let mut run = Machine::new().start_with(script, handle);
    assert_eq!(run.ended().await.exit_code, Some(0));
    let (count, largest) = log.count();
    assert_eq!(count, BYTES);
    assert!(largest <= 64 * 1024, "{largest} bytes at once");
    let grown = peak_memory() - before;
    assert!(grown < 16 * 1024 * 1024, "{grown} bytes more");
}

#[tokio::test]
async fn a_command_that_prints_without_end_can_be_called_off() {
    let log = Arc::new(Log::slow(Duration::from_micros(50)));
    let handle = Handle::new().with_log(Arc::clone(&log));
    let mut run = Machine::new().start_with(command(&["yes"]), handle);
    crate::engine::eventually("a megabyte", || log.count().0 > 1_000_000).await;
    run.handle.signal(Signal::Cancel);
    assert_eq!(run.ended().await.outcome, aegis_domain::Outcome::Cancelled);
}

/// The most memory that this process ever had, in bytes.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
