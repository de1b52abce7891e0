//! What a program says of its run, and where it goes on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aegis_domain::{Checkpoint, Glob, Outcome, Progress, Report, Timestamp};
use aegis_ports::{Ended, Job, Left, Signal};
use serde_json::json;

use crate::engine::{Handle, Live, sh};
use crate::workspace::{Machine, shell_job};

fn percents(reports: &[Report]) -> Vec<Option<u8>> {
    let percent = |report: &Report| match report {
        Report::Progress(progress) => Some(progress.percent),
        _ => None,
    };
    reports.iter().filter_map(percent).collect()
}

fn job(script: &str) -> Job {
    shell_job(sh(script).into_spec())
}

async fn run(machine: &Machine, script: &str) -> (Live, Ended) {
    let mut run = Live::start(machine.executor(), job(script), Handle::new());
    let ended = run.ended().await;
    (run, ended)
}

#[tokio::test]
async fn a_program_says_how_far_it_is_and_where_it_could_go_on() {
    let script = r#"
        echo '{"progress": 10, "step": "reading"}' > "$AEGIS_REPORT"
        echo '{"progress": 55.5}' > "$AEGIS_REPORT"
        echo '{"checkpoint": "half", "data": {"at": 500}}' > "$AEGIS_REPORT"
        echo '{"session": "s-1"}' > "$AEGIS_REPORT"
        printf '{"usage": {"input_tokens": 1, "output_tokens": 2, "cost": "0.5"}}' > "$AEGIS_REPORT"
        exit 3"#;
    let machine = Machine::new();
    let (run, ended) = run(&machine, script).await;
    assert_eq!(ended.exit_code, Some(3));
    let reports = run.handle.reports();
    let progress = |percent, step: &str| {
        let (percent, step) = (Some(percent), Some(step.to_owned()));
        Report::Progress(Progress { percent, step, done_at: None })
    };
    assert_eq!(reports[..2], [progress(10, "reading"), progress(55, "reading")]);
    let Report::Checkpoint(checkpoint) = &reports[2] else { panic!("{reports:?}") };
    assert_eq!((checkpoint.label.as_str(), &checkpoint.data), ("half", &json!({"at": 500})));
    assert_eq!(reports[3], Report::Session("s-1".to_owned()));
    assert!(matches!(reports[4], Report::Usage(usage) if usage.output_tokens == 2));
    let notes = run.handle.log().notes();
    assert!(notes.contains("Progress: 10 % · reading\n"), "{notes}");
    assert!(notes.contains("Checkpoint: half\n"), "{notes}");
}

#[tokio::test]
async fn what_cannot_be_used_is_noted_and_fails_nothing() {
    let script = r#"
        echo 'not json' > "$AEGIS_REPORT"
        printf '\033[2J{"progress": 400}\n\000\377\n' > "$AEGIS_REPORT"
        head -c 400000 /dev/zero | tr '\0' x > "$AEGIS_REPORT"
        echo > "$AEGIS_REPORT"
        echo '{"progress": 7}' > "$AEGIS_REPORT""#;
    let machine = Machine::new();
    let (run, ended) = run(&machine, script).await;
    assert!(matches!(ended.outcome, Outcome::Succeeded { .. }), "{ended:?}");
    assert_eq!(percents(&run.handle.reports()), [Some(7)]);
    let notes = run.handle.log().notes();
    assert_eq!(notes.matches("What it wrote to AEGIS_REPORT was not used").count(), 4, "{notes}");
    assert!(notes.contains("more than 266240 bytes"), "{notes}");
    assert!(!notes.contains('\u{1b}'), "{notes:?}");
}

#[tokio::test]
async fn nonsense_without_end_is_noted_a_few_times_and_slows_its_maker() {
    let script = r#"yes nonsense | head -n 12000 > "$AEGIS_REPORT""#;
    let machine = Machine::new();
    let begun = Instant::now();
    let (run, ended) = run(&machine, script).await;
    assert_eq!(ended.exit_code, Some(0));
    assert!(begun.elapsed() > Duration::from_millis(500), "{:?}", begun.elapsed());
    let notes = run.handle.log().notes();
    assert_eq!(notes.lines().count(), 21, "{notes}");
    assert!(notes.contains("is not noted"), "{notes}");
}

