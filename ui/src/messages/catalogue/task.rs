//! The texts of a task, on its card and in its panel.

use aegis_domain::policy::Nature;
use aegis_domain::{
    Actor, Cause, Join, OnInterrupt, Otherwise, Outcome, Passage, ReviewKind, RunReason,
    ScheduleBudget, State, Usage, Usd, Which,
};
use aegis_protocol::{Action, WaitView};

/// A task.
pub(crate) struct Task {
    /// `#42`.
    pub(crate) number: fn(u64) -> String,
    /// A state's name.
    pub(crate) state: fn(&State) -> &'static str,
    /// It never ran.
    pub(crate) no_state: &'static str,
    /// Its schedule starts it.
    pub(crate) scheduled: &'static str,
    /// Its schedule is held.
    pub(crate) held: &'static str,
    /// It was put away.
    pub(crate) archived: &'static str,
    /// How its last occurrence ended, beside its plan.
    pub(crate) last: fn(&str) -> String,
    /// Whom it is given to.
    pub(crate) assignee: fn(&str) -> String,
    /// Its workspace.
    pub(crate) workspace: fn(&str) -> String,
    /// One thing that it waits for, in a few words.
    pub(crate) wait: fn(&WaitView) -> String,
    /// Everything that it waits for, as a sentence.
    pub(crate) blocked: fn(&[WaitView]) -> String,
    /// Its schedule.
    pub(crate) schedule: ScheduleBox,
    /// Its end was asked for.
    pub(crate) cancelling: &'static str,
    /// An executor's name for people; `None` is a person.
    pub(crate) executor: fn(Option<&str>) -> String,
    /// `Priority 8, high`.
    pub(crate) priority_of: fn(u8) -> String,
    /// `8 high`.
    pub(crate) priority_fact: fn(u8) -> String,
    /// Everything that can be done, for screen readers.
    pub(crate) actions: &'static str,
    /// What can be done.
    pub(crate) action: fn(Action) -> &'static str,
    /// Its exit status.
    pub(crate) exit: fn(i32) -> String,
    /// How an attempt ended, in a word or two.
    pub(crate) outcome: fn(&Outcome) -> String,
    /// Why a card without an attempt is in the last column.
    pub(crate) ended: fn(&State) -> &'static str,
    /// It is next in line.
    pub(crate) ready: &'static str,
    /// It waits for somebody's answer.
    pub(crate) waiting: &'static str,
    /// It waits for its next try.
    pub(crate) retry: fn(&str) -> String,
    /// `after 2 tries`.
    pub(crate) tries: fn(u32) -> String,
    /// It was deleted.
    pub(crate) deleted: fn(u64) -> String,
    /// Takes it back.
    pub(crate) undo: &'static str,
    /// The panel's name.
    pub(crate) panel: fn(u64) -> String,
    /// Its facts, before the values.
    pub(crate) facts: Facts,
    /// Its tabs.
    pub(crate) tabs: TaskTabs,
    /// Its list of runs.
    pub(crate) runs: Runs,
    /// Everything else about it.
    pub(crate) details: Details,
    /// What reviews say.
    pub(crate) review: Review,
    /// A call of a tool that it asks about.
    pub(crate) call: Call,
    /// The calls of tools that its agents made.
    pub(crate) tools: Tools,
    /// Agrees to what it asks.
    pub(crate) allow: &'static str,
    /// Does not agree.
    pub(crate) deny: &'static str,
    /// Sends an answer.
    pub(crate) send: &'static str,
    /// The field for an answer.
    pub(crate) answer: &'static str,
    /// It succeeded and did nothing, in a few words.
    pub(crate) idle: &'static str,
    /// What models have cost, in as few digits as say it.
    pub(crate) cost: fn(Usd) -> String,
    /// How far it is, for screen readers.
    pub(crate) progress: &'static str,
}

