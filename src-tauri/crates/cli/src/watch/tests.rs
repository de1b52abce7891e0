use super::*;
use crate::exit::Exit;
use crate::output::Captured;
use crate::played::Played;
use crate::render::samples::{self, NOON};
use aegis_domain::{Ask, AskId, AskKind, Cause, ErrorCategory, Event, EventKind, QueueReason};
use aegis_protocol::{ApiError, CardView, EngineStatus, ErrorKind, LogLine, LogStream};
use std::future::{pending, ready};
use uuid::Uuid;

/// Task 12 has one occurrence, in this state, without a run.
fn task(state: State) -> TaskView {
    let mut view = samples::task();
    view.runs.clear();
    view.occurrences = vec![samples::occurrence(12, view.card.id, Cause::Created, state)];
    set_state(&mut view, None);
    view
}

fn set_state(view: &mut TaskView, state: Option<State>) {
    if let Some(state) = state {
        view.occurrences[0].state = state;
    }
    view.card.state = Some(view.occurrences[0].state.clone());
    view.card.occurrence = Some(view.occurrences[0].id);
}

fn executing(run: u64) -> State {
    State::Executing { run: samples::run_id(run), since: NOON }
}

fn engine_status(paused: bool) -> impl Fn(GetEngineStatus) -> Result<EngineStatus, ApiError> {
    move |_| Ok(EngineStatus { paused, ..samples::engine() })
}

fn prints(text: &str, complete: bool) -> LogPage {
    let line =
        LogLine { at: NOON, stream: LogStream::Stdout, text: text.to_owned(), partial: false };
    LogPage { lines: vec![line], next_offset: 1, complete, tail_lost: false }
}

fn something_moved() -> Event {
    samples::event(7, samples::task_id(12), EventKind::TaskCreated)
}

async fn watched(
    played: &Played,
    captured: &Captured,
    until: Until,
    stop: impl Future<Output = ()>,
) -> Result<Watched, Error> {
    let engine = played.engine(false);
    let mut out = captured.output(false);
    let task = TaskRef::Id(samples::task_id(12));
    Watch::new(task, until, Some(Printer::new(false))).run(&engine, &mut out, stop).await
}

const OCCURRENCE: fn() -> Until = || Until::OccurrenceEnds(samples::occurrence_id(12));

#[tokio::test]
async fn the_log_of_every_attempt_is_shown_until_the_occurrence_has_ended() {
    let mut played = Played::with(task(executing(2)));
    let (first, second) = (samples::run_id(1), samples::run_id(2));
    played.change(|view| {
        let occurrence = view.occurrences[0].id;
        view.runs = vec![
            samples::run(2, 2, occurrence, Some(samples::run_end(0))),
            samples::run(1, 1, occurrence, Some(samples::run_end(1))),
        ];
        set_state(view, Some(State::Completed { at: NOON }));
    });
    played.prints(first, &prints("attempt 1", true));
    played.prints(second, &prints("attempt 2, begun", false));
    played.prints(second, &prints("attempt 2, done", true));
    let captured = Captured::new();
    let ended = watched(&played, &captured, OCCURRENCE(), pending()).await.unwrap();
    assert!(matches!(ended, Watched::Ended(_)));
    assert_eq!(captured.stdout(), "attempt 1\nattempt 2, begun\nattempt 2, done\n");
}

#[tokio::test]
async fn a_queued_task_is_waited_for_by_its_events() {
    let mut played =
        Played::with(task(samples::queued(QueueReason::First, NOON))).answers(engine_status(false));
    played.prints(samples::run_id(1), &prints("hello", true));
    let captured = Captured::new();
    let mut watching = pin!(watched(&played, &captured, OCCURRENCE(), pending()));
    assert!(futures::poll!(&mut watching).is_pending());

    played.change(|view| {
        view.runs = vec![samples::run(1, 1, view.occurrences[0].id, Some(samples::run_end(0)))];
        set_state(view, Some(State::Completed { at: NOON }));
    });
    assert!(futures::poll!(&mut watching).is_pending(), "nothing was said yet");
    // Somebody else's event is no reason to look.
    played.happens(samples::event(6, samples::task_id(99), EventKind::TaskCreated));
    assert!(futures::poll!(&mut watching).is_pending());
    assert_eq!(captured.stdout(), "");

    played.happens(something_moved());
    assert!(matches!(watching.await.unwrap(), Watched::Ended(_)));
    assert_eq!(captured.stdout(), "hello\n");
}

#[tokio::test]
async fn held_back_work_is_explained() {
    let played =
        Played::with(task(samples::queued(QueueReason::First, NOON))).answers(engine_status(true));
    let captured = Captured::new();
    let left = watched(&played, &captured, OCCURRENCE(), ready(())).await.unwrap();
    assert!(matches!(left, Watched::Left(_)));
    assert!(captured.stderr().contains("aegis engine resume"), "{}", captured.stderr());
}

