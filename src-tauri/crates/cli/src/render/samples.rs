//! Tasks, events and an engine for tests of how things look.

use aegis_domain::coarse::Column;
use aegis_domain::{
    Actor, Ask, AskId, AskKind, Category, Cause, ErrorCategory, Event, EventKind, EventSeq,
    Failure, FailureReason, FencingToken, NewEvent, Occurrence, OccurrenceId, OccurrenceKey,
    OnInterrupt, Outcome, Pause, Priority, Progress, QueueReason, Run, RunEnd, RunId, RunReason,
    Schedule, ShellSettings, ShortId, SkipReason, SortKey, State, StateName, Tag, Task, TaskId,
    TaskKind, TaskNumber, TaskStatus, Timestamp, Title,
};
use aegis_protocol::{Action, CardRun, CardView, EngineHost, EngineStatus, NextDue, TaskView};
use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

/// 21 November 2026, 12:00 UTC.
pub(crate) const NOON: Timestamp = match DateTime::from_timestamp(1_795_262_400, 0) {
    Some(noon) => noon,
    None => DateTime::UNIX_EPOCH,
};

/// So many seconds before noon.
pub(crate) fn ago(seconds: i64) -> Timestamp {
    NOON - TimeDelta::seconds(seconds)
}

pub(crate) fn task_id(n: u64) -> TaskId {
    TaskId(Uuid::from_u64_pair(n, 1))
}

pub(crate) fn occurrence_id(n: u64) -> OccurrenceId {
    OccurrenceId(Uuid::from_u64_pair(n, 2))
}

pub(crate) fn run_id(n: u64) -> RunId {
    RunId(Uuid::from_u64_pair(n, 3))
}

pub(crate) fn queued(reason: QueueReason, not_before: Timestamp) -> State {
    // The form of a sort key is its own business.
    let sort_key: SortKey = serde_json::from_value(0.into()).unwrap();
    State::Queued { reason, not_before, sort_key }
}

pub(crate) fn failed(category: ErrorCategory, message: &str) -> State {
    let why = FailureReason::RunFailed;
    State::Failed { at: ago(60), why, category, message: message.to_owned() }
}

pub(crate) fn card(n: u64, title: &str, column: Column, state: Option<State>) -> CardView {
    CardView {
        id: task_id(n),
        number: TaskNumber(n),
        short_id: ShortId::from_stored(format!("task{n:02}")),
        title: title.to_owned(),
        column,
        occurrence: state.as_ref().map(|_| occurrence_id(n)),
        state,
        cancelling: false,
        executor: Some("shell".to_owned()),
        place: Some("~/src".to_owned()),
        priority: Priority::NORMAL,
        tags: Vec::new(),
        due: None,
        run: None,
        created_at: ago(7200),
        updated_at: ago(300),
        actions: vec![Action::RunAgain, Action::Delete],
    }
}

pub(crate) fn card_run(started: i64, ended: Option<i64>, exit_code: Option<i32>) -> CardRun {
    CardRun {
        id: run_id(1),
        number: 1,
        retries_left: 3,
        started_at: Some(ago(started)),
        ended_at: ended.map(ago),
        outcome: None,
        exit_code,
        progress: None,
        last_line: None,
    }
}

fn ask(kind: AskKind) -> Ask {
    let id = AskId(Uuid::from_u64_pair(1, 4));
    Ask { id, kind, question: "Delete 3 files?".to_owned(), since: ago(30) }
}

fn add<'a>(
    cards: &'a mut Vec<CardView>,
    title: &str,
    column: Column,
    state: Option<State>,
) -> &'a mut CardView {
    let number = 30 - cards.len() as u64;
    cards.push(card(number, title, column, state));
    cards.last_mut().unwrap()
}

