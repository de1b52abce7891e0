//! What was asked for, name by name.

use super::relations;
use crate::render::{Canvas, Fields, knowledge, time, words};
use aegis_domain::schedule::{DateRange, Misfire, Overlap};
use aegis_domain::{
    About, Ask, Definition, ExecutorSpec, OnInterrupt, Outcome, SandboxNetwork, SandboxSettings,
    Schedule, ShellSettings, State, Task, TaskStatus, Usd,
};
use aegis_protocol::{CardView, TaskView};

pub(super) fn draw(view: &TaskView, canvas: &Canvas) -> String {
    let (card, task) = (&view.card, &view.task);
    let definition = &task.definition;
    let mut fields = Fields::new();
    fields
        .add_some("Why", trouble(card.state.as_ref()))
        .add_some("Answer", answer(card))
        .add_some("Evidence", evidence(view))
        .add_some("Noticed", card.idle.map(|idle| idle.to_string()))
        .add_some("Session", view.runs.iter().find_map(|run| run.session.as_deref()))
        .add_some("Cost so far", cost(view))
        .add("Done by", definition.executor.as_ref().map_or_else(|| "you".to_owned(), executor))
        .add_some("Keys", keys(definition))
        .add_some("In", card.place.as_deref())
        .add("When", words::schedule(&definition.schedule, canvas));
    schedule(&definition.schedule, &mut fields, canvas);
    fields
        .add_some("Next", upcoming(view, canvas))
        .add_some("After", relations::predecessors(view))
        .add_some("Then", relations::dependents(view))
        .add_some("Resources", resources(definition))
        .add_some("Only if", definition.only_if.as_ref().map(|condition| condition.as_str()))
        .add_some(
            "If changed",
            definition.only_if_changed.as_ref().map(|watch| watch.paths.join("\n")),
        )
        .add_some("Leaves behind", artifacts(definition))
        .add_some("Parameters", knowledge::parameters(&definition.parameters))
        .add("Priority", format!("{} ({})", definition.priority, definition.priority.band()))
        .add_some("Tags", tags(definition))
        .add_some("Assigned to", definition.assignee.as_deref())
        .add_some("Owner", definition.owner.as_deref())
        .add_some("Workspace", definition.workspace.as_deref())
        .add_some("Model", definition.model.as_deref())
        .add_some("Budget", budget(definition))
        .add_some("Estimate", definition.estimated_secs.map(seconds))
        .add_some("Status", status(task, canvas));
    if definition.executor.is_some() {
        fields
            .add(
                "Time limit",
                definition.timeout_secs.map_or_else(|| "the usual one".to_owned(), seconds),
            )
            .add_some("Sandbox", sandbox(definition))
            .add("Retries", definition.max_retries.to_string())
            .add_some(
                "Waits",
                definition.backoff.map(|b| {
                    let span = |secs: u32| {
                        humantime::format_duration(std::time::Duration::from_secs(secs.into()))
                    };
                    let (base, max) = (span(b.base_secs), span(b.max_secs));
                    format!("up to {base} at first, {max} at most")
                }),
            )
            .add("If cut off", on_interrupt(definition.on_interrupt))
            .add("Review", if definition.review_required { "needed" } else { "not needed" });
    }
    let by = words::actor(&task.requester);
    fields
        .add_some(
            "Criteria",
            Some(definition.review_criteria.join("\n")).filter(|text| !text.is_empty()),
        )
        .add("Asked for", format!("{} by {by}", time::exact(task.created_at, canvas)))
        .add("Ids", ids(task))
        .add_some("You can", words::actions(card));
    fields.draw(canvas)
}

fn seconds(secs: u64) -> String {
    time::span(chrono::TimeDelta::seconds(i64::try_from(secs).unwrap_or(i64::MAX / 1000)))
}

fn ids(task: &Task) -> String {
    let mut ids = format!("#{}, {}, {}", task.number, task.short_id, task.id);
    if let Some(slug) = &task.definition.slug {
        ids.push_str(&format!(", {slug}"));
    }
    ids
}