/// The facts of a task, before their values.
pub(crate) struct Facts {
    /// Who does it.
    pub(crate) executor: &'static str,
    /// What is run.
    pub(crate) command: &'static str,
    /// Where it works.
    pub(crate) place: &'static str,
    /// How urgent.
    pub(crate) priority: &'static str,
    /// Which attempt.
    pub(crate) attempt: &'static str,
    /// `1 of 4`.
    pub(crate) attempt_of: fn(u32, u32) -> String,
    /// How long it has been at work.
    pub(crate) elapsed: &'static str,
    /// How long it took.
    pub(crate) took: &'static str,
    /// When it began.
    pub(crate) started: &'static str,
    /// When it starts next by itself.
    pub(crate) due: &'static str,
    /// Its exit status.
    pub(crate) exit: &'static str,
    /// What models have cost.
    pub(crate) cost: &'static str,
    /// What Aegis noticed of its work.
    pub(crate) noticed: &'static str,
    /// When it was asked for.
    pub(crate) created: &'static str,
    /// Its tags.
    pub(crate) tags: &'static str,
    /// Whom it is given to.
    pub(crate) assignee: &'static str,
    /// Its workspace.
    pub(crate) workspace: &'static str,
}

/// A task's schedule.
pub(crate) struct ScheduleBox {
    /// The box, for screen readers.
    pub(crate) label: &'static str,
    /// Before the next starts.
    pub(crate) next: &'static str,
    /// It does not start by itself for now.
    pub(crate) paused: &'static str,
    /// There are no further starts.
    pub(crate) over: &'static str,
}

/// The tabs of a task's panel.
pub(crate) struct TaskTabs {
    /// All of them, for screen readers.
    pub(crate) label: &'static str,
    /// What it printed.
    pub(crate) log: &'static str,
    /// Its attempts.
    pub(crate) runs: &'static str,
    /// What its agents called.
    pub(crate) tools: &'static str,
    /// What happened to it.
    pub(crate) activity: &'static str,
    /// Everything else about it.
    pub(crate) details: &'static str,
}

/// A task's runs.
pub(crate) struct Runs {
    /// There are none.
    pub(crate) empty: &'static str,
    /// How the first one comes to be.
    pub(crate) empty_hint: &'static str,
    /// `Run 2`.
    pub(crate) name: fn(u32) -> String,
    /// Why there is this attempt.
    pub(crate) reason: fn(RunReason) -> &'static str,
    /// Why there is this piece of work.
    pub(crate) cause: fn(Cause) -> &'static str,
    /// It is at work.
    pub(crate) live: &'static str,
    /// Opens its log.
    pub(crate) show_log: &'static str,
    /// What it used of a model.
    pub(crate) usage: fn(Usage) -> String,
    /// From where it could go on.
    pub(crate) checkpoint: fn(&str) -> String,
    /// A file that it left behind, and its size.
    pub(crate) artifact: fn(&str, u64) -> String,
    /// How many more of them there are.
    pub(crate) more: fn(usize) -> String,
}

/// A call of a tool that a person is asked about.
pub(crate) struct Call {
    /// Which tool wants to be called.
    pub(crate) asks: fn(&str) -> String,
    /// What such a call could do.
    pub(crate) could: fn(Nature) -> String,
    /// The parts of its input that are folded away.
    pub(crate) rest: fn(usize) -> String,
    /// Opens all of it.
    pub(crate) look: &'static str,
    /// Why that comes first.
    pub(crate) look_hint: &'static str,
    /// Yes, this once.
    pub(crate) allow: &'static str,
    /// What that means, with its key.
    pub(crate) allow_hint: &'static str,
    /// Yes, and for such calls to come.
    pub(crate) always: &'static str,
    /// The same where there is little room.
    pub(crate) always_short: &'static str,
    /// What that means.
    pub(crate) always_hint: &'static str,
    /// No to this.
    pub(crate) refuse: &'static str,
    /// What that means.
    pub(crate) refuse_hint: &'static str,
    /// The field for why.
    pub(crate) reason: &'static str,
    /// No to all of it.
    pub(crate) stop: &'static str,
    /// What that means.
    pub(crate) stop_hint: &'static str,
    /// No rule can say it.
    pub(crate) unsayable: &'static str,
    /// How many of how many calls a rule would have let through.
    pub(crate) meant: fn(u32, u32) -> String,
    /// Makes the rule, and lets the call through.
    pub(crate) save: &'static str,
    /// Does not.
    pub(crate) back: &'static str,
}

