//! What is set of a task, and reviews, in English.

use aegis_domain::{Join, OnInterrupt, Otherwise, ReviewKind, Usd, Which};

use super::events::actor;
use crate::messages::{Details, Review};

pub(super) const DETAILS: Details = Details {
    depends_on: "Depends on",
    dependents: "Needed by",
    join: |join| match join {
        Join::All => String::new(),
        Join::Any => "one of".to_owned(),
        Join::AtLeast(count) => format!("at least {count} of"),
    },
    which: |which| match which {
        Which::Latest => "",
        Which::SameInstant => "of the same instant",
    },
    when: |condition| format!("when {condition}"),
    otherwise: |otherwise| match otherwise {
        Otherwise::Continue => "else go on",
        Otherwise::Skip => "else skip",
        Otherwise::Fail => "else fail",
    },
    gone: "A task that was deleted",
    conditions: "Conditions",
    only_if: "Only if",
    only_if_changed: "If changed",
    parameters: "Parameters",
    no_value: "asked for at each start",
    reviews: "Reviews",
    settings: "Settings",
    slug: "Name",
    short_id: "Short id",
    helpers: "Helpers",
    workflow: "Workflow",
    resources: "Resources",
    resource: |name, amount| match amount {
        1 => name.to_owned(),
        amount => format!("{name} × {amount}"),
    },
    capabilities: "Needs",
    model: "Model",
    budget: "Budget",
    schedule_budget: "Budget of its schedule",
    per_period: |budget| format!("{} a {}", money(budget.amount), budget.per),
    money,
    retries: "Retries",
    time_limit: "Time limit",
    on_interrupt: "If cut off",
    interrupted: |what| match what {
        OnInterrupt::Rerun => "run again",
        OnInterrupt::Ask => "ask",
        OnInterrupt::Fail => "fail",
    },
    requester: "Asked by",
};

pub(super) const REVIEW: Review = Review {
    wanted: "Is the result good?",
    criteria: "What to look at",
    accept: "Accept",
    send_back: "Send back",
    feedback: "What is missing, or good?",
    score: "Score",
    score_hint: "How good it is, from 0 to 100",
    feedback_hint: "Say what is missing to send it back",
    passed: "Accepted",
    sent_back: "Sent back",
    score_of: |score| format!("{score} of 100"),
    by: |by, kind| {
        let who = actor(by);
        let role = match kind {
            ReviewKind::User => "",
            ReviewKind::SelfReview => "its own work",
            ReviewKind::Peer => "peer",
            ReviewKind::Automated => "tests",
        };
        [who.as_str(), role]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    },
};

pub(super) fn money(amount: Usd) -> String {
    format!("${amount}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::Actor;

    #[test]
    fn a_reviewer_is_named_with_the_role() {
        assert_eq!((REVIEW.by)(&Actor::Human("window".to_owned()), ReviewKind::User), "you");
        assert_eq!((REVIEW.by)(&Actor::Agent("ada".to_owned()), ReviewKind::Peer), "ada, peer");
        assert_eq!((REVIEW.by)(&Actor::System, ReviewKind::Automated), "tests");
    }

    #[test]
    fn one_of_a_resource_is_not_counted() {
        assert_eq!((DETAILS.resource)("gpu", 1), "gpu");
        assert_eq!((DETAILS.resource)("gpu", 2), "gpu × 2");
    }
}
