//! A world in memory: applies decisions as the store does, and checks what must always hold.

use crate::edges;
use aegis_domain::budget::span_of;
use aegis_domain::coarse;
use aegis_domain::idle::{Effort, LOOK_BACK, Past};
use aegis_domain::machine::{
    Command, DEFAULT_CAPACITY, Decision, Ended, InLine, Maker, Message, NextNumbers, Peer,
    Predecessor, Refused, ResourceState, Row, Slice, Subject, Upstream, apply,
};
use aegis_domain::policy::{Rule, RuleId};
use aegis_domain::{
    Blocker, Ctx, EventKind, FencingToken, Guard, Guarded, Key, Made, NewEvent, Occurrence,
    OccurrenceId, Outcome, Period, Run, RunId, Schedule, State, StateName, Task, TaskId,
    TaskNumber, TaskRef, Timestamp, ToolUse, Usd,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

#[derive(Default)]
pub struct World {
    pub tasks: BTreeMap<TaskId, Task>,
    pub occurrences: BTreeMap<OccurrenceId, Occurrence>,
    pub runs: BTreeMap<RunId, Run>,
    pub capacities: BTreeMap<String, u32>,
    pub facts: BTreeMap<String, Value>,
    pub events: Vec<NewEvent>,
    pub edges_seen: BTreeSet<(StateName, StateName)>,
    /// What requests with keys have made, and with which fingerprints.
    pub keys: BTreeMap<Key, (TaskId, String)>,
    /// Tasks that are one of a kind.
    pub kinds: Vec<(Key, TaskId)>,
    pub rules: BTreeMap<RuleId, Rule>,
    pub uses: Vec<ToolUse>,
    /// What runs have cost, and when: by which task, less what had been said before.
    pub books: Vec<(Timestamp, TaskId, i64)>,
    /// What was sent outside, by its key: two of one key are one.
    pub sent: BTreeMap<String, Message>,
    /// Leaves new occurrences unvalidated, as if their checks took time.
    pub hold_validation: bool,
    last_token: u64,
    last_number: u64,
}

pub fn instant(millis: i64) -> Timestamp {
    Timestamp::from_timestamp_millis(1_763_697_600_000 + millis).unwrap()
}

impl World {
    pub fn apply(&mut self, command: Command, ctx: &mut Ctx) -> Result<Vec<NewEvent>, Refused> {
        let mut queue = VecDeque::from([command]);
        let mut events = Vec::new();
        while let Some(command) = queue.pop_front() {
            let slice = self.slice(&command, ctx);
            let decision = apply(&slice, &command, ctx)?;
            let held = |c: &&Command| self.hold_validation && matches!(c, Command::Validate { .. });
            queue.extend(decision.follow_ups.iter().filter(|c| !held(c)).cloned());
            events.extend(decision.events.iter().cloned());
            self.write(decision, ctx.now);
        }
        self.check();
        Ok(events)
    }

    fn slice(&self, command: &Command, ctx: &Ctx) -> Slice {
        let mut slice = Slice::default();
        slice.next.token = FencingToken(self.last_token + 1);
        match command.subject() {
            Subject::NewTask(id) => {
                slice.task = self.tasks.get(&id).cloned().map(Arc::new);
                slice.next.task = TaskNumber(self.last_number + 1);
            }
            Subject::Task(id) => {
                slice.task = self.tasks.get(&id).cloned().map(Arc::new);
                slice.siblings = self
                    .occurrences
                    .values()
                    .filter(|o| o.task == id)
                    .cloned()
                    .map(Arc::new)
                    .collect();
                slice.next.run = 1;
            }
            Subject::Occurrence(id) => {
                slice.occurrence = self.occurrences.get(&id).cloned().map(Arc::new);
                slice.task = slice
                    .occurrence
                    .as_ref()
                    .and_then(|o| self.tasks.get(&o.task))
                    .cloned()
                    .map(Arc::new);
                slice.run = self.last_run(id).cloned().map(Arc::new);
                slice.next = NextNumbers {
                    run: slice.run.as_ref().map_or(1, |r| r.number + 1),
                    ..slice.next
                };
            }
            Subject::Run(id) => {
                slice.run = self.runs.get(&id).cloned().map(Arc::new);
                slice.occurrence = slice
                    .run
                    .as_ref()
                    .and_then(|r| self.occurrences.get(&r.occurrence))
                    .cloned()
                    .map(Arc::new);
                slice.task =
                    slice.run.as_ref().and_then(|r| self.tasks.get(&r.task)).cloned().map(Arc::new);
            }
            Subject::Resource(name) => {
                slice.resources.insert(name.to_owned(), self.resource(name));
            }
            Subject::Rule(id) => {
                slice.rule_exists = self.rules.contains_key(&id);
                slice.rules = self.rules.len();
            }
            Subject::Fact(_) | Subject::Template(_) | Subject::Nothing => {}
        }
        self.read_more(command, &mut slice, ctx);
        slice
    }

    /// Everything that any command reads beside its subject: more than it needs does no harm.
    fn read_more(&self, command: &Command, slice: &mut Slice, ctx: &Ctx) {
        let now = ctx.now;
        for name in command.mentions(slice.task.as_deref(), now).tasks {
            slice.named.insert(name.clone(), self.peer(&name));
        }
        for task in self.tasks.values() {
            let on = task.definition.predecessors().copied().collect();
            let parent = task.definition.parent;
            slice.upstream.insert(task.id, Upstream { number: task.number, on, parent });
        }
        slice.maker = match command {
            Command::Chain { from, .. } => self.occurrences.get(from).map(|o| Maker {
                taint: o.agent.taint,
                depth: o.depth,
                made: 0,
            }),
            _ => command.run_that_asks().and_then(|run| self.maker(run)),
        };
        if let Command::CreateOnce { guard, .. } = command {
            slice.guarded = self.guarded(guard);
        }
        slice.facts = self.facts.clone();
        if let (Some(task), Some(occurrence)) = (&slice.task, &slice.occurrence) {
            slice.after =
                occurrence.after.and_then(|id| self.occurrences.get(&id)).map(|o| o.state.clone());
            let predecessors = task.definition.predecessors();
            slice.predecessors = predecessors
                .filter_map(|id| Some((*id, self.predecessor(*id, occurrence)?)))
                .collect();
            let before = self.of_task(task.id).filter(|o| o.id != occurrence.id);
            slice.previous = before
                .filter(|o| o.state.is_terminal() && o.state.name() != StateName::Skipped)
                .max_by_key(|o| o.updated_at)
                .map(|o| self.ended(o));
        }
        let Some(task) = slice.task.clone() else { return };
        let zone = ctx.terms.zone;
        slice.books.day = self.spent_since(span_of(Period::Day, now, zone).since, None);
        if let Some(budget) = task.definition.schedule_budget {
            let since = span_of(budget.per, now, zone).since;
            slice.books.schedule = self.spent_since(since, Some(task.id));
        }
        if let Some(occurrence) = slice.occurrence.clone() {
            self.read_effort(&task, &occurrence, slice, ctx);
        }
        for need in &task.definition.resources {
            slice.resources.insert(need.name.clone(), self.resource(&need.name));
        }
        let since = task.cursor.min(now);
        let instants = self.of_task(task.id).filter_map(|o| o.instant);
        slice.instants = instants.filter(|at| *at > since).collect();
        slice.awaited = true;
        if let Command::Settle { occurrence, .. } = command {
            slice.occurrence =
                occurrence.and_then(|id| self.occurrences.get(&id)).cloned().map(Arc::new);
            slice.waiting = self.waiting(task.id, *occurrence);
            let after = |t: &&Task| t.definition.schedule == Schedule::After;
            let follows = |t: &&Task| t.definition.predecessors().any(|id| *id == task.id);
            slice.followers =
                self.tasks.values().filter(after).filter(follows).map(|t| t.id).collect();
        }
    }

    /// What runs have cost since then, of all tasks or of one.
    pub fn spent_since(&self, since: Timestamp, task: Option<TaskId>) -> Usd {
        let of = |(_, by, _): &&(Timestamp, TaskId, i64)| task.is_none_or(|task| *by == task);
        let in_time = self.books.iter().filter(of).filter(|(at, _, _)| *at >= since);
        let sum: i64 = in_time.map(|(_, _, micros)| micros).sum();
        Usd::from_micros(u64::try_from(sum).unwrap_or(0))
    }

    fn read_effort(&self, task: &Task, occurrence: &Occurrence, slice: &mut Slice, ctx: &Ctx) {
        let executor = task.definition.executor.as_ref();
        if !executor.is_some_and(|executor| ctx.terms.metered.contains(&executor.name)) {
            return;
        }
        let mut effort = Effort::default();
        for used in self.uses.iter().filter(|used| used.occurrence == Some(occurrence.id)) {
            let (tool, act) = Effort::counts(used);
            effort.tools += u32::from(tool);
            effort.acts += u32::from(act);
        }
        let earlier = self.runs.values().filter(|r| r.occurrence == occurrence.id);
        let this = slice.run.as_ref().map(|run| run.id);
        for run in earlier.filter(|run| Some(run.id) != this) {
            effort = effort.and(run.usage, run.artifacts.len());
        }
        slice.effort = Some(effort);
        let mut before: Vec<_> = self
            .of_task(task.id)
            .filter(|o| o.id != occurrence.id && o.state.name() == StateName::Completed)
            .collect();
        before.sort_by_key(|o| std::cmp::Reverse(o.updated_at));
        let past = |o: &&Occurrence| {
            let idle = o.agent.idle.map_or(0, |idle| idle.in_a_row);
            o.agent.effort.map(|effort| Past { effort, idle })
        };
        slice.past = before.iter().filter_map(past).take(LOOK_BACK).collect();
    }

    fn guarded(&self, guard: &Guard) -> Guarded {
        let made = |task| Made { task, number: self.tasks[&task].number };
        let before = guard.once.as_ref().and_then(|once| self.keys.get(&once.key));
        let state = |task: &TaskId| {
            let all: Vec<_> = self.of_task(*task).cloned().collect();
            coarse::state(&self.tasks[task], &all)
        };
        let of_kind = |unique: &aegis_domain::Unique| {
            let tasks = self.kinds.iter().rev().filter(|(key, _)| *key == unique.key);
            let standing = tasks.filter(|(_, task)| self.tasks[task].deleted_at.is_none());
            let mut shown = standing.map(|(_, task)| (made(*task), state(task)));
            shown.find(|(_, state)| unique.while_in.contains(state))
        };
        Guarded {
            made: before.map(|(task, request)| (made(*task), request.clone())),
            holder: guard.unique.as_ref().and_then(of_kind),
            keys: self.keys.len() as u64,
        }
    }

    fn last_run(&self, id: OccurrenceId) -> Option<&Run> {
        self.runs.values().filter(|r| r.occurrence == id).max_by_key(|r| r.number)
    }

    fn of_task(&self, id: TaskId) -> impl Iterator<Item = &Occurrence> {
        self.occurrences.values().filter(move |o| o.task == id)
    }

    fn peer(&self, name: &TaskRef) -> Option<Peer> {
        let task = self.tasks.values().find(|task| match name {
            TaskRef::Id(id) => task.id == *id,
            TaskRef::Number(number) => task.number == *number,
            TaskRef::Short(short) => task.short_id == *short,
            TaskRef::Slug(slug) => task.definition.slug.as_ref() == Some(slug),
        })?;
        Some(Peer { id: task.id, number: task.number, deleted: task.deleted_at.is_some() })
    }

    fn maker(&self, run: RunId) -> Option<Maker> {
        let occurrence = self.occurrences.get(&self.runs.get(&run)?.occurrence)?;
        let made = self.tasks.values().filter(|t| t.origin.is_some_and(|o| o.run == run)).count();
        Some(Maker {
            taint: occurrence.agent.taint,
            depth: occurrence.depth,
            made: u32::try_from(made).unwrap(),
        })
    }

    fn ended(&self, occurrence: &Occurrence) -> Ended {
        let end = self.last_run(occurrence.id).and_then(|run| run.end.clone());
        let summary = end.as_ref().map(|e| match &e.outcome {
            Outcome::Succeeded { summary } => summary.clone(),
            Outcome::Failed(failure) => failure.sentence(),
            _ => String::new(),
        });
        Ended {
            state: occurrence.state.clone(),
            exit_code: end.as_ref().and_then(|e| e.exit_code),
            result: end.map_or(Value::Null, |e| e.result),
            summary: summary.unwrap_or_default(),
        }
    }

    fn predecessor(&self, id: TaskId, occurrence: &Occurrence) -> Option<Predecessor> {
        let task = self.tasks.get(&id)?;
        let shown = |o: &&Occurrence| o.state.name() != StateName::Skipped;
        let newest = self.of_task(id).filter(shown).max_by_key(|o| (o.created_at, o.id));
        let newest = newest.or_else(|| self.of_task(id).max_by_key(|o| (o.created_at, o.id)));
        let from = occurrence.from.and_then(|from| self.occurrences.get(&from));
        let from = from.filter(|o| o.task == id);
        let same = from.or_else(|| {
            occurrence.instant.and_then(|at| self.of_task(id).find(|o| o.instant == Some(at)))
        });
        Some(Predecessor {
            number: task.number,
            standing: task.is_standing(),
            cursor: task.cursor,
            newest: newest.map(|o| self.ended(o)),
            same: same.map(|o| self.ended(o)),
        })
    }

    fn resource(&self, name: &str) -> ResourceState {
        let held = self.occurrences.values().flat_map(|o| &o.holds);
        let mut line: Vec<InLine> = self
            .occurrences
            .values()
            .filter_map(|o| match &o.state {
                State::Blocked { by, sort_key, .. } => by.iter().find_map(|b| match b {
                    Blocker::Resource { name: wanted, amount } if wanted == name => {
                        Some(InLine { occurrence: o.id, sort_key: *sort_key, amount: *amount })
                    }
                    _ => None,
                }),
                _ => None,
            })
            .collect();
        line.sort_by_key(|l| (l.sort_key, l.occurrence));
        ResourceState {
            capacity: self.capacities.get(name).copied().unwrap_or(DEFAULT_CAPACITY),
            used: held.filter(|h| h.name == name).map(|h| h.amount).sum(),
            line,
        }
    }

    fn waiting(&self, task: TaskId, occurrence: Option<OccurrenceId>) -> Vec<OccurrenceId> {
        let waits = |o: &&Occurrence| match &o.state {
            State::Blocked { by, .. } => by.iter().any(|b| match b {
                Blocker::Dependency { task: on } => *on == task,
                Blocker::Occurrence { occurrence: on } => Some(*on) == occurrence,
                _ => false,
            }),
            _ => false,
        };
        self.occurrences.values().filter(waits).map(|o| o.id).collect()
    }

    fn write(&mut self, decision: Decision, now: Timestamp) {
        for row in decision.rows {
            match row {
                Row::Task(task) => {
                    self.last_number = self.last_number.max(task.number.0);
                    self.tasks.insert(task.id, task);
                }
                Row::Occurrence(occurrence) => self.write_occurrence(occurrence, now),
                Row::Run(run) => {
                    self.last_token = self.last_token.max(run.token.0);
                    self.runs.insert(run.id, run);
                }
                Row::Resource { name, capacity: Some(capacity) } => {
                    self.capacities.insert(name, capacity);
                }
                Row::Resource { name, capacity: None } => drop(self.capacities.remove(&name)),
                Row::Fact { name, value: Some(value) } => drop(self.facts.insert(name, value)),
                Row::Fact { name, value: None } => drop(self.facts.remove(&name)),
                Row::Template { .. } => {}
                Row::RequestKey { once, task } => {
                    self.keys.insert(once.key, (task, once.request));
                }
                Row::UniqueKey { key, task } => self.kinds.push((key, task)),
                Row::Rule { id, rule: Some(rule) } => drop(self.rules.insert(id, *rule)),
                Row::Rule { id, rule: None } => drop(self.rules.remove(&id)),
                Row::ToolUse(used) => self.uses.push(*used),
                Row::Spent { task, before, now: cost } => {
                    let micros = |usd: Usd| i64::try_from(usd.micros()).unwrap();
                    self.books.push((now, task, micros(cost) - micros(before)));
                }
            }
        }
        for outgoing in decision.outbox {
            self.sent.entry(outgoing.key).or_insert(outgoing.message);
        }
        for event in decision.events {
            if let EventKind::Moved { from, to } = &event.kind {
                let to = to.name();
                assert!(edges::exists(*from, to), "{from} → {to} is not an edge");
                self.edges_seen.insert((*from, to));
            }
            self.events.push(event);
        }
    }

    fn write_occurrence(&mut self, occurrence: Occurrence, now: Timestamp) {
        match self.occurrences.get(&occurrence.id) {
            Some(before) => assert!(
                !before.state.is_terminal(),
                "{} was written again after its end",
                before.state.name()
            ),
            None => {
                let same = |o: &&Occurrence| {
                    (o.task, o.cause, &o.key)
                        == (occurrence.task, occurrence.cause, &occurrence.key)
                };
                assert!(
                    !self.occurrences.values().any(|o| same(&o)),
                    "an occurrence was made twice, at {now}"
                );
            }
        }
        self.occurrences.insert(occurrence.id, occurrence);
    }

    /// What must hold after every command.
    fn check(&self) {
        let unended: BTreeSet<_> =
            self.runs.values().filter(|r| r.end.is_none()).map(|r| r.id).collect();
        let live: BTreeSet<_> =
            self.occurrences.values().filter_map(|o| o.state.live_run()).collect();
        assert_eq!(unended, live, "a run is unended exactly while its occurrence holds it");
        let tokens: BTreeSet<_> = self.runs.values().map(|r| r.token).collect();
        assert_eq!(tokens.len(), self.runs.len(), "a token was given twice");
        for occurrence in self.occurrences.values() {
            if occurrence.state.is_terminal() {
                assert!(occurrence.cancel.is_none(), "an ended occurrence waits for its end");
            }
            if let State::Blocked { by, .. } = &occurrence.state {
                assert!(!by.is_empty(), "nothing blocks a blocked occurrence");
            }
            assert!(
                occurrence.holds.is_empty() || occurrence.state.live_run().is_some(),
                "something is held for no run"
            );
            assert!(occurrence.interruptions <= 3 && occurrence.reworks <= 3);
        }
        let names: BTreeSet<_> =
            self.tasks.values().flat_map(|t| &t.definition.resources).map(|r| &r.name).collect();
        for name in names {
            let ResourceState { capacity, used, .. } = self.resource(name);
            assert!(used <= capacity.max(self.most_held(name)), "{used} of {capacity} {name}");
        }
    }

    /// A capacity that was lowered is not taken from whoever holds it.
    fn most_held(&self, name: &str) -> u32 {
        if self.capacities.contains_key(name) { u32::MAX } else { DEFAULT_CAPACITY }
    }
}
