//! Cards.

use super::{ago, failed, occurrence_id, queued, run_id, task_id};
use aegis_domain::coarse::Column;
use aegis_domain::{
    Actor, Ask, AskId, AskKind, ErrorCategory, Pause, Priority, Progress, QueueReason, ShortId,
    SkipReason, State, TaskKind, TaskNumber, TaskStatus, Usd,
};
use aegis_protocol::{Action, CardLook, CardRun, CardView};
use chrono::TimeDelta;
use uuid::Uuid;

use super::NOON;

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
        cost: Usd::default(),
        idle: None,
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
    Ask::new(id, kind, "Delete 3 files?".to_owned(), ago(30))
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
    live.progress = Some(Progress {
        percent: Some(40),
        step: Some("testing".to_owned()),
        done_at: Some(ago(-90)),
    });
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
    let idle = add(cards, "tidy the inbox", Column::Done, Some(State::Completed { at: ago(30) }));
    (idle.idle, idle.cost) = (Some(super::idle()), Usd::from_micros(120_000));
    all
}
