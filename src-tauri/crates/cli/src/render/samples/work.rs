//! Occurrences, runs and reviews.

use super::{ago, occurrence_id, run_id, task_id};
use aegis_domain::{
    Actor, AgentWork, Cause, ErrorCategory, Failure, FencingToken, Occurrence, OccurrenceId,
    OccurrenceKey, Outcome, Review, ReviewKind, Run, RunEnd, RunReason, State, TaskId, Values,
};

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
