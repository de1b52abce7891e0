//! Tasks, events and an engine for tests of how things look.

use aegis_domain::coarse::Column;
use aegis_domain::schedule::{Missed, SkippedRange};
use aegis_domain::{
    Actor, Artifact, Ask, AskId, AskKind, Blocker, Cause, Checkpoint, ErrorCategory, Event,
    EventKind, EventSeq, Failure, FailureReason, FencingToken, NewEvent, NewTask, Occurrence,
    OccurrenceId, OccurrenceKey, Outcome, Pause, Priority, Progress, QueueReason, Review,
    ReviewKind, Run, RunEnd, RunId, RunReason, ShellSettings, ShortId, SkipReason, SortKey, State,
    StateName, Tag, Task, TaskId, TaskKind, TaskNumber, TaskRef, TaskStatus, Timestamp, Usage, Usd,
    Values,
};
use aegis_protocol::{
    Action, CardLook, CardRun, CardView, EngineHost, EngineStatus, NextDue, RelatedTask, TaskView,
    WaitView,
};
use chrono::{DateTime, TimeDelta};
use serde_json::json;
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
        kind: TaskKind::Oneshot,
        schedule: None,
        status: TaskStatus::Active,
        waits: Vec::new(),
        assignee: None,
        workspace: None,
        look: CardLook::default(),
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
    live.progress =
        Some(Progress { percent: Some(40), step: Some("testing".to_owned()), done_at: None });
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
        instant: None,
        not_before: ago(300),
        expires_at: None,
        after: None,
        from: None,
        depth: 0,
        parameters: Values::new(),
        holds: Vec::new(),
        reviews: Vec::new(),
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
        usage: None,
        checkpoints: Vec::new(),
        artifacts: Vec::new(),
        session: None,
        fingerprint: None,
        end,
    }
}

pub(crate) fn run_end(exit_code: i32) -> RunEnd {
    let outcome = if exit_code == 0 {
        Outcome::Succeeded { summary: "exit 0".to_owned() }
    } else {
        Outcome::Failed(Failure::new(ErrorCategory::CommandFailed, "It failed."))
    };
    RunEnd { exit_code: Some(exit_code), log_len: 2048, ..RunEnd::new(ago(188), outcome) }
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
    let mut new = NewTask {
        title: "cargo test".to_owned(),
        description: "Everything has to pass.\n\nAlso the \u{1b}[2Jslow ones.".to_owned(),
        executor: Some(settings.into_spec()),
        timeout_secs: Some(90),
        ..NewTask::default()
    };
    new.tags = vec!["rust".to_owned()];
    let task = stored(&card, new);
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
        upcoming: Vec::new(),
        depends_on: Vec::new(),
        dependents: Vec::new(),
    }
}

/// What somebody asked for, as it is stored.
fn stored(card: &CardView, new: NewTask) -> Task {
    let known = |name: TaskRef| match name {
        TaskRef::Number(TaskNumber(n)) => Ok::<_, ()>(task_id(n)),
        other => panic!("{other}"),
    };
    Task {
        id: card.id,
        number: card.number,
        short_id: card.short_id.clone(),
        definition: new.check(ago(7200)).unwrap().rename(known).unwrap(),
        status: card.status,
        requester: Actor::Human("cli".to_owned()),
        origin: None,
        assignment: None,
        cursor: ago(7200),
        next_due: card.due,
        created_at: ago(7200),
        updated_at: ago(7200),
        deleted_at: None,
    }
}

