//! What other systems call the state of a task.
//!
//! Interfaces that were made for other programs keep those programs' words. Which word means what
//! depends on the interface that it comes through: `pending` is one thing to a list of chores and
//! another to a pool of workers.

use crate::StateName;

/// A set of words for a task's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vocabulary {
    /// Aegis' own, and `pending` for a task that has never run.
    Own,
    /// Chores and documents: `pending`, `in_progress`, `completed`, `failed`.
    Chores,
    /// A pool of workers: `pending`, `queued`, `running`, `completed`, `failed`, `stopped`.
    Pool,
    /// Workflows: `created`, `queued`, `assigned`, `executing`, `paused`, `reviewing`,
    /// `completed`, `failed`, `blocked`.
    Workflow,
}

impl Vocabulary {
    /// The word for the state that a task shows ([`super::state`]).
    #[must_use]
    pub const fn word(self, state: Option<StateName>) -> &'static str {
        use StateName as S;
        let Some(state) = state else {
            return match self {
                Self::Own | Self::Chores | Self::Pool => "pending",
                Self::Workflow => "created",
            };
        };
        match (self, state) {
            (Self::Own, state) => state.as_str(),
            (Self::Chores, S::Created | S::Blocked | S::Queued)
            | (Self::Pool, S::Created | S::Blocked) => "pending",
            (Self::Chores, S::Assigned | S::Executing | S::Awaiting | S::Paused | S::Reviewing) => {
                "in_progress"
            }
            (Self::Pool, S::Assigned | S::Executing | S::Awaiting | S::Paused | S::Reviewing) => {
                "running"
            }
            (Self::Pool, S::Cancelled) => "stopped",
            (Self::Workflow, S::Paused | S::Awaiting) => "paused",
            (_, S::Failed | S::Cancelled | S::Expired) => "failed",
            // A skipped occurrence appears in histories only, so no task shows it.
            (_, S::Completed | S::Skipped) => "completed",
            (_, state) => state.as_str(),
        }
    }

    /// The states for which `word` stands, `None` among them for a task that has never run; empty
    /// when it is no word of this vocabulary. `running` is `in_progress` in another document.
    #[must_use]
    pub fn states(self, word: &str) -> Vec<Option<StateName>> {
        let word = match (self, word) {
            (Self::Chores, "running") => "in_progress",
            (_, word) => word,
        };
        let all = StateName::ALL.into_iter().map(Some).chain([None]);
        all.filter(|state| self.word(*state) == word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Vocabulary::Chores, "pending in_progress completed failed")]
    #[case(Vocabulary::Pool, "pending queued running completed failed stopped")]
    #[case(
        Vocabulary::Workflow,
        "created blocked queued assigned executing paused reviewing completed failed"
    )]
    fn a_vocabulary_has_a_word_for_every_state_and_no_other(
        #[case] vocabulary: Vocabulary,
        #[case] words: &str,
    ) {
        let words: Vec<&str> = words.split(' ').collect();
        let mut found: Vec<_> = words.iter().flat_map(|word| vocabulary.states(word)).collect();
        assert_eq!(found.len(), StateName::ALL.len() + 1, "every state once");
        found.dedup();
        for word in words {
            assert!(!vocabulary.states(word).is_empty(), "{word}");
        }
        assert!(vocabulary.states("no such word").is_empty());
    }

    #[test]
    fn a_word_of_one_document_may_mean_another_thing_in_the_next() {
        let pending = |v: Vocabulary| v.states("pending").len();
        assert_eq!((pending(Vocabulary::Chores), pending(Vocabulary::Pool)), (4, 3));
        assert_eq!(Vocabulary::Chores.states("running"), Vocabulary::Chores.states("in_progress"));
        assert_eq!(Vocabulary::Pool.word(Some(StateName::Cancelled)), "stopped");
        assert_eq!(Vocabulary::Chores.word(Some(StateName::Cancelled)), "failed");
    }
}
