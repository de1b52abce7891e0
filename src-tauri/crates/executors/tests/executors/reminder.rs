//! A reminder survives whatever is missing, and says what became of it.

use std::sync::Arc;
use std::time::Duration;

use aegis_domain::{
    ErrorCategory, ExecutorName, ExecutorSpec, Outcome, ReminderSettings, Timestamp,
};
use aegis_ports::{Ended, Job, Notification, Signal};
use rstest::rstest;
use serde_json::json;
use tokio::time::Instant;

use crate::desk::{Desk, Part};
use crate::engine::{Handle, Live, failure, job};

fn due() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn reminder(message: Option<&str>) -> Job {
    let message = message.map(str::to_owned);
    job(ReminderSettings { message }.into_spec(), due())
}

fn start(desk: &Arc<Desk>, message: Option<&str>) -> Live {
    Live::start(desk.executor(), reminder(message), Handle::new())
}

fn summary(ended: Ended) -> String {
    match ended.outcome {
        Outcome::Succeeded { summary } => summary,
        other => panic!("no success: {other:?}"),
    }
}

const NOT_SHOWN: &str = "Not shown on the desktop: no notification service answered on this \
                         desktop: no session bus.\n";
const SHOW_HANGS: &str = "Not shown on the desktop: the notification service did not answer within \
                          5 seconds.\n";
const SILENT: &str = "No sound: sound is switched off.\n";
const PLAY_HANGS: &str = "No sound: the sound device did not finish within 5 seconds.\n";

#[rstest]
#[case(Part::Works, Part::Works, "shown on the desktop and played", &[])]
#[case(
    Part::Works,
    Part::Fails,
    "shown on the desktop; no sound: sound is switched off",
    &[SILENT]
)]
#[case(
    Part::Works,
    Part::Hangs,
    "shown on the desktop; no sound: the sound device did not finish within 5 seconds",
    &[PLAY_HANGS]
)]
#[case(
    Part::Fails,
    Part::Works,
    "played; not shown: no notification service answered on this desktop: no session bus",
    &[NOT_SHOWN]
)]
#[case(
    Part::Hangs,
    Part::Works,
    "played; not shown: the notification service did not answer within 5 seconds",
    &[SHOW_HANGS]
)]
#[case(
    Part::Fails,
    Part::Fails,
    "only here: no notification service and no sound",
    &[NOT_SHOWN, SILENT]
)]
#[case(
    Part::Hangs,
    Part::Hangs,
    "only here: no notification service and no sound",
    &[SHOW_HANGS, PLAY_HANGS]
)]
#[tokio::test(start_paused = true)]
async fn it_succeeds_and_says_honestly_how(
    #[case] shows: Part,
    #[case] plays: Part,
    #[case] said: &str,
    #[case] notes: &[&str],
) {
    let desk = Desk::new(shows, plays, due());
    let begun = Instant::now();
    let mut run = start(&desk, None);
    assert_eq!(summary(run.ended().await), said);
    assert_eq!(run.handle.log().notes(), notes.concat());
    assert_eq!(run.handle.started(), [None]);
    assert_eq!(desk.shown().len(), usize::from(shows == Part::Works));
    assert_eq!(desk.played(), u32::from(plays == Part::Works));
    // Both are waited for at once.
    assert!(begun.elapsed() <= Duration::from_secs(6), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn it_says_what_was_asked_for() {
    let desk = Desk::new(Part::Works, Part::Works, due());
    start(&desk, None).ended().await;
    start(&desk, Some("Stand up <b>now</b>")).ended().await;
    let expected = [
        Notification { title: "a task".into(), body: String::new(), asks: None },
        Notification { title: "Stand up <b>now</b>".into(), body: "a task".into(), asks: None },
    ];
    assert_eq!(desk.shown(), expected);
}

#[tokio::test(start_paused = true)]
async fn it_says_when_it_comes_late() {
    let desk = Desk::new(Part::Works, Part::Works, due() + Duration::from_secs(2 * 3600));
    start(&desk, None).ended().await;
    assert_eq!(desk.shown()[0].body, "This was due at 09:00, 2 hours ago.");
}

#[rstest]
#[case(Signal::Cancel, Outcome::Cancelled)]
#[case(Signal::Shutdown, Outcome::Interrupted)]
#[tokio::test(start_paused = true)]
async fn it_can_be_called_off_until_somebody_was_reached(
    #[case] signal: Signal,
    #[case] outcome: Outcome,
) {
    let desk = Desk::new(Part::Hangs, Part::Hangs, due());
    let begun = Instant::now();
    let mut run = start(&desk, None);
    run.goes_on(Duration::from_secs(1)).await;
    run.handle.signal(signal);
    assert_eq!(run.ended().await.outcome, outcome);
    assert!(begun.elapsed() < Duration::from_secs(3));

    let desk = Desk::new(Part::Works, Part::Hangs, due());
    let mut run = start(&desk, None);
    run.goes_on(Duration::from_secs(1)).await;
    run.handle.signal(signal);
    let expected = "shown on the desktop; no sound: it was called off";
    assert_eq!(summary(run.ended().await), expected);
}

#[tokio::test(start_paused = true)]
async fn what_is_called_off_before_it_started_reaches_nobody() {
    let desk = Desk::new(Part::Works, Part::Works, due());
    for (signal, outcome) in
        [(Signal::Cancel, Outcome::Cancelled), (Signal::Shutdown, Outcome::AgentLost)]
    {
        let handle = Handle::new();
        handle.signal(signal);
        let mut run = Live::start(desk.executor(), reminder(None), handle);
        assert_eq!(run.ended().await.outcome, outcome);
    }
    let mut run = Live::start(desk.executor(), reminder(None), Handle::stale());
    assert_eq!(run.ended().await.outcome, Outcome::AgentLost);
    assert_eq!((desk.shown().len(), desk.played()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn settings_are_checked() {
    let desk = Desk::new(Part::Works, Part::Works, due());
    let executor = desk.executor();
    let spec =
        |settings| ExecutorSpec { name: ExecutorName::new(ReminderSettings::EXECUTOR), settings };
    for good in [json!(null), json!({}), json!({"message": "x".repeat(4_096)})] {
        assert_eq!(executor.check(&spec(good)), Ok(()));
    }
    let long = spec(json!({"message": "x".repeat(4_097)}));
    assert_eq!(executor.check(&long).unwrap_err().field, "message");
    let unknown = spec(json!({"sound": "loud"}));
    assert_eq!(executor.check(&unknown).unwrap_err().field, "settings");

    let mut run = Live::start(executor, job(unknown, due()), Handle::new());
    assert_eq!(failure(run.ended().await).category, ErrorCategory::SyntaxError);
    assert_eq!(run.handle.started(), [None]);
}

#[test]
fn what_it_can_do_is_known() {
    let executor = Desk::new(Part::Works, Part::Works, due()).executor();
    assert_eq!(executor.name().as_str(), "reminder");
    assert_eq!(executor.pauses(&ReminderSettings::default().into_spec()), []);
    assert_eq!(executor.default_timeout(), Duration::from_secs(60));
    assert_eq!(executor.place(&ReminderSettings::default().into_spec()), None);
}