/// What is to be known before anything else: a question, what is missing, what went wrong.
fn trouble(state: Option<&State>) -> Option<String> {
    match state? {
        State::Awaiting { ask, .. } => Some(question(ask)),
        State::Failed { message, .. } => Some(message.clone()),
        State::Skipped { why, .. } => Some(words::skip(*why).to_owned()),
        State::Cancelled { by, .. } => Some(format!("Called off by {}.", words::actor(by))),
        _ => None,
    }
}

fn shell(spec: &ExecutorSpec) -> Option<ShellSettings> {
    (spec.name.as_str() == ShellSettings::EXECUTOR)
        .then(|| serde_json::from_value(spec.settings.clone()).ok())
        .flatten()
}

/// What is asked, and why.
fn question(ask: &Ask) -> String {
    match ask.about.as_deref() {
        Some(About::Call(call)) => format!("It asks: {}\n{}", ask.question, call.why),
        _ => format!("It asks: {}", ask.question),
    }
}

/// Where the question can be seen whole and answered.
fn answer(card: &CardView) -> Option<String> {
    let asks = matches!(card.state, Some(State::Awaiting { .. }));
    asks.then(|| format!("aegis approvals show {}", card.number))
}

/// Why its last run counts as one that succeeded.
fn evidence(view: &TaskView) -> Option<&str> {
    match &view.runs.first()?.end.as_ref()?.outcome {
        Outcome::Succeeded { summary } => Some(summary),
        _ => None,
    }
}

