//! A world in memory: applies decisions as the store does, and checks what must always hold.

use crate::edges;
use aegis_domain::machine::{Command, Decision, NextNumbers, Refused, Row, Slice, Subject, apply};
use aegis_domain::{
    Ctx, EventKind, FencingToken, NewEvent, Occurrence, OccurrenceId, Run, RunId, StateName, Task,
    TaskId, TaskNumber, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Default)]
pub struct World {
    pub tasks: BTreeMap<TaskId, Task>,
    pub occurrences: BTreeMap<OccurrenceId, Occurrence>,
    pub runs: BTreeMap<RunId, Run>,
    pub events: Vec<NewEvent>,
    pub edges_seen: BTreeSet<(StateName, StateName)>,
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
            let slice = self.slice(&command);
            let decision = apply(&slice, &command, ctx)?;
            let held = |c: &&Command| self.hold_validation && matches!(c, Command::Validate { .. });
            queue.extend(decision.follow_ups.iter().filter(|c| !held(c)).cloned());
            events.extend(decision.events.iter().cloned());
            self.write(decision);
        }
        self.check();
        Ok(events)
    }

    fn slice(&self, command: &Command) -> Slice {
        let mut slice = Slice::default();
        slice.next.token = FencingToken(self.last_token + 1);
        match command.subject() {
            Subject::NewTask(id) => {
                slice.task = self.tasks.get(&id).cloned();
                slice.next.task = TaskNumber(self.last_number + 1);
            }
            Subject::Task(id) => {
                slice.task = self.tasks.get(&id).cloned();
                slice.siblings =
                    self.occurrences.values().filter(|o| o.task == id).cloned().collect();
                slice.next.run = 1;
            }
            Subject::Occurrence(id) => {
                slice.occurrence = self.occurrences.get(&id).cloned();
                slice.task =
                    slice.occurrence.as_ref().and_then(|o| self.tasks.get(&o.task)).cloned();
                let runs = self.runs.values().filter(|r| r.occurrence == id);
                slice.run = runs.max_by_key(|r| r.number).cloned();
                slice.next = NextNumbers {
                    run: slice.run.as_ref().map_or(1, |r| r.number + 1),
                    ..slice.next
                };
            }
            Subject::Run(id) => {
                slice.run = self.runs.get(&id).cloned();
                slice.occurrence =
                    slice.run.as_ref().and_then(|r| self.occurrences.get(&r.occurrence)).cloned();
                slice.task = slice.run.as_ref().and_then(|r| self.tasks.get(&r.task)).cloned();
            }
        }
        slice
    }

    fn write(&mut self, decision: Decision) {
        for row in decision.rows {
            match row {
                Row::Task(task) => {
                    self.last_number = self.last_number.max(task.number.0);
                    self.tasks.insert(task.id, task);
                }
                Row::Occurrence(occurrence) => {
                    if let Some(before) = self.occurrences.get(&occurrence.id) {
                        assert!(
                            !before.state.is_terminal(),
                            "{} was written again after its end",
                            before.state.name()
                        );
                    }
                    self.occurrences.insert(occurrence.id, occurrence);
                }
                Row::Run(run) => {
                    self.last_token = self.last_token.max(run.token.0);
                    self.runs.insert(run.id, run);
                }
            }
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
            assert!(occurrence.interruptions <= 3 && occurrence.reworks <= 3);
        }
    }
}