/// A card in every state, and some that are hard to show.
pub(crate) fn cards() -> Vec<CardView> {
    let run = run_id(1);
    let mut all = Vec::new();
    let cards = &mut all;
    let mine = add(cards, "Call the bank", Column::Backlog, None);
    (mine.executor, mine.place, mine.priority) = (None, None, Priority::HIGH);
    add(cards, "cargo build", Column::Queued, Some(queued(QueueReason::First, ago(1))));
    let at = NOON + TimeDelta::minutes(10);
    let reminder = add(cards, "Stretch", Column::Queued, Some(queued(QueueReason::First, at)));
    (reminder.executor, reminder.place) = (Some("reminder".to_owned()), None);
    reminder.due = Some(at);
    let soon = NOON + TimeDelta::seconds(5);
    add(cards, "flaky test", Column::Queued, Some(queued(QueueReason::Retry, soon))).due =
        Some(soon);
    add(cards, "held work", Column::Backlog, Some(queued(QueueReason::First, ago(1))));
    add(cards, "starting", Column::Running, Some(State::Assigned { run }));
    let running = add(
        cards,
        "make test 2>&1 | tee /tmp/a-very-long-name-of-a-file-that-nobody-wants-to-read.log",
        Column::Running,
        Some(State::Executing { run, since: ago(75) }),
    );
    let mut live = card_run(75, None, None);
    live.last_line = Some("test store::migrations ... ok\u{1b}[2J".to_owned());
    live.progress = Some(Progress { percent: Some(40), step: Some("testing".to_owned()) });
    running.run = Some(live);
    let ending =
        add(cards, "sleep 1000", Column::Running, Some(State::Executing { run, since: ago(9) }));
    (ending.cancelling, ending.run) = (true, Some(card_run(9, None, None)));
    let asking = |kind| Some(State::Awaiting { ask: ask(kind), run: Some(run) });
    add(cards, "tidy up", Column::Running, asking(AskKind::Approval));
    add(cards, "write a letter", Column::Running, asking(AskKind::Answer));
    let paused = State::Paused { pause: Pause::Frozen, run: Some(run) };
    add(cards, "big download", Column::Running, Some(paused)).run =
        Some(card_run(3600, None, None));
    add(cards, "translate", Column::Review, Some(State::Reviewing { run })).run =
        Some(card_run(90, Some(60), Some(0)));
    add(cards, "ترقية العميل 日本語", Column::Done, Some(State::Completed { at: ago(60) })).run =
        Some(card_run(62, Some(60), Some(0)));
    let lost = failed(ErrorCategory::CommandFailed, "The command ended with exit code 101.");
    add(cards, "cargo test", Column::Failed, Some(lost)).run =
        Some(card_run(200, Some(188), Some(101)));
    let slow = failed(ErrorCategory::Timeout, "It took longer than 5 minutes.");
    add(cards, "sleep 400", Column::Failed, Some(slow)).priority = Priority::CRITICAL;
    let gone = failed(ErrorCategory::FileNotFound, "There is no program “carg”.");
    add(cards, "carg test", Column::Failed, Some(gone));
    let by = Actor::Human("cli".to_owned());
    add(cards, "yes", Column::Failed, Some(State::Cancelled { at: ago(60), by }));
    let why = SkipReason::NothingChanged;
    add(cards, "reflect", Column::Done, Some(State::Skipped { at: ago(60), why }));
    add(cards, "too late", Column::Failed, Some(State::Expired { at: ago(60) })).updated_at =
        ago(40 * 86_400);
    all
}

pub(crate) fn occurrence(n: u64, task: TaskId, cause: Cause, state: State) -> Occurrence {
    Occurrence {
        id: occurrence_id(n),
        task,
        cause,
        key: OccurrenceKey(n.to_string()),
        state,
        retries: 0,
        interruptions: 0,
        reworks: 0,
        cancel: None,
        created_at: ago(300),
        updated_at: ago(188),
    }
}

pub(crate) fn run(n: u64, number: u32, occurrence: OccurrenceId, end: Option<RunEnd>) -> Run {
    Run {
        id: run_id(n),
        occurrence,
        task: task_id(12),
        number,
        token: FencingToken(n),
        reason: if number == 1 { RunReason::First } else { RunReason::Retry },
        agent: "this machine".to_owned(),
        assigned_at: ago(201),
        started_at: Some(ago(200)),
        process: None,
        progress: None,
        end,
    }
}

pub(crate) fn run_end(exit_code: i32) -> RunEnd {
    let outcome = if exit_code == 0 {
        Outcome::Succeeded { summary: "exit 0".to_owned() }
    } else {
        Outcome::Failed(Failure::new(ErrorCategory::CommandFailed, "It failed."))
    };
    RunEnd { at: ago(188), outcome, exit_code: Some(exit_code), log_len: 2048 }
}

