//! Occurrences, runs and reviews.

use super::{NOON, ago, occurrence_id, run_id, task_id};
use aegis_domain::policy::{
    Effect, InputHash, InputMatch, Nature, NewRule, Pattern, Reach, Rule, RuleId,
};
use aegis_domain::{
    About, Actor, AgentWork, Ask, AskId, AskKind, AskedCall, Cause, ErrorCategory, Failure,
    FencingToken, Occurrence, OccurrenceId, OccurrenceKey, Outcome, Passage, Review, ReviewKind,
    Run, RunEnd, RunReason, State, TaskId, TaskNumber, ToolUse, Values,
};
use aegis_protocol::{ApprovalView, RuleView};
use serde_json::Value;
use uuid::Uuid;

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
        agent: AgentWork::default(),
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
        executor: None,
        ready_at: None,
        pace: None,
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

pub(crate) fn review(passed: bool, feedback: &str, score: Option<u8>) -> Review {
    Review {
        by: Actor::Human("cli".to_owned()),
        kind: ReviewKind::User,
        at: ago(180),
        passed,
        feedback: feedback.to_owned(),
        score,
    }
}

/// A call that took 1.2 seconds, five minutes ago.
pub(crate) fn tool_use(tool: &str, parameters: Value) -> ToolUse {
    ToolUse {
        tool: tool.to_owned(),
        at: ago(300),
        took_ms: Some(1200),
        success: true,
        error: None,
        category: None,
        parameters,
        hash: InputHash("ab".repeat(32)),
        nature: Nature::of(Reach::Run).private().egress(),
        passage: Passage::Free,
        tokens: None,
        screenshot: None,
        session: Some("session-1".to_owned()),
        client: None,
        task: Some(task_id(12)),
        occurrence: Some(occurrence_id(12)),
        run: Some(run_id(3)),
    }
}

/// A call that a person is asked about, for #12.
pub(crate) fn asked(tool: &str, input: Value) -> ApprovalView {
    let call = AskedCall {
        tool: tool.to_owned(),
        input,
        hash: InputHash("ab".repeat(32)),
        nature: Nature::of(Reach::Run).private().egress().outside(),
        why: format!("{tool} starts programs, and no rule lets it."),
    };
    let id = AskId(Uuid::from_u64_pair(1, 4));
    let question = format!("{tool}: git push");
    let mut ask = Ask::new(id, AskKind::Approval, question, ago(300));
    ask.about = Some(Box::new(About::Call(call)));
    let always = Some(rule(1, "git push").rule.says);
    let title = "Tidy up".to_owned();
    ApprovalView { task: task_id(12), number: TaskNumber(12), title, ask, live: true, always }
}

/// A rule that lets one command through.
pub(crate) fn rule(n: u64, command: &str) -> RuleView {
    let is = Pattern::new(command).unwrap();
    let input = vec![InputMatch { at: "/command".to_owned(), is }];
    let says = NewRule { input, ..NewRule::new(Effect::Allow, Pattern::new("Bash").unwrap()) };
    let by = Actor::Human("cli".to_owned());
    let words = says.to_string();
    let rule =
        Rule { id: RuleId(Uuid::from_u64_pair(n, 0x8000_0000_0000_0000 + n)), says, by, at: NOON };
    RuleView { rule, words, number: None }
}
