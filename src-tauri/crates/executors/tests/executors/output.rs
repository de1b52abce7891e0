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

/// The helper's report overtakes what still waits in the pipes.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_last_words_is_lost() {
    let machine = Machine::new();
    for _ in 0..20 {
        let mut run = machine.start(sh("seq 1 9000; seq 1 9000 >&2"));
        assert_eq!(run.ended().await.exit_code, Some(0));
        for stream in [LogStream::Stdout, LogStream::Stderr] {
            let text = run.handle.log().text(stream);
            assert_eq!(text.lines().count(), 9_000);
            assert!(text.ends_with("\n9000\n"));
        }
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