/// What it may cost: each time, and all times together.
fn budget(definition: &Definition) -> Option<String> {
    let each = definition.budget.map(|budget| format!("${budget} each time"));
    let together = definition
        .schedule_budget
        .map(|budget| format!("${} a {}, all times together", budget.amount, budget.per));
    let parts: Vec<String> = each.into_iter().chain(together).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// What models have cost: the runs that have ended, and the one at work.
fn cost(view: &TaskView) -> Option<String> {
    let ended = view.occurrences.iter().map(|occurrence| occurrence.agent.spent);
    let live = view.runs.iter().filter(|run| run.end.is_none());
    let live = live.filter_map(|run| run.usage.map(|usage| usage.cost));
    let all = ended.chain(live).fold(Usd::default(), Usd::plus);
    (!all.is_zero()).then(|| format!("${all}"))
}

/// The executor's name, and its settings in a form that people know.
fn executor(spec: &ExecutorSpec) -> String {
    match shell(spec) {
        Some(ShellSettings { script: Some(script), shell, .. }) => {
            let shell = shell.unwrap_or_else(|| ShellSettings::SHELL.to_owned());
            format!("{}: {}\n{}", spec.name, shell, script.trim_end())
        }
        Some(settings) => format!("{}: {}", spec.name, shell_words::join(settings.command)),
        None => spec.name.to_string(),
    }
}

/// What a command is kept from, as far as the task says.
fn sandbox(definition: &Definition) -> Option<String> {
    let spec = definition.executor.as_ref()?;
    let said = spec.settings.get("sandbox").cloned()?;
    let SandboxSettings { profile, writable, read_only, network, protect_git, limits } =
        serde_json::from_value(said).ok()?;
    let mut words = vec![profile.map_or("the usual one".to_owned(), |profile| profile.to_string())];
    match network {
        None => {}
        Some(SandboxNetwork::None) => words.push("no network".to_owned()),
        Some(SandboxNetwork::Full) => words.push("the whole network".to_owned()),
        Some(SandboxNetwork::Allow(hosts)) => {
            let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
            words.push(format!("reaches {}", hosts.join(" and ")));
        }
    }
    words.extend(writable.iter().map(|path| format!("writes {path}")));
    words.extend(read_only.iter().map(|path| format!("reads {path}")));
    if protect_git {
        words.push("its repository only to be read".to_owned());
    }
    let limits = [
        (limits.memory_bytes, "bytes of memory"),
        (limits.processes, "processes"),
        (limits.file_bytes, "bytes a file"),
        (limits.open_files, "open files"),
        (limits.cpu_seconds, "seconds of a processor"),
    ];
    words.extend(limits.iter().filter_map(|(most, of)| Some(format!("at most {} {of}", (*most)?))));
    Some(words.join(", "))
}

/// The keys that it gets, by the variables in which it finds them.
fn keys(definition: &Definition) -> Option<String> {
    let settings = shell(definition.executor.as_ref()?)?;
    let variables = settings.secrets.iter().map(|(variable, key)| format!("{variable}: {key}"));
    let typed = settings.prompts.iter().filter_map(|prompt| {
        Some(format!("typed at “{}”: {}", prompt.expect, prompt.key.as_ref()?))
    });
    let keys: Vec<String> = variables.chain(typed).collect();
    (!keys.is_empty()).then(|| keys.join("\n"))
}

/// What differs from what is usual.
fn schedule(schedule: &Schedule, fields: &mut Fields, canvas: &Canvas) {
    let policies = schedule.policies();
    match policies.misfire {
        Misfire::RunOnce => {}
        Misfire::Skip => _ = fields.add("If missed", "leave it out"),
        Misfire::RunAll { at_most } => {
            fields.add("If missed", format!("make up for the latest {at_most}"));
        }
    }
    match policies.overlap {
        Overlap::Forbid => {}
        Overlap::Allow => _ = fields.add("Overlap", "both go on"),
        Overlap::Replace => _ = fields.add("Overlap", "the earlier one is called off"),
    }
    fields.add_some(
        "At most",
        policies.start_deadline_secs.map(|secs| format!("{} late", seconds(secs))),
    );
    if policies.jitter_secs > 0 {
        fields.add("Put off by", format!("up to {}", seconds(policies.jitter_secs)));
    }
    if let Schedule::Recurring(recurrence) = schedule {
        let starts = recurrence.starts.filter(|starts| *starts > canvas.now);
        fields.add_some("From", starts.map(|starts| time::exact(starts, canvas)));
        let days: Vec<String> = recurrence.exclude.iter().map(dates).collect();
        fields.add_some("Not on", (!days.is_empty()).then(|| days.join(", ")));
    }
}

fn dates(range: &DateRange) -> String {
    range.to.map_or_else(|| range.from.to_string(), |to| format!("{} to {to}", range.from))
}

fn upcoming(view: &TaskView, canvas: &Canvas) -> Option<String> {
    let instants: Vec<String> =
        view.upcoming.iter().map(|instant| time::exact(*instant, canvas)).collect();
    (!instants.is_empty()).then(|| instants.join("\n"))
}

fn resources(definition: &Definition) -> Option<String> {
    let needs: Vec<String> = definition
        .resources
        .iter()
        .map(|need| match need.amount {
            1 => need.name.clone(),
            amount => format!("{amount} of {}", need.name),
        })
        .collect();
    (!needs.is_empty()).then(|| needs.join(", "))
}

fn artifacts(definition: &Definition) -> Option<String> {
    let globs: Vec<&str> = definition.artifacts.iter().map(|glob| glob.as_str()).collect();
    (!globs.is_empty()).then(|| globs.join("\n"))
}

fn tags(definition: &Definition) -> Option<String> {
    let tags: Vec<String> = definition.tags.iter().map(|tag| format!("#{tag}")).collect();
    (!tags.is_empty()).then(|| tags.join(" "))
}

fn status(task: &Task, canvas: &Canvas) -> Option<String> {
    match (task.deleted_at, task.status) {
        (Some(at), _) => Some(format!("deleted {}", time::exact(at, canvas))),
        (None, TaskStatus::Active) => None,
        (None, TaskStatus::Paused) => {
            Some("off: its schedule starts nothing until it is enabled".to_owned())
        }
        (None, TaskStatus::Archived) => Some("archived".to_owned()),
    }
}

const fn on_interrupt(on_interrupt: OnInterrupt) -> &'static str {
    match on_interrupt {
        OnInterrupt::Rerun => "run again",
        OnInterrupt::Ask => "ask you",
        OnInterrupt::Fail => "fail",
    }
}
