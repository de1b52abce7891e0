use super::*;
use crate::{Ctx, Failure};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn window(seconds: i64) -> Window {
    Window { from: at(0), to: at(seconds) }
}

fn run(occurrence: u64, number: u32, reason: RunReason, outcome: Option<Outcome>) -> RunFacts {
    let mut ctx = Ctx::new(at(0), occurrence);
    RunFacts {
        occurrence: OccurrenceId(ctx.uuid()),
        number,
        reason,
        executor: Some(ExecutorName::new("shell")),
        ready_at: Some(at(0)),
        started_at: Some(at(2)),
        end: outcome.map(|outcome| EndFacts { at: at(12), outcome }),
    }
}

fn good() -> Option<Outcome> {
    Some(Outcome::Succeeded { summary: String::new() })
}

fn bad(category: ErrorCategory) -> Option<Outcome> {
    Some(Outcome::Failed(Failure::new(category, "x")))
}

#[test]
fn runs_are_counted_by_how_they_ended() {
    let mut reminder = run(5, 1, RunReason::First, Some(Outcome::Interrupted));
    reminder.executor = None;
    let runs = vec![
        run(1, 1, RunReason::First, good()),
        run(2, 1, RunReason::First, bad(ErrorCategory::Timeout)),
        run(2, 2, RunReason::Retry, good()),
        run(3, 1, RunReason::First, good()),
        run(3, 2, RunReason::Rework, good()),
        run(4, 1, RunReason::First, Some(Outcome::Cancelled)),
        reminder,
        run(6, 1, RunReason::First, None),
    ];
    let metrics = Metrics::of(window(7200), &Material { runs, ..Material::default() });
    let Outcomes { succeeded, failed, cancelled, cut_short, live, .. } = metrics.outcomes;
    assert_eq!((succeeded, failed, cancelled, cut_short, live), (4, 1, 1, 1, 1));
    assert_eq!(metrics.outcomes.success(), Ratio { part: 4, whole: 5 });
    assert_eq!(metrics.outcomes.errors, BTreeMap::from([(ErrorCategory::Timeout, 1)]));
    assert_eq!(metrics.by_executor["unknown"].cut_short, 1);
    assert_eq!(metrics.retries, Ratio { part: 1, whole: 8 });
    // 1 at once; 2 failed first; 3 was sent back; 4, 5 and 6 came to no result.
    assert_eq!(metrics.first_time_success, Ratio { part: 1, whole: 3 });
    assert_eq!(metrics.time_to_start_ms.max, 2_000);
    assert_eq!((metrics.run_ms.count, metrics.run_ms.mean()), (5, Some(10_000)));
    assert_eq!(metrics.throughput_permille(), 2_000);
}

#[test]
fn an_engine_is_up_but_for_crashes() {
    let session = |from, to: Option<i64>, clean| Session { from: at(from), to: to.map(at), clean };
    let ratio = |sessions: &[Session], seconds| uptime(window(seconds), sessions);
    let ms = |part: u64, whole: u64| Ratio { part: part * 1000, whole: whole * 1000 };
    assert_eq!(ratio(&[], 100), ms(0, 0));
    assert_eq!(ratio(&[session(-50, None, false)], 100), ms(100, 100));
    // Stopped as it should from 20 to 60: nobody expected it then.
    let stopped = [session(0, Some(20), true), session(60, None, false)];
    assert_eq!(ratio(&stopped, 100), ms(60, 60));
    // Crashed at 20 and back at 60.
    let crashed = [session(0, Some(20), false), session(60, None, false)];
    assert_eq!(ratio(&crashed, 100), ms(60, 100));
    // Not there before it was there first.
    assert_eq!(ratio(&[session(90, None, false)], 100), ms(10, 10));
    // What lies outside the window does not count.
    let before = [session(-300, Some(-200), false), session(-100, Some(-10), true)];
    assert_eq!(ratio(&before, 100), ms(0, 0));
}

#[test]
fn slots_are_used_while_an_engine_is_ready() {
    let sessions = vec![Session { from: at(0), to: Some(at(50)), clean: true }];
    let sample = Sample { busy_ms: 30_000, ..Sample::default() };
    let samples = vec![(at(0), sample.clone()), (at(60), sample)];
    let material = Material { sessions, samples, slots: 4, ..Material::default() };
    let metrics = Metrics::of(window(100), &material);
    assert_eq!(metrics.utilisation, Ratio { part: 60_000, whole: 200_000 });
    assert_eq!(metrics.utilisation.permille(), Some(300));
    assert_eq!(Ratio::default().permille(), None);
}

#[test]
fn a_course_has_few_points() {
    let sample = Sample { busy_ms: 1, ..Sample::default() };
    let samples: Vec<_> = (0..24 * 60).map(|minute| (at(minute * 60), sample.clone())).collect();
    let (points, seconds) = course(window(24 * 3600), &samples);
    assert_eq!(seconds, 900);
    assert!(points.len() <= 97, "{}", points.len());
    assert_eq!(points.iter().map(|point| point.sample.busy_ms).sum::<u64>(), 24 * 60);
    assert_eq!(course(window(3600), &samples[..60]).1, 60);
    assert_eq!(course(window(366 * 24 * 3600), &[]).1, 7 * 24 * 3600);
}

#[test]
fn a_window_has_a_length() {
    let last = |hours, days| Window::last(hours, days, at(0));
    let length = |window: Window| (window.to - window.from).num_hours();
    assert_eq!(length(last(None, None).unwrap()), 24);
    assert_eq!(length(last(Some(3), None).unwrap()), 3);
    assert_eq!(length(last(None, Some(7)).unwrap()), 168);
    for (hours, days, field) in [
        (Some(0), None, "hours"),
        (Some(24 * 366 + 1), None, "hours"),
        (None, Some(0), "days"),
        (None, Some(u32::MAX), "days"),
        (Some(1), Some(1), "days"),
    ] {
        let refused = last(hours, days).unwrap_err();
        assert_eq!(refused.field, field);
        assert!(refused.message.ends_with('.') && refused.hint.ends_with('.'));
    }
}
