//! Calls of tools in English.

use aegis_domain::policy::{Nature, Reach};
use aegis_domain::{Passage, Usage};

use super::details::money;
use super::grouped;
use crate::messages::{Call, Tools};

pub(super) const CALL: Call = Call {
    asks: |tool| format!("{tool} wants to be called"),
    could,
    rest: |count| match count {
        1 => "1 more part of the input".to_owned(),
        count => format!("{count} more parts of the input"),
    },
    look: "Look…",
    look_hint: "There is more of it than a card can show",
    allow: "Allow",
    allow_hint: "This once (Enter)",
    always: "Allow always…",
    always_short: "Always…",
    always_hint: "See the rule that would be made, and what it means",
    refuse: "Refuse",
    refuse_hint: "The work goes on without it",
    reason: "Why not, or what to do instead",
    stop: "Stop the task",
    stop_hint: "The work ends as failed",
    unsayable: "No rule can say this call, so you are asked each time.",
    meant: |matches, looked_at| match (matches, looked_at) {
        (_, 0) => "No call has been made yet that it could be held against.".to_owned(),
        (0, all) => format!("It would have meant none of the last {all} calls."),
        (matches, all) => format!("It would have meant {matches} of the last {all} calls:"),
    },
    save: "Save the rule and allow",
    back: "Back",
};

pub(super) const TOOLS: Tools = Tools {
    empty: "No tool was called.",
    empty_hint: "What an agent calls in this run will be listed here, with how long it took and how it ended.",
    done: "done",
    failed: |category| match category {
        "" => "failed".to_owned(),
        category => category.replace('_', " "),
    },
    passage: |passage| match passage {
        Passage::Free => "by the rules",
        Passage::Granted => "you allowed it",
        Passage::Refused => "refused",
        Passage::Unwatched => "not watched",
    },
    tokens: |tokens| match tokens {
        1 => "1 token".to_owned(),
        tokens => format!("{} tokens", grouped(usize::try_from(tokens).unwrap_or(usize::MAX))),
    },
    picture: |path| format!("Picture: {path}"),
    client: |name| format!("by {name}"),
    evidence: |summary| format!("Counts as done: {summary}"),
    usage,
    session: |session| format!("Session {session}"),
    more: |most| format!("Only the first {} are listed here.", grouped(most)),
};

fn could(nature: Nature) -> String {
    let reach = match nature.reach {
        Reach::Look => "look at something",
        Reach::Tell => "tell or ask you something",
        Reach::Plan => "make and change tasks",
        Reach::Change => "change files",
        Reach::Run => "start programs",
        Reach::Send => "reach other machines",
    };
    let parts = [
        Some(reach),
        nature.private.then_some("see what is yours"),
        nature.egress.then_some("send something away"),
        nature.outside.then_some("bring in what strangers wrote"),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    match parts.as_slice() {
        [first @ .., last] if !first.is_empty() => {
            format!("It could {} and {last}.", first.join(", "))
        }
        all => format!("It could {}.", all.concat()),
    }
}

fn usage(usage: Usage) -> String {
    let count = |tokens: u64| grouped(usize::try_from(tokens).unwrap_or(usize::MAX));
    let (read, written) = (count(usage.input_tokens), count(usage.output_tokens));
    format!("{} · {read} tokens read, {written} written", money(usage.cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_call_could_do_is_one_sentence() {
        assert_eq!(could(Nature::of(Reach::Look)), "It could look at something.");
        let command = Nature::of(Reach::Run).private().egress();
        assert_eq!(
            could(command),
            "It could start programs, see what is yours and send something away."
        );
    }

    #[test]
    fn what_a_rule_means_is_told_for_none_too() {
        assert!((CALL.meant)(0, 0).starts_with("No call"));
        assert!((CALL.meant)(0, 7).contains("none of the last 7"));
        assert!((CALL.meant)(2, 7).contains("2 of the last 7"));
    }

    #[test]
    fn usage_is_told_with_its_cost_first() {
        let used =
            Usage { input_tokens: 12_000, output_tokens: 300, cost: "0.05".parse().unwrap() };
        assert_eq!(usage(used), "$0.05 · 12,000 tokens read, 300 written");
    }
}