#[tokio::test]
async fn a_program_that_removes_the_pipe_or_never_reads_it_runs_all_the_same() {
    for script in [
        r#"rm "$AEGIS_REPORT"; echo x > "$AEGIS_REPORT""#,
        r#"exec 9< "$AEGIS_REPORT"; exec 9<&-"#,
        // Nobody reads after the end: who still holds the pipe is ended with the run.
        r#"(setsid sh -c 'exec 9> "$AEGIS_REPORT"; sleep 300' &) ; sleep 0.1"#,
    ] {
        let machine = Machine::new();
        let (_, ended) = run(&machine, script).await;
        assert_eq!(ended.exit_code, Some(0), "{script}");
    }
}

#[tokio::test]
async fn what_it_says_while_it_is_called_off_is_heard() {
    let script = r#"
        trap 'echo "{\"checkpoint\": \"last\", \"data\": 9}" > "$AEGIS_REPORT"; exit 0' INT
        echo up; while :; do sleep 0.01; done"#;
    let machine = Machine::new();
    let mut run = Live::start(machine.executor(), job(script), Handle::new());
    run.printed("up").await;
    run.handle.signal(Signal::Cancel);
    assert_eq!(run.ended().await.outcome, Outcome::Cancelled);
    let reports = run.handle.reports();
    assert!(matches!(&reports[..], [Report::Checkpoint(c)] if c.data == json!(9)), "{reports:?}");
}

#[tokio::test]
async fn the_next_attempt_finds_the_last_checkpoint() {
    let machine = Machine::new();
    let script = r#"printf '%s|' "$AEGIS_CHECKPOINT_LABEL"; cat "$AEGIS_CHECKPOINT""#;
    let at: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
    let (label, data) = ("half".to_owned(), json!({"at": 500}));
    let job = Job { checkpoint: Some(Checkpoint { at, label, data }), ..job(script) };
    let mut live = Live::start(machine.executor(), job, Handle::new());
    assert_eq!(live.ended().await.exit_code, Some(0));
    let printed = live.handle.log().text(aegis_ports::LogStream::Stdout);
    assert_eq!(printed, "half|{\"at\":500}");
    let (run, _) = run(&machine, r#"printf '%s' "${AEGIS_CHECKPOINT-none}""#).await;
    assert_eq!(run.handle.log().text(aegis_ports::LogStream::Stdout), "none");
}

#[tokio::test]
async fn what_it_leaves_behind_is_handed_over_also_after_a_failure() {
    let machine = Machine::new();
    let globs = vec![Glob::new("out/*.pdf").unwrap()];
    let mut job = job(r#"echo '{"artifact": "a.txt"}' > "$AEGIS_REPORT"; exit 1"#);
    Arc::make_mut(&mut job.task).definition.artifacts = globs.clone();
    let mut run = Live::start(machine.executor(), job, Handle::new());
    assert_eq!(run.ended().await.exit_code, Some(1));
    let home = machine.home();
    let expected = [(home.clone(), Left::File("a.txt".into())), (home, Left::Matching(globs))];
    assert_eq!(run.handle.left(), expected);
}

#[tokio::test]
async fn what_aegis_cut_off_leaves_nothing_behind_yet() {
    let machine = Machine::new();
    let mut job = job("echo up; exec sleep 300");
    Arc::make_mut(&mut job.task).definition.artifacts = vec![Glob::new("*.pdf").unwrap()];
    let mut run = Live::start(machine.executor(), job, Handle::new());
    run.printed("up").await;
    run.handle.signal(Signal::Shutdown);
    assert_eq!(run.ended().await.outcome, Outcome::Interrupted);
    assert_eq!(run.handle.left(), []);
}

#[tokio::test]
async fn a_result_that_is_nested_too_deep_is_not_used() {
    let machine = Machine::new();
    let script = r#"printf '%0100d' 0 | tr 0 '[' > "$AEGIS_RESULT"; printf '%0100d' 0 | tr 0 ']' >> "$AEGIS_RESULT""#;
    let (run, ended) = run(&machine, script).await;
    assert_eq!((ended.exit_code, ended.result), (Some(0), serde_json::Value::Null));
    assert!(run.handle.log().notes().contains("nested more than 32 levels"));
}
