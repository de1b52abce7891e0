//! Which session a run has, and what it is told: a new one, or one that goes on.

use aegis_domain::{Checkpoint, ClaudeCodeSettings, RunReason};
use serde_json::{Value, json};

use super::prompt::Further;
use super::settings::is_session;

/// What was there before this run.
pub(super) struct Before<'a> {
    /// Why there is this attempt.
    pub(super) reason: RunReason,
    /// The session of the attempt before, or the one that somebody wants to continue.
    pub(super) session: Option<&'a str>,
    /// What a person or a review says.
    pub(super) said: Option<&'a str>,
    /// Where the attempt before left off.
    pub(super) checkpoint: Option<&'a Checkpoint>,
}

/// Which session a run has, and what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Conversation<'a> {
    /// The session that it goes on with; one of its own when there is none.
    pub(super) session: Option<&'a str>,
    /// What it is told.
    pub(super) opening: Opening<'a>,
}

/// What a session is told when it begins or goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening<'a> {
    /// What is to be done, and what else there is to say.
    Task(Option<Further<'a>>),
    /// Why it goes on.
    Further(Further<'a>),
    /// Nothing: it goes on exactly where a call was put off.
    Nothing,
}

impl<'a> Conversation<'a> {
    /// What follows from the settings and from what was there before.
    pub(super) fn of(settings: &'a ClaudeCodeSettings, before: &Before<'a>) -> Self {
        let said = before.said.filter(|said| !said.trim().is_empty());
        let Some(session) = before.session.filter(|session| is_session(session)) else {
            return Self { session: settings.resume.as_deref(), opening: Opening::Task(None) };
        };
        let opening = match (before.reason, said) {
            (RunReason::Rework, Some(said)) => Opening::Further(Further::Review(said)),
            (_, Some(said)) => Opening::Further(Further::Said(said)),
            (RunReason::Resume, None) if left_at_a_call(before.checkpoint, session) => {
                Opening::Nothing
            }
            (RunReason::Retry, None) => Opening::Further(Further::Failed),
            (_, None) => Opening::Further(Further::CutOff),
        };
        Self { session: Some(session), opening }
    }
}

/// What a checkpoint holds of a session that was left while a call waits.
pub(super) fn waiting(session: &str, waits: bool) -> Value {
    json!({ "session": session, "call_waits": waits })
}

/// Whether a session was left exactly where a call waits to be decided.
pub(super) fn left_at_a_call(checkpoint: Option<&Checkpoint>, session: &str) -> bool {
    checkpoint.is_some_and(|checkpoint| checkpoint.data == waiting(session, true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::Timestamp;
    use rstest::rstest;

    const S: &str = "550e8400-e29b-41d4-a716-446655440000";

    fn left(data: Value) -> Option<Checkpoint> {
        Some(Checkpoint { at: Timestamp::UNIX_EPOCH, label: "x".into(), data })
    }

    #[rstest]
    #[case(RunReason::First, None, None, None, Opening::Task(None))]
    #[case(RunReason::Retry, None, None, None, Opening::Task(None))]
    #[case(RunReason::Retry, Some(S), None, None, Opening::Further(Further::Failed))]
    #[case(RunReason::Interrupted, Some(S), None, None, Opening::Further(Further::CutOff))]
    #[case(RunReason::Resume, Some(S), None, None, Opening::Further(Further::CutOff))]
    #[case(RunReason::Resume, Some(S), None, left(waiting(S, true)), Opening::Nothing)]
    #[case(
        RunReason::Resume,
        Some(S),
        None,
        left(waiting(S, false)),
        Opening::Further(Further::CutOff)
    )]
    #[case(
        RunReason::Resume,
        Some(S),
        None,
        left(waiting("other", true)),
        Opening::Further(Further::CutOff)
    )]
    #[case(
        RunReason::Resume,
        Some(S),
        Some("yes"),
        left(waiting(S, true)),
        Opening::Further(Further::Said("yes"))
    )]
    #[case(
        RunReason::First,
        Some(S),
        Some("also x"),
        None,
        Opening::Further(Further::Said("also x"))
    )]
    #[case(
        RunReason::Rework,
        Some(S),
        Some("not yet"),
        None,
        Opening::Further(Further::Review("not yet"))
    )]
    #[case(RunReason::First, Some("--resume"), None, None, Opening::Task(None))]
    fn why_it_runs_says_what_it_is_told(
        #[case] reason: RunReason,
        #[case] session: Option<&str>,
        #[case] said: Option<&str>,
        #[case] checkpoint: Option<Checkpoint>,
        #[case] opening: Opening<'_>,
    ) {
        let before = Before { reason, session, said, checkpoint: checkpoint.as_ref() };
        let settings = ClaudeCodeSettings::default();
        let conversation = Conversation::of(&settings, &before);
        assert_eq!(conversation.opening, opening);
        assert_eq!(conversation.session, session.filter(|session| *session == S));
        let settings = ClaudeCodeSettings { resume: Some(S.into()), ..settings };
        assert_eq!(Conversation::of(&settings, &before).session, Some(S));
    }
}