/// The calls of tools of a run.
pub(crate) struct Tools {
    /// There are none.
    pub(crate) empty: &'static str,
    /// How the first one comes to be.
    pub(crate) empty_hint: &'static str,
    /// It did what it was called for.
    pub(crate) done: &'static str,
    /// It did not; with the category of the error.
    pub(crate) failed: fn(&str) -> String,
    /// How it got past the policy.
    pub(crate) passage: fn(Passage) -> &'static str,
    /// How many tokens of the model it took.
    pub(crate) tokens: fn(u64) -> String,
    /// The file of the run that is a picture of what it showed.
    pub(crate) picture: fn(&str) -> String,
    /// What the client called itself that called from outside.
    pub(crate) client: fn(&str) -> String,
    /// Why the run counts as done.
    pub(crate) evidence: fn(&str) -> String,
    /// What the run used of a model.
    pub(crate) usage: fn(Usage) -> String,
    /// The session that can be taken up again.
    pub(crate) session: fn(&str) -> String,
    /// There are more than are listed.
    pub(crate) more: fn(usize) -> String,
}

/// What is set of a task, beside the facts that everybody looks at.
pub(crate) struct Details {
    /// The tasks that it waits for.
    pub(crate) depends_on: &'static str,
    /// The tasks that wait for it.
    pub(crate) dependents: &'static str,
    /// How many of several are needed; empty for every one.
    pub(crate) join: fn(Join) -> String,
    /// Which of the other task's occurrences counts; empty for the newest one.
    pub(crate) which: fn(Which) -> &'static str,
    /// What has to be true of its end.
    pub(crate) when: fn(&str) -> String,
    /// What becomes of this task otherwise.
    pub(crate) otherwise: fn(Otherwise) -> &'static str,
    /// A task that cannot be shown any more.
    pub(crate) gone: &'static str,
    /// When it only runs.
    pub(crate) conditions: &'static str,
    /// Only when this is so.
    pub(crate) only_if: &'static str,
    /// Only when these have changed.
    pub(crate) only_if_changed: &'static str,
    /// Its parameters.
    pub(crate) parameters: &'static str,
    /// A parameter has no value yet.
    pub(crate) no_value: &'static str,
    /// What was said of its outcomes.
    pub(crate) reviews: &'static str,
    /// Everything else that is set.
    pub(crate) settings: &'static str,
    /// Its name for people.
    pub(crate) slug: &'static str,
    /// Its short id.
    pub(crate) short_id: &'static str,
    /// Who helps.
    pub(crate) helpers: &'static str,
    /// The workflow that it belongs to.
    pub(crate) workflow: &'static str,
    /// What it shares with others.
    pub(crate) resources: &'static str,
    /// `gpu × 2`.
    pub(crate) resource: fn(&str, u32) -> String,
    /// What whoever does it must be able to do.
    pub(crate) capabilities: &'static str,
    /// Which model.
    pub(crate) model: &'static str,
    /// Most money of one occurrence.
    pub(crate) budget: &'static str,
    /// Most money of all occurrences in a period.
    pub(crate) schedule_budget: &'static str,
    /// How much in which period.
    pub(crate) per_period: fn(ScheduleBudget) -> String,
    /// An amount of money.
    pub(crate) money: fn(Usd) -> String,
    /// Further tries after a failure.
    pub(crate) retries: &'static str,
    /// Most time of one run.
    pub(crate) time_limit: &'static str,
    /// What happens to a run that was cut off.
    pub(crate) on_interrupt: &'static str,
    /// What happens then.
    pub(crate) interrupted: fn(OnInterrupt) -> &'static str,
    /// Who asked for it.
    pub(crate) requester: &'static str,
}

/// A look at an outcome.
pub(crate) struct Review {
    /// The outcome waits for a look.
    pub(crate) wanted: &'static str,
    /// What to look at.
    pub(crate) criteria: &'static str,
    /// Its outcome is good.
    pub(crate) accept: &'static str,
    /// Its outcome is not good yet.
    pub(crate) send_back: &'static str,
    /// The field for what is missing or good.
    pub(crate) feedback: &'static str,
    /// The field for a number from 0 to 100.
    pub(crate) score: &'static str,
    /// What the number means.
    pub(crate) score_hint: &'static str,
    /// Somebody needs to say what is missing.
    pub(crate) feedback_hint: &'static str,
    /// It passed.
    pub(crate) passed: &'static str,
    /// It was sent back.
    pub(crate) sent_back: &'static str,
    /// `82 of 100`.
    pub(crate) score_of: fn(u8) -> String,
    /// Who looked at it, and in what role.
    pub(crate) by: fn(&Actor, ReviewKind) -> String,
}
