//! What holds for every text and every value.

use aegis_domain::condition::Condition;
use aegis_domain::placeholder::{escape, fill, fill_text, refuse_in_shell, roots, roots_of_text};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Words of both languages, and what makes them hard.
const WORDS: &[&str] = &[
    "and", "or", "not", "contains", "true", "null", "outcome", "result", ".a", "[0]", "['a']", "(",
    ")", "==", "=", "<", ">=", "!=", "!", "&&", "1", "-", "1e999", "0.5", "007", "'a'", "\"", "'",
    "\\", "{{", "}}", "{", "}", "\\{{", "{{a}}", "é", "\u{202e}", "\0", " ", "\n", "“",
];

fn mixtures() -> impl Strategy<Value = String> {
    let gap = prop_oneof![Just(" "), Just("")];
    proptest::collection::vec((proptest::sample::select(WORDS), gap), 0..40)
        .prop_map(|words| words.into_iter().flat_map(|(word, gap)| [word, gap]).collect())
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![mixtures(), any::<String>(), "\\PC{0,60}"]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        texts().prop_map(Value::from),
    ];
    let name =
        proptest::sample::select(&["a", "outcome", "result", "é"][..]).prop_map(String::from);
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..4)
                .prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// A condition with what it must come to, put together from smaller ones.
fn sums() -> impl Strategy<Value = (String, bool)> {
    let leaf = proptest::sample::select(
        &[
            ("true", true),
            ("n == 2", true),
            ("n > 2", false),
            ("s contains 'b'", true),
            ("nowhere", false),
            ("'x' == s[0]", false),
            ("not n", false),
        ][..],
    )
    .prop_map(|(text, is)| (text.to_owned(), is));
    // A condition of at most 1,000 characters, however they are put together.
    leaf.prop_recursive(5, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|(text, is)| (format!("not ({text})"), !is)),
            (inner.clone(), inner.clone())
                .prop_map(|((a, x), (b, y))| (format!("({a}) and ({b})"), x && y)),
            (inner.clone(), inner).prop_map(|((a, x), (b, y))| (format!("({a}) OR ({b})"), x || y)),
        ]
    })
}

/// 2,000 cases, or as many more as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: asked.cases.max(2_000), ..asked }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_a_condition_or_refused_with_a_sentence(text in texts(), facts in values()) {
        match Condition::new(&text) {
            Ok(condition) => {
                prop_assert_eq!(condition.holds(&facts), condition.holds(&facts));
                let turned = format!("not ({text})");
                if let Ok(turned) = Condition::new(&turned) {
                    prop_assert_ne!(condition.holds(&facts), turned.holds(&facts));
                }
            }
            Err(refused) => {
                prop_assert_eq!(&refused.field, "condition");
                prop_assert!(refused.message.ends_with('.'), "{}", refused);
                prop_assert!(refused.hint.ends_with('.'), "{}", refused);
                let hidden = |c: char| c.is_control() || c == '\u{202e}';
                prop_assert!(!refused.message.contains(hidden), "{:?}", refused);
            }
        }
    }

    #[test]
    fn conditions_come_to_what_their_parts_come_to((text, expected) in sums()) {
        let facts = json!({"n": 2, "s": "abc"});
        if let Ok(condition) = Condition::new(&text) {
            prop_assert_eq!(condition.holds(&facts), expected, "{}", text);
        } else {
            prop_assert!(text.chars().count() > 1000, "{}", text);
        }
    }

    #[test]
    fn any_text_can_be_filled(text in texts(), values in values()) {
        let filled = fill_text(&text, &values);
        prop_assert_eq!(&fill(&json!([text]), &values), &json!([filled]));
        match roots_of_text(&text) {
            Ok(roots) if roots.is_empty() && !text.contains("{{") => {
                prop_assert_eq!(filled, text);
            }
            Ok(_) => {}
            Err(refused) => {
                prop_assert_eq!(&refused.field, "parameters");
                prop_assert!(refused.message.ends_with('.'), "{}", refused);
                let hidden = |c: char| c.is_control() || c == '\u{202e}';
                prop_assert!(!refused.message.contains(hidden), "{:?}", refused);
            }
        }
    }

    #[test]
    fn an_escaped_text_names_nothing_and_comes_back(text in texts(), values in values()) {
        let escaped = escape(&text);
        prop_assert!(roots_of_text(&escaped).unwrap().is_empty());
        prop_assert_eq!(fill_text(&escaped, &values), text);
    }

    #[test]
    fn any_settings_can_be_looked_at(
        words in proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(&["sh", "env", "-c", "--", "-o", "{{a}}", "x"][..])
                    .prop_map(String::from),
                texts(),
            ],
            0..8,
        ),
        stdin in texts(),
    ) {
        let settings = json!({"command": words, "stdin": stdin});
        let named = roots(&settings).is_ok_and(|roots| !roots.is_empty());
        if let Err(refused) = refuse_in_shell(&settings) {
            prop_assert!(named || roots(&settings).is_err(), "{}", refused);
        }
    }
}

#[test]
fn the_worst_texts_are_read_in_no_time() {
    let started = std::time::Instant::now();
    let half_a_megabyte = 512 * 1024;
    for word in ["{{", "{{ ", "{{a[\"", "\\", "\\{{", "{{a}}", "{{a.", "{", "{{a['"] {
        let text = word.repeat(half_a_megabyte / word.len());
        assert!(!fill_text(&text, &json!({"a": "b"})).is_empty(), "{word}");
        let named = roots_of_text(&text).is_ok_and(|roots| !roots.is_empty());
        assert!(!named, "{word}: more placeholders than may be");
        assert_eq!(fill_text(&escape(&text), &Value::Null), text);
    }
    // Linear reading takes milliseconds; what takes seconds looks back again and again.
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}