#[tokio::test]
async fn whoever_is_needed_is_told_once() {
    let id = AskId(Uuid::nil());
    let ask = Ask::new(id, AskKind::Approval, "Really?\u{7}".to_owned(), NOON);
    let played = Played::with(task(State::Awaiting { ask, run: None }));
    let captured = Captured::new();
    let mut watching = pin!(watched(&played, &captured, OCCURRENCE(), pending()));
    assert!(futures::poll!(&mut watching).is_pending());
    played.happens(something_moved());
    assert!(futures::poll!(&mut watching).is_pending());
    assert_eq!(
        captured.stderr(),
        "#12 asks: Really?^G Answer with: aegis task answer 12 --grant, --deny or --text …\n"
    );
    let run = samples::run_id(1);
    played.change(|view| set_state(view, Some(State::Reviewing { run })));
    played.happens(something_moved());
    assert!(futures::poll!(&mut watching).is_pending());
    assert!(captured.stderr().contains("aegis task review 12 --pass"), "{}", captured.stderr());
}

#[tokio::test]
async fn a_gap_in_the_events_loses_nothing() {
    let played =
        Played::with(task(samples::queued(QueueReason::First, NOON))).answers(engine_status(false));
    let captured = Captured::new();
    let mut watching = pin!(watched(&played, &captured, OCCURRENCE(), pending()));
    assert!(futures::poll!(&mut watching).is_pending());
    played.change(|view| set_state(view, Some(State::Expired { at: NOON })));
    played.news(EventNews::Gap { snapshot_seq: aegis_domain::EventSeq(9) });
    assert!(matches!(watching.await.unwrap(), Watched::Ended(_)));
}

#[tokio::test]
async fn an_engine_that_goes_away_is_an_error() {
    let played = Played::with(task(executing(1)));
    played.ends();
    let captured = Captured::new();
    let error = watched(&played, &captured, OCCURRENCE(), pending()).await.unwrap_err();
    assert!(matches!(&error, Error::Api(api) if api.kind == ErrorKind::Unavailable));
    assert_eq!(error.exit(), Exit::Unavailable);
}

#[tokio::test]
async fn following_a_log_ends_with_its_run() {
    // The attempt has failed, and the next one is hours away.
    let later = NOON + chrono::TimeDelta::hours(3);
    let mut played = Played::with(task(samples::queued(QueueReason::Retry, later)))
        .answers(engine_status(false));
    played.change(|view| {
        view.runs = vec![samples::run(1, 1, view.occurrences[0].id, Some(samples::run_end(1)))];
    });
    played.prints(samples::run_id(1), &prints("failed", true));
    let captured = Captured::new();
    let ended = watched(&played, &captured, Until::RunEnds, pending()).await.unwrap();
    assert!(matches!(ended, Watched::Ended(_)));
    assert_eq!(captured.stdout(), "failed\n");
}

#[tokio::test]
async fn following_a_task_that_never_ran_ends_at_once() {
    let mut view = task(executing(1));
    view.occurrences.clear();
    (view.card.state, view.card.occurrence) = (None, None);
    let captured = Captured::new();
    let ended = watched(&Played::with(view), &captured, Until::RunEnds, pending()).await.unwrap();
    assert!(matches!(ended, Watched::Ended(_)));
}

#[tokio::test]
async fn waiting_ends_with_the_outcome() {
    let cases = [
        (State::Completed { at: NOON }, Exit::Success, "#12 done · took 12s\n"),
        (
            samples::failed(ErrorCategory::CommandFailed, "It ended with exit code 3."),
            Exit::Failed,
            "#12 failed · exit 3 · took 12s\n  It ended with exit code 3.\n",
        ),
        (State::Expired { at: NOON }, Exit::Failed, "#12 expired · took 12s\n"),
    ];
    for (state, exit, said) in cases {
        let code = if exit == Exit::Success { 0 } else { 3 };
        let mut played = Played::with(task(state));
        played.change(|view| {
            let occurrence = view.occurrences[0].id;
            view.runs = vec![samples::run(1, 1, occurrence, Some(samples::run_end(code)))];
        });
        played.prints(samples::run_id(1), &prints("output", true));
        let mut card = samples::task().card;
        card.occurrence = Some(samples::occurrence_id(12));
        let captured = Captured::new();
        let engine = played.engine(false);
        let ended = to_the_end(&engine, &mut captured.output(false), &card).await.unwrap();
        assert_eq!(ended, exit);
        assert_eq!(captured.stdout(), "output\n");
        assert!(captured.stderr().ends_with(said), "{}", captured.stderr());
    }
}

#[tokio::test]
async fn waiting_with_json_gives_one_document_at_the_end() {
    let played = Played::with(task(State::Completed { at: NOON }));
    played.change(|view| {
        let occurrence = view.occurrences[0].id;
        view.runs = vec![samples::run(1, 1, occurrence, Some(samples::run_end(0)))];
    });
    let card = CardView { occurrence: Some(samples::occurrence_id(12)), ..samples::task().card };
    let captured = Captured::new();
    let engine = played.engine(false);
    let exit = to_the_end(&engine, &mut captured.output(true), &card).await.unwrap();
    assert_eq!(exit, Exit::Success);
    let view: TaskView = serde_json::from_str(&captured.stdout()).unwrap();
    assert_eq!(view.card.number.0, 12);
    assert_eq!(captured.stderr(), "");
}

#[tokio::test]
async fn leaving_says_what_becomes_of_the_task() {
    let view = task(executing(1));
    let played = Played::with(view.clone());
    for (own, part) in [(false, "goes on"), (true, "it ends too; it runs again when")] {
        let captured = Captured::new();
        say_goodbye(&played.engine(own), &mut captured.output(false), &view);
        assert!(captured.stderr().contains(part), "{}", captured.stderr());
    }
}
