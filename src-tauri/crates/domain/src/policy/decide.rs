//! Whether a call is let through.

use super::{Call, Effect, Reach, Rule, Taint};
use crate::ApprovalPolicy;

/// What was decided about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// It is let through.
    Allow,
    /// A person is asked.
    Ask {
        /// Why, in a sentence for them.
        why: String,
    },
    /// It is refused.
    Deny {
        /// Why, in a sentence for the agent.
        why: String,
    },
}

/// Decides about a call: by the rules, then by what the task says (`policy`), then by what the call
/// could do.
///
/// Of the rules that match, one that refuses counts before one that asks, and that before one that
/// lets through. A call that could carry private content away after content from outside was read is
/// put to a person, unless they have said yes to this very call: a rule without a star in what it
/// says of the input.
#[must_use]
pub fn decide(rules: &[Rule], policy: ApprovalPolicy, taint: Taint, call: &Call<'_>) -> Ruling {
    let strictest = rules.iter().filter(|r| r.says.matches(call)).max_by_key(|r| r.says.effect);
    let said = match strictest.map(|rule| (rule.says.effect, rule)) {
        Some((Effect::Deny, rule)) => {
            let note = &rule.says.note;
            let because = if note.is_empty() { String::new() } else { format!(" ({note})") };
            return Ruling::Deny { why: format!("A rule refuses this call{because}.") };
        }
        Some((Effect::Ask, _)) => Some("A rule says to ask each time.".to_owned()),
        Some((Effect::Allow, _)) => None,
        None => match policy {
            ApprovalPolicy::Deny => {
                return Ruling::Deny {
                    why: "The task lets through only what a rule allows.".to_owned(),
                };
            }
            ApprovalPolicy::Ask => Some("The task has no rule for this call.".to_owned()),
            ApprovalPolicy::Allow => None,
            ApprovalPolicy::Inherit => {
                let reach = call.nature.reach;
                (!reach.is_harmless()).then(|| format!("{} needs your word.", does(reach)))
            }
        },
    };
    let vouched = strictest.is_some_and(|rule| rule.says.is_exact());
    if taint.closes_the_circle(call.nature) && !vouched {
        return Ruling::Ask {
            why: "It has read content from outside, and this call could carry private content \
                  away."
                .to_owned(),
        };
    }
    said.map_or(Ruling::Allow, |why| Ruling::Ask { why })
}

const fn does(reach: Reach) -> &'static str {
    match reach {
        Reach::Look => "Looking at something",
        Reach::Tell => "Telling you something",
        Reach::Plan => "Changing tasks",
        Reach::Change => "Changing files",
        Reach::Run => "Running a program",
        Reach::Send => "Reaching another machine",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{InputMatch, Nature, NewRule, Pattern, RuleId};
    use crate::{Actor, Timestamp};
    use rstest::rstest;
    use serde_json::json;
    use uuid::Uuid;

    fn rule(effect: Effect, tool: &str, command: Option<&str>) -> Rule {
        let is = |text| InputMatch { at: "/command".to_owned(), is: Pattern::new(text).unwrap() };
        let input = command.map(is).into_iter().collect();
        let says = NewRule { input, ..NewRule::new(effect, Pattern::new(tool).unwrap()) };
        let (id, at) = (RuleId(Uuid::nil()), Timestamp::UNIX_EPOCH);
        Rule { id, says, by: Actor::System, at }
    }

    fn ruling(rules: &[Rule], policy: ApprovalPolicy, taint: Taint, nature: Nature) -> Ruling {
        let input = json!({"command": "cargo test"});
        let call = Call { tool: "Bash", input: &input, nature, task: None, workspace: None };
        decide(rules, policy, taint, &call)
    }

    fn short(ruling: &Ruling) -> &'static str {
        match ruling {
            Ruling::Allow => "allow",
            Ruling::Ask { .. } => "ask",
            Ruling::Deny { .. } => "deny",
        }
    }

    #[rstest]
    #[case(&[], ApprovalPolicy::Inherit, Reach::Look, "allow")]
    #[case(&[], ApprovalPolicy::Inherit, Reach::Plan, "allow")]
    #[case(&[], ApprovalPolicy::Inherit, Reach::Change, "ask")]
    #[case(&[], ApprovalPolicy::Inherit, Reach::Run, "ask")]
    #[case(&[], ApprovalPolicy::Inherit, Reach::Send, "ask")]
    #[case(&[], ApprovalPolicy::Ask, Reach::Look, "ask")]
    #[case(&[], ApprovalPolicy::Allow, Reach::Run, "allow")]
    #[case(&[], ApprovalPolicy::Deny, Reach::Look, "deny")]
    #[case(&[Effect::Allow], ApprovalPolicy::Deny, Reach::Run, "allow")]
    #[case(&[Effect::Allow, Effect::Ask], ApprovalPolicy::Allow, Reach::Run, "ask")]
    #[case(&[Effect::Deny, Effect::Allow, Effect::Ask], ApprovalPolicy::Allow, Reach::Look, "deny")]
    fn the_strictest_rule_counts_and_then_the_task(
        #[case] effects: &[Effect],
        #[case] policy: ApprovalPolicy,
        #[case] reach: Reach,
        #[case] expected: &str,
    ) {
        let rules: Vec<Rule> = effects.iter().map(|e| rule(*e, "Bash", Some("cargo *"))).collect();
        let ruling = ruling(&rules, policy, Taint::default(), Nature::of(reach));
        assert_eq!(short(&ruling), expected);
    }

    #[test]
    fn a_rule_for_another_call_does_not_count() {
        let rules = [rule(Effect::Allow, "Bash", Some("git *")), rule(Effect::Deny, "Write", None)];
        let ruling =
            ruling(&rules, ApprovalPolicy::Inherit, Taint::default(), Nature::of(Reach::Run));
        assert_eq!(short(&ruling), "ask");
    }

    #[test]
    fn after_content_from_outside_nothing_private_leaves_without_a_person() {
        let allowed = [rule(Effect::Allow, "*", None)];
        let tainted = Taint { outside: true, private: true };
        let send = Nature::of(Reach::Send).egress();
        for (taint, nature, expected) in [
            (tainted, send, "ask"),
            (Taint { outside: true, private: false }, send, "allow"),
            (Taint { outside: true, private: false }, send.private(), "ask"),
            (Taint { outside: false, private: true }, send, "allow"),
            (tainted, Nature::of(Reach::Change).private(), "allow"),
        ] {
            for policy in [ApprovalPolicy::Allow, ApprovalPolicy::Inherit] {
                let ruling = ruling(&allowed, policy, taint, nature);
                assert_eq!(short(&ruling), expected, "{taint:?} {nature:?}");
            }
        }
        // A person has said yes to this very call.
        let exact = [rule(Effect::Allow, "Bash", Some("cargo test"))];
        let vouched = ruling(&exact, ApprovalPolicy::Inherit, tainted, send);
        assert_eq!(short(&vouched), "allow");
        // A refusal stays one.
        let denied = [rule(Effect::Deny, "*", None)];
        assert_eq!(short(&ruling(&denied, ApprovalPolicy::Allow, tainted, send)), "deny");
    }

    #[test]
    fn taint_only_grows() {
        let clean = Taint::default();
        let read = clean.after(Nature::of(Reach::Look).private());
        assert_eq!(read, Taint { outside: false, private: true });
        let both = read.after(Nature::of(Reach::Send).outside());
        assert_eq!(both, Taint { outside: true, private: true });
        assert_eq!(both.after(Nature::of(Reach::Look)), both);
    }
}
