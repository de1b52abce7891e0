//! Tasks with all that became of them.

use super::{
    NOON, ago, card, card_run, failed, occurrence, occurrence_id, review, run, run_end, task_id,
};
use aegis_domain::coarse::Column;
use aegis_domain::{
    Actor, Artifact, Blocker, BudgetOf, Cause, Checkpoint, ErrorCategory, Kept, NewTask,
    QueueReason, ShellSettings, State, Tag, Task, TaskKind, TaskNumber, TaskRef, Usage, Usd,
};
use aegis_protocol::{CardView, RelatedTask, TaskView, WaitView};
use chrono::TimeDelta;
use serde_json::json;

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
        "schedule_budget": { "amount": "5", "per": "week" },
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
        WaitView::Money {
            of: BudgetOf::Day,
            spent: Usd::from_micros(5_120_000),
            limit: Usd::from_micros(5_000_000),
            until: ago(-3600),
        },
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
    last.agent.spent = Usd::from_micros(50_000);
    let label = "half\u{1b}[2J done".to_owned();
    ended.checkpoints = vec![Checkpoint { at: ago(190), label, data: json!({}) }];
    let (path, sha256) = ("~/report.pdf".to_owned(), "0".repeat(64));
    ended.artifacts = vec![Artifact { path, bytes: 12_288, kept: Kept::Copy { sha256 } }];
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
