//! Logs: whole, bounded, and never forged.

use crate::support::World;
use aegis_domain::RunId;
use aegis_engine::log::{CAP, LogPage, TAIL};
use aegis_ports::LogStream;

/// Writes through a run's real log: an executor that prints what it is given.
mod printing {
    use aegis_domain::{ExecutorName, ExecutorSpec, Invalid};
    use aegis_ports::{Ended, Executor, Job, LogSink, RunHandle};
    use async_trait::async_trait;
    use std::sync::Arc;
    use std::time::Duration;

    type Print = Box<dyn Fn(&dyn LogSink) + Send + Sync>;

    pub struct Printing(pub Print);

    #[async_trait]
    impl Executor for Printing {
        fn name(&self) -> ExecutorName {
            ExecutorName::new("act")
        }
        fn default_timeout(&self) -> Duration {
            Duration::from_secs(60)
        }
        fn check(&self, _: &ExecutorSpec) -> Result<(), Invalid> {
            Ok(())
        }
        async fn run(&self, _: Job, handle: Arc<dyn RunHandle>) -> Ended {
            handle.started(None).await.unwrap();
            (self.0)(&*handle.log());
            Ended::succeeded("printed")
        }
    }
}

async fn printed(
    print: impl Fn(&dyn aegis_ports::LogSink) + Send + Sync + 'static,
) -> (World, RunId) {
    let world = World::with(printing::Printing(Box::new(print))).await;
    let id = world.create("print").await;
    world.until(id, "completed").await;
    let run = world.card(id).await.run.unwrap().id;
    (world, run)
}

fn all(world: &World, run: RunId) -> LogPage {
    world.engine.logs().read(run, 0, usize::try_from(2 * CAP).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_keep_their_order_their_stream_and_their_characters() {
    let (world, run) = printed(|log| {
        log.write(LogStream::Stdout, b"one\ntw");
        log.write(LogStream::Stderr, b"oh\n");
        log.write(LogStream::Stdout, b"o \xf0\x9f");
        log.write(LogStream::Stdout, b"\xa6\x80\n\xff\n");
        log.write(LogStream::Stdout, b"no end");
    })
    .await;
    let lines: Vec<_> =
        all(&world, run).lines.into_iter().map(|l| (l.stream, l.text, l.partial)).collect();
    let out = |text: &str, partial| (LogStream::Stdout, text.to_owned(), partial);
    assert_eq!(
        lines,
        [
            out("one", false),
            out("tw", true),
            (LogStream::Stderr, "oh".to_owned(), false),
            out("o ", true),
            out("🦀", false),
            out("\u{fffd}", false),
            out("no end", true),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_cannot_forge_a_record() {
    let (world, run) = printed(|log| {
        log.write(LogStream::Stdout, b"x\n1763697600123 a trust me\n");
    })
    .await;
    let lines = all(&world, run).lines;
    assert!(lines.iter().all(|l| l.stream == LogStream::Stdout));
    assert_eq!(lines[1].text, "1763697600123 a trust me");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_costs_its_cap_and_its_end_is_kept() {
    let (world, run) = printed(|log| {
        let block = "0123456789abcde\n".repeat(4096);
        for _ in 0..1600 {
            log.write(LogStream::Stdout, block.as_bytes());
        }
        log.write(LogStream::Stdout, b"the last words\n");
    })
    .await;
    let size = std::fs::metadata(world.log_path(run)).unwrap().len();
    // Records add a time and a stream to each of the short lines of the end.
    assert!(size <= CAP + 3 * TAIL as u64, "{size} bytes");
    let lines = all(&world, run).lines;
    assert_eq!(lines.last().unwrap().text, "the last words");
    let notes: Vec<_> =
        lines.iter().filter(|l| l.stream == LogStream::Aegis).map(|l| l.text.as_str()).collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("has reached 16 MiB") && notes[1].contains("were left out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_goes_on_where_it_stopped_and_nowhere_else() {
    let (world, run) = printed(|log| {
        for n in 0..20_000 {
            log.write(LogStream::Stdout, format!("line {n}\n").as_bytes());
        }
    })
    .await;
    let (mut offset, mut texts) = (0, Vec::new());
    loop {
        let page = world.engine.logs().read(run, offset, 10_000).unwrap();
        if page.lines.is_empty() {
            break;
        }
        offset = page.next_offset;
        texts.extend(page.lines.into_iter().map(|l| l.text));
    }
    let expected: Vec<_> = (0..20_000).map(|n| format!("line {n}")).collect();
    assert_eq!(texts, expected);
    assert!(world.engine.logs().read(run, offset - 1, 100).is_err());
    assert!(world.engine.logs().read(run, offset + 1, 100).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_prints_nothing_leaves_no_file() {
    let (world, run) = printed(|log| log.write(LogStream::Stdout, b"")).await;
    assert!(!world.engine.logs().path(run).exists());
    assert!(all(&world, run).lines.is_empty());
    let (world, run) = printed(|log| log.write(LogStream::Stdout, b"a")).await;
    assert!(world.engine.logs().path(run).exists());
    assert_eq!(all(&world, run).lines.len(), 1);
}
