//! Every refusal: which field, what is wrong, what to do.

use crate::making::checked;
use aegis_domain::schedule::Policies;
use rstest::rstest;
use serde_json::{Value, json};
use std::fmt::Write;

const NOW: &str = "2026-11-21T12:00:00Z";

/// What is wrong with a rule by itself.
fn rules() -> Vec<Value> {
    let cron = |expression: &str| json!({"type": "cron", "expression": expression});
    let times: Vec<String> = (0..25).map(|n| format!("10:{n:02}")).collect();
    let mut rules = vec![
        json!({"type": "every", "secs": 0}),
        json!({"type": "every", "secs": 315_576_001}),
        json!({"type": "every", "secs": 315_576_000_000_u64}),
        json!({"type": "every", "secs": u64::MAX}),
        json!({"type": "every", "secs": 60, "within": {"from": "17:00", "to": "09:00"}}),
        json!({"type": "every", "secs": 60, "within": {"from": "09:00", "to": "09:00"}}),
        json!({"type": "hourly", "minute": 60}),
        json!({"type": "daily", "times": []}),
        json!({"type": "daily", "times": times}),
        json!({"type": "daily", "times": ["07:00"], "every": 0}),
        json!({"type": "daily", "times": ["07:00"], "every": 367}),
        json!({"type": "weekly", "days": [], "times": ["07:00"]}),
        json!({"type": "weekly", "days": ["mon"], "times": []}),
        json!({"type": "weekly", "days": ["mon"], "times": ["07:00"], "every": 53}),
        json!({"type": "monthly", "days": [], "times": ["07:00"]}),
        json!({"type": "monthly", "days": ["1"], "times": []}),
        json!({"type": "monthly", "days": ["1"], "times": ["07:00"], "every": 121}),
        // Counted from November, every twelve months never has a 31st.
        json!({"type": "monthly", "days": ["31"], "times": ["07:00"], "every": 12}),
    ];
    rules.extend(
        [
            "",
            "   ",
            "*",
            "* * * *",
            "* * * * * * *",
            "@reboot",
            "@fortnightly",
            "60 * * * *",
            "60 0 * * * *",
            "0 24 * * *",
            "0 0 32 * *",
            "0 0 * 13 *",
            "0 0 * * 8",
            "*/0 * * * *",
            "*/90 * * * *",
            "0 */25 * * *",
            "0 0 */40 * *",
            "0 0 * */13 *",
            "0 0 * * */9",
            "0 9 * * mon-xyz",
            "0 0 31 2 *",
            "0 0 30 feb *",
            "a\u{202e}b\u{0} * * * *",
        ]
        .map(cron),
    );
    rules.push(cron(&"0,".repeat(600)));
    rules.push(cron(&format!("{} * * * *", "7".repeat(200))));
    rules
}

/// What is wrong with the rest of a recurrence.
fn recurrences() -> Vec<Value> {
    let daily = json!({"type": "daily", "times": ["09:00"]});
    let with = |field: &str, value: Value| {
        let mut recurrence = json!({"zone": "Europe/Berlin", "rule": daily});
        recurrence[field] = value;
        recurrence
    };
    let mut ends_before_it_starts = with("until", json!("2026-12-01T00:00:00Z"));
    ends_before_it_starts["starts"] = json!("2026-12-02T00:00:00Z");
    let mut nothing_left = with("until", json!("2026-11-24T00:00:00Z"));
    nothing_left["exclude"] = json!([{"from": "2026-11-20", "to": "2026-11-30"}]);
    let days: Vec<Value> = (0..101).map(|_| json!({"from": "2026-12-24"})).collect();
    vec![
        with("zone", json!("Mars/Olympus_Mons")),
        with("zone", json!("")),
        with("zone", json!("Europe/Ber\u{202e}lin")),
        with("until", json!("2026-11-21T11:59:59Z")),
        ends_before_it_starts,
        with("until", json!("2026-11-21T13:00:00Z")),
        with("starts", json!("2700-01-01T00:00:00Z")),
        with("count", json!(0)),
        with("count", json!(100_001)),
        with("exclude", json!(days)),
        with("exclude", json!([{"from": "2026-12-24", "to": "2026-12-23"}])),
        with("exclude", json!([{"from": "2026-01-01", "to": "9999-12-31"}])),
        nothing_left,
        with("policies", json!({"misfire": {"policy": "run_all", "at_most": 0}})),
        with("policies", json!({"misfire": {"policy": "run_all", "at_most": 1001}})),
        with("policies", json!({"start_deadline_secs": 0})),
        with("policies", json!({"start_deadline_secs": 2_592_001})),
        with("policies", json!({"jitter_secs": 86_401})),
    ]
}

#[test]
fn every_refusal_has_a_sentence_and_a_hint() {
    let rules = rules().into_iter().map(|rule| json!({"zone": "Europe/Berlin", "rule": rule}));
    let mut told = String::new();
    for given in rules.chain(recurrences()) {
        let refused = checked(NOW, given.clone()).expect_err(&given.to_string());
        let mut shown = given.to_string();
        if shown.len() > 160 {
            shown = format!("{}…", shown.chars().take(160).collect::<String>());
        }
        writeln!(told, "{shown}\n  {}: {}\n  {}", refused.field, refused.message, refused.hint)
            .unwrap();
        for sentence in [&refused.message, &refused.hint] {
            assert!(sentence.ends_with('.') && !sentence.contains('\u{202e}'), "{sentence}");
        }
    }
    insta::assert_snapshot!(told);
}

#[rstest]
#[case(json!({"start_deadline_secs": 1}))]
#[case(json!({"start_deadline_secs": 2_592_000, "jitter_secs": 86_400}))]
#[case(json!({"misfire": {"policy": "run_all", "at_most": 1}}))]
#[case(json!({"misfire": {"policy": "run_all", "at_most": 1000}}))]
#[case(json!({"misfire": {"policy": "skip"}, "overlap": "replace"}))]
fn policies_within_their_bounds_are_kept(#[case] policies: Value) {
    let policies: Policies = serde_json::from_value(policies).unwrap();
    assert_eq!(policies.check().unwrap(), policies);
}

#[rstest]
#[case(json!({"type": "every", "secs": 1}))]
#[case(json!({"type": "every", "secs": 315_576_000}))]
#[case(json!({"type": "hourly", "minute": 59}))]
#[case(json!({"type": "daily", "times": ["00:00"], "every": 366}))]
#[case(json!({"type": "weekly", "days": ["sun"], "times": ["23:59:59"], "every": 52}))]
#[case(json!({"type": "monthly", "days": ["31"], "times": ["07:00"]}))]
#[case(json!({"type": "monthly", "days": ["30"], "times": ["07:00"], "every": 120}))]
#[case(json!({"type": "cron", "expression": "0 0 29 2 *"}))]
fn rules_within_their_bounds_are_kept(#[case] rule: Value) {
    assert!(checked(NOW, json!({"zone": "Europe/Berlin", "rule": rule})).is_ok());
}
