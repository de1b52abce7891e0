//! What a condition says about facts.

use aegis_domain::condition::{Condition, MAX_CONDITION};
use rstest::rstest;
use serde_json::{Value, json};

fn facts() -> Value {
    json!({
        "outcome": "completed",
        "exit_code": 2,
        "result": {
            "count": 9_007_199_254_740_993_u64,
            "ratio": 0.5,
            "tags": ["a", "b", 3.0],
            "empty": [],
            "none": null,
            "deep": {"a key": {"and": true}},
            "text": "größe",
        },
        "fact": {"mood": 4, "memory_count": 0},
    })
}

fn holds(text: &str) -> bool {
    Condition::new(text).unwrap_or_else(|e| panic!("{text}: {e}")).holds(&facts())
}

#[rstest]
#[case("outcome == 'completed'")]
#[case(r#"outcome == "completed""#)]
#[case("exit_code==2")]
#[case("exit_code == 2.0")]
#[case("-1 < exit_code")]
#[case("exit_code <= 2")]
#[case("exit_code >= 2")]
#[case("exit_code != 3")]
#[case("2e0 == exit_code")]
#[case("result.count == 9007199254740993")]
#[case("result.count != 9007199254740992")]
#[case("result.count > 9007199254740992.0")]
#[case("result.count < 99999999999999999999999999")]
#[case("result.ratio == 0.5")]
#[case("'Z' < 'a'")]
#[case("outcome > 'c'")]
#[case("result.deep == result.deep")]
fn comparisons_that_hold(#[case] text: &str) {
    assert!(holds(text), "{text}");
    assert!(!holds(&format!("not ({text})")), "{text}");
}

#[rstest]
#[case("exit_code == '2'")]
#[case("exit_code < '3'")]
#[case("exit_code > '1'")]
#[case("nowhere < 1")]
#[case("nowhere > 1")]
#[case("nowhere <= nowhere")]
#[case("true > false")]
#[case("result.none == 0")]
#[case("false == null")]
#[case("'' == null")]
#[case("0 == false")]
#[case("result.tags < result.deep")]
fn values_of_different_types_are_never_equal_and_have_no_order(#[case] text: &str) {
    assert!(!holds(text), "{text}");
}

#[rstest]
#[case("result.tags contains 'b'", true)]
#[case("result.tags contains 3", true)]
#[case("result.tags contains 'c'", false)]
#[case("result.text contains 'öß'", true)]
#[case("result.text contains ''", true)]
#[case("result.text contains 1", false)]
#[case("result.deep contains 'a key'", true)]
#[case("result.deep contains 'and'", false)]
#[case("exit_code contains 2", false)]
#[case("nowhere contains null", false)]
#[case("result.tags CONTAINS 'a'", true)]
fn contains_looks_for_a_part_an_element_or_a_key(#[case] text: &str, #[case] expected: bool) {
    assert_eq!(holds(text), expected, "{text}");
}

#[rstest]
#[case("outcome", true)]
#[case("exit_code", true)]
#[case("fact.memory_count", false)]
#[case("-0.0", false)]
#[case("0.1", true)]
#[case("''", false)]
#[case("'false'", true)]
#[case("true", true)]
#[case("FALSE", false)]
#[case("Null", false)]
#[case("result.empty", false)]
#[case("result.tags", true)]
#[case("result.none", false)]
#[case("nowhere", false)]
#[case("nowhere.at[3]['all']", false)]
#[case("result.deep['a key'].and", true)]
#[case(r#"result["deep"]['a key']["and"]"#, true)]
#[case("result.tags[0] == 'a'", true)]
#[case("result.tags[ 3 ]", false)]
fn a_bare_value_is_so_when_there_is_something(#[case] text: &str, #[case] expected: bool) {
    assert_eq!(holds(text), expected, "{text}");
}

#[rstest]
#[case(r#"'it\'s' == "it's""#)]
#[case(r"'a\\b' != 'ab'")]
#[case("'a\\nb' == 'a\nb'")]
#[case("'a\\tb' == 'a\tb'")]
#[case("'#{{x}} and or (' contains 'and or ('")]
fn texts_are_what_stands_between_their_quotes(#[case] text: &str) {
    assert!(holds(text), "{text}");
}

#[test]
fn not_binds_before_and_and_and_before_or() {
    for bits in 0..8_u8 {
        let [a, b, c] = [1, 2, 4].map(|bit| bits & bit != 0);
        let facts = json!({"a": a, "b": b, "c": c});
        let check = |text: &str, expected: bool| {
            assert_eq!(Condition::new(text).unwrap().holds(&facts), expected, "{text} of {facts}");
        };
        check("a or b and c", a || (b && c));
        check("a and b or c", (a && b) || c);
        check("(a or b) and c", (a || b) && c);
        check("not a or b", !a || b);
        check("not a and not not b OR c == false", (!a && b) || !c);
        check("not (a or b) and c", !(a || b) && c);
        check("not a == b", a != b);
        check("a AND b And c", a && b && c);
        check("not(a)and(b)or(c)", (!a && b) || c);
    }
}

#[test]
fn the_names_that_it_uses_are_known() {
    let condition = Condition::new(
        "outcome == 'x' and (not result.a[0] or fact['mood'] > previous.exit_code) or fact.mood",
    );
    let roots = condition.unwrap().roots();
    assert_eq!(roots.iter().collect::<Vec<_>>(), ["fact", "outcome", "previous", "result"]);
    assert!(Condition::new("'a.b' == 1 and true").unwrap().roots().is_empty());
}

#[test]
fn the_text_is_kept_as_it_was_typed() {
    let text = "  outcome  ==\t'größe' ";
    let condition = Condition::new(text).unwrap();
    assert_eq!(condition.as_str(), text);
    let json = serde_json::to_string(&condition).unwrap();
    assert_eq!(json, serde_json::to_string(text).unwrap());
    assert_eq!(serde_json::from_str::<Condition>(&json).unwrap(), condition);
    assert_ne!(Condition::new("a == 1").unwrap(), Condition::new("a==1").unwrap());
    assert!(serde_json::from_str::<Condition>("\"a ==\"").is_err());
}

#[test]
fn facts_may_have_any_form() {
    let condition = Condition::new("outcome == null and not result.count").unwrap();
    for facts in [json!(null), json!([1]), json!("outcome"), json!({"result": []})] {
        assert!(condition.holds(&facts), "{facts}");
    }
}

#[test]
fn the_limits_are_reached_and_not_passed() {
    let longest = format!("'{}'", "ü".repeat(MAX_CONDITION - 2));
    assert!(Condition::new(&longest).is_ok());
    assert!(Condition::new(&format!("{longest} ")).is_err());
    let nested = |n: usize| format!("{}true{}", "(".repeat(n), ")".repeat(n));
    assert!(Condition::new(&nested(32)).unwrap().holds(&json!({})));
    assert!(Condition::new(&nested(33)).is_err());
    assert!(Condition::new(&format!("{}true", "not ".repeat(32))).is_ok());
    assert!(Condition::new(&format!("{}true", "not ".repeat(33))).is_err());
    let wide = ["(true)"; 90].join(" and ");
    assert!(Condition::new(&wide).unwrap().holds(&json!({})));
}
