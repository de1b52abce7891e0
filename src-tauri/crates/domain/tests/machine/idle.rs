//! Work that succeeds and does nothing, over several occurrences of a task.

use crate::story::{Story, good, shell, task};
use aegis_domain::machine::{Command, Message};
use aegis_domain::policy::{InputHash, Nature, Reach};
use aegis_domain::{
    EventKind, NewTask, Outcome, Passage, Report, Schedule, TaskId, Timestamp, ToolUse, Usage,
};

fn call(reach: Reach, success: bool) -> Box<ToolUse> {
    Box::new(ToolUse {
        tool: "Edit".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        took_ms: None,
        success,
        error: None,
        category: None,
        parameters: serde_json::Value::Null,
        hash: InputHash("a".to_owned()),
        nature: Nature::of(reach),
        passage: Passage::Free,
        tokens: None,
        screenshot: None,
        session: None,
        client: None,
        task: None,
        occurrence: None,
        run: None,
    })
}

impl Story {
    /// A successful run of `task` with these calls.
    fn works(&mut self, task: TaskId, calls: &[Box<ToolUse>]) {
        self.trigger(task).unwrap();
        let occurrence = self.newest(task).id;
        let run = self.start(occurrence);
        for used in calls {
            self.tell(Command::Report { run, report: Report::ToolUse(used.clone()) }).unwrap();
        }
        let usage = Usage { output_tokens: 900, ..Usage::default() };
        self.tell(Command::Report { run, report: Report::Usage(usage) }).unwrap();
        self.ends(run, good());
    }

    fn told(&self, title: &str) -> usize {
        let is = |message: &&Message| {
            matches!(message,
            Message::Notify { title: told, .. } if told.starts_with(title))
        };
        self.world.sent.values().filter(is).count()
    }
}

fn agent() -> (Story, TaskId) {
    let mut story = Story::new();
    story.terms.metered = shell().map(|spec| spec.name).into_iter().collect();
    let id = story.create(NewTask { schedule: Schedule::Manual, ..task("tidy up") });
    (story, id)
}

#[test]
fn an_agent_that_stops_doing_anything_is_noticed_and_after_three_times_told_of() {
    let (mut story, id) = agent();
    for _ in 0..5 {
        story.works(id, &[call(Reach::Look, true), call(Reach::Change, true)]);
        assert_eq!(story.newest(id).agent.idle, None);
    }
    for in_a_row in 1..=4 {
        // A call that failed did nothing.
        story.works(id, &[call(Reach::Change, false)]);
        let idle = story.newest(id).agent.idle.expect("it did nothing");
        assert_eq!((idle.in_a_row, idle.usual), (in_a_row, 2));
        assert_eq!(story.told("#1 does nothing"), usize::from(in_a_row >= 3));
    }
    let noticed = |e: &&aegis_domain::NewEvent| matches!(e.kind, EventKind::DidNothing { .. });
    assert_eq!(story.world.events.iter().filter(noticed).count(), 4);
    // Back at work, nothing is said, and the count begins anew.
    story.works(id, &[call(Reach::Change, true)]);
    assert_eq!(story.newest(id).agent.idle, None);
    story.works(id, &[]);
    assert_eq!(story.newest(id).agent.idle.map(|idle| idle.in_a_row), Some(1));
}

#[test]
fn an_agent_that_only_ever_answers_is_left_alone() {
    let (mut story, id) = agent();
    for _ in 0..8 {
        story.works(id, &[]);
        assert_eq!(story.newest(id).agent.idle, None);
    }
}

#[test]
fn what_a_run_did_before_it_was_parked_counts() {
    let (mut story, id) = agent();
    for _ in 0..5 {
        story.works(id, &[call(Reach::Change, true)]);
    }
    story.trigger(id).unwrap();
    let occurrence = story.newest(id).id;
    let run = story.start(occurrence);
    let report = Report::ToolUse(call(Reach::Change, true));
    story.tell(Command::Report { run, report }).unwrap();
    story.ends(run, Outcome::Suspended);
    story.run(occurrence, good());
    let agent = story.newest(id).agent;
    assert_eq!((agent.idle, agent.effort.map(|effort| effort.acts)), (None, Some(1)));
}

#[test]
fn a_program_is_not_judged() {
    let (mut story, id) = agent();
    for _ in 0..5 {
        story.works(id, &[call(Reach::Change, true)]);
    }
    story.terms.metered.clear();
    story.works(id, &[]);
    let agent = story.newest(id).agent;
    assert_eq!((agent.effort, agent.idle), (None, None));
}