/// A task with everything that a task can have: it repeats, waits, and was reviewed.
pub(crate) fn recurring() -> TaskView {
    let new: NewTask = serde_json::from_value(json!({
        "title": "Report of {{city}}",
        "slug": "daily_report",
        "executor": { "name": "shell", "settings": { "command": ["report", "{{city}}"] } },
        "schedule": {
            "kind": "recurring",
            "rule": { "type": "weekly", "days": ["mon", "fri"], "times": ["07:00"] },
            "zone": "Europe/Berlin",
            "policies": {
                "misfire": { "policy": "run_all", "at_most": 3 },
                "overlap": "replace",
                "start_deadline_secs": 300,
                "jitter_secs": 30
            },
            "starts": "2026-12-01T00:00:00Z",
            "count": 20,
            "exclude": [
                { "from": "2026-12-24", "to": "2027-01-01" }, { "from": "2027-04-02" }
            ]
        },
        "dependencies": [
            { "join": "any", "on": [
                { "task": "#7", "when": "exit_code == 2" },
                { "task": "#8", "which": "same_instant", "otherwise": "continue" }
            ] },
            { "join": "all", "on": [{ "task": "#9" }] }
        ],
        "resources": [{ "name": "gpu", "amount": 2 }, { "name": "printer" }],
        "parameters": { "city": { "default": "Berlin", "description": "Where?" } },
        "only_if": "fact.mood >= 4",
        "only_if_changed": { "paths": ["~/src", "/srv/data"] },
        "assignee": "ada",
        "owner": "grace",
        "workspace": "house",
        "model": "small",
        "budget": "1.50",
        "estimated_secs": 7200,
        "review_required": true,
        "review_criteria": ["It has a title", "It is short"]
    }))
    .unwrap();
    let blocked = State::Blocked {
        by: vec![Blocker::Dependency { task: task_id(7) }],
        reason: QueueReason::First,
        sort_key: serde_json::from_value(0.into()).unwrap(),
    };
    let mut card = card(12, "Report of {{city}}", Column::Queued, Some(blocked.clone()));
    card.kind = TaskKind::Recurring;
    card.schedule = Some("every Monday and Friday at 07:00 (Europe/Berlin)".to_owned());
    card.waits = vec![
        WaitView::Task { number: TaskNumber(7), title: "evil\u{1b}[2J".to_owned() },
        WaitView::Earlier,
        WaitView::Resource { name: "gpu".to_owned() },
        WaitView::Decision { question: "Really?".to_owned() },
    ];
    card.due = Some(NOON + TimeDelta::days(13));
    let task = stored(&card, new);
    let done = State::Completed { at: ago(188) };
    let mut last = occurrence(11, card.id, Cause::Schedule, done);
    last.parameters = [("city".to_owned(), json!("Paris"))].into();
    last.reviews =
        vec![review(false, "The title is missing.", Some(40)), review(true, "", Some(90))];
    let mut ended = run(1, 1, last.id, Some(run_end(0)));
    ended.usage =
        Some(Usage { input_tokens: 1200, output_tokens: 300, cost: Usd::from_micros(50_000) });
    ended.session = Some("session-1".to_owned());
    let label = "half\u{1b}[2J done".to_owned();
    ended.checkpoints = vec![Checkpoint { at: ago(190), label, data: json!({}) }];
    let (path, sha256) = ("~/report.pdf".to_owned(), "0".repeat(64));
    ended.artifacts = vec![Artifact { path, bytes: 12_288, sha256 }];
    if let Some(end) = &mut ended.end {
        end.result = json!({ "pages": 3 });
    }
    let related = |n: u64, title: &str, column| RelatedTask {
        id: task_id(n),
        number: TaskNumber(n),
        title: title.to_owned(),
        column,
    };
    TaskView {
        upcoming: vec![NOON + TimeDelta::days(13), NOON + TimeDelta::days(16)],
        depends_on: vec![
            related(7, "evil\u{1b}[2J", Column::Running),
            related(8, "collect", Column::Done),
            related(9, "check", Column::Done),
        ],
        dependents: vec![related(20, "send", Column::Backlog)],
        occurrences: vec![occurrence(12, card.id, Cause::Chain, blocked), last],
        runs: vec![ended],
        card,
        task,
    }
}

fn review(passed: bool, feedback: &str, score: Option<u8>) -> Review {
    Review {
        by: Actor::Human("cli".to_owned()),
        kind: ReviewKind::User,
        at: ago(180),
        passed,
        feedback: feedback.to_owned(),
        score,
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
    let progress =
        Progress { percent: Some(40), step: Some("linking\u{7}".to_owned()), done_at: None };
    let range = SkippedRange {
        from: ago(7200),
        to: ago(3600),
        count: 3,
        at_least: false,
        why: Missed::Misfire,
    };
    let usage = Usage { input_tokens: 12, output_tokens: 3, cost: Usd::from_micros(1) };
    let artifact = Artifact { path: "~/a\u{7}.pdf".to_owned(), bytes: 1, sha256: String::new() };
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
        EventKind::TaskPaused,
        EventKind::TaskResumed,
        EventKind::InstantsSkipped { range },
        EventKind::Reviewed { review: review(false, "Too\u{1b}[2J long.", Some(40)) },
        EventKind::UsageReported { usage },
        EventKind::CheckpointMade { label: "half\u{7} done".to_owned() },
        EventKind::ArtifactsAdded { artifacts: vec![artifact] },
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