/// A task that has run twice, and failed both times.
pub(crate) fn task() -> TaskView {
    let lost = failed(ErrorCategory::CommandFailed, "The command ended with exit code 101.");
    let mut card = card(12, "cargo test", Column::Failed, Some(lost.clone()));
    card.run = Some(card_run(200, Some(188), Some(101)));
    card.tags = vec![Tag::new("rust").unwrap()];
    let settings = ShellSettings {
        command: ["cargo", "test", "--", "a name"].map(str::to_owned).to_vec(),
        cwd: Some("~/src".to_owned()),
        ..ShellSettings::default()
    };
    let task = Task {
        id: card.id,
        number: card.number,
        short_id: card.short_id.clone(),
        title: Title::new("cargo test").unwrap(),
        description: "Everything has to pass.\n\nAlso the \u{1b}[2Jslow ones.".to_owned(),
        category: Category::UserRequest,
        executor: Some(settings.into_spec()),
        kind: TaskKind::Oneshot,
        schedule: Schedule::Now,
        priority: Priority::NORMAL,
        tags: card.tags.clone(),
        status: TaskStatus::Active,
        max_retries: 3,
        timeout_secs: Some(90),
        on_interrupt: OnInterrupt::Rerun,
        review_required: false,
        requester: Actor::Human("cli".to_owned()),
        created_at: ago(7200),
        updated_at: ago(7200),
        deleted_at: None,
    };
    let (first, second) = (occurrence_id(11), occurrence_id(12));
    TaskView {
        occurrences: vec![
            occurrence(12, card.id, Cause::RunAgain, lost.clone()),
            occurrence(11, card.id, Cause::Created, lost),
        ],
        runs: vec![
            run(3, 2, second, Some(run_end(101))),
            run(2, 1, second, Some(run_end(101))),
            run(1, 1, first, Some(run_end(2))),
        ],
        card,
        task,
    }
}

pub(crate) fn event(seq: u64, task: TaskId, kind: EventKind) -> Event {
    let what = NewEvent {
        at: ago(100 - seq.cast_signed()),
        actor: if seq.is_multiple_of(2) { Actor::System } else { Actor::Human("cli".to_owned()) },
        task,
        occurrence: None,
        run: None,
        kind,
    };
    Event { seq: EventSeq(seq), what }
}

/// Everything that can happen.
pub(crate) fn events() -> Vec<Event> {
    let progress = Progress { percent: Some(40), step: Some("linking\u{7}".to_owned()) };
    let kinds = [
        EventKind::TaskCreated,
        EventKind::OccurrenceCreated { cause: Cause::Created },
        EventKind::Moved { from: StateName::Created, to: queued(QueueReason::First, NOON) },
        EventKind::RunAssigned { number: 1, reason: RunReason::First },
        EventKind::Progressed { progress },
        EventKind::CancelRequested,
        EventKind::RunEnded { outcome: run_end(101).outcome, exit_code: Some(101) },
        EventKind::RunEnded { outcome: run_end(0).outcome, exit_code: Some(0) },
        EventKind::RunEnded { outcome: Outcome::Interrupted, exit_code: None },
        EventKind::Moved { from: StateName::Executing, to: State::Completed { at: NOON } },
        EventKind::TaskEdited { fields: vec!["title".to_owned(), "tags".to_owned()] },
        EventKind::TaskDeleted,
        EventKind::TaskRestored,
        EventKind::TaskArchived,
    ];
    kinds.into_iter().zip(1..).map(|(kind, seq)| event(seq, task_id(12), kind)).collect()
}

pub(crate) fn engine() -> EngineStatus {
    EngineStatus {
        version: "0.1.0".to_owned(),
        pid: 4711,
        host: EngineHost::Serve,
        started_at: ago(7200),
        paused: false,
        slots_used: 1,
        slots_total: 5,
        next: Some(NextDue {
            at: NOON + TimeDelta::minutes(10),
            number: TaskNumber(28),
            title: "Stretch".to_owned(),
        }),
        seq: EventSeq(42),
        zone: "Europe/Berlin".to_owned(),
        data_dir: "/home/ada/.local/share/aegis".to_owned(),
        state_dir: "/home/ada/.local/state/aegis".to_owned(),
        config_file: "/home/ada/.config/aegis/settings.toml".to_owned(),
        sqlite_version: "3.51.3".to_owned(),
    }
}
