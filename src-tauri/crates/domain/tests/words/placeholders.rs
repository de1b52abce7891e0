//! What becomes of placeholders.

use aegis_domain::placeholder::{escape, fill, fill_text, roots, roots_of_text};
use rstest::rstest;
use serde_json::{Value, json};

fn values() -> Value {
    json!({
        "city": "Berlin",
        "count": 3,
        "files": ["a b", {"name": "c"}],
        "nothing": null,
        "yes": true,
        "tricky": "{{city}} \\{{ $(rm)",
        "open": "{",
        "größe": 1.5,
    })
}

#[rstest]
#[case("", "")]
#[case("no placeholder", "no placeholder")]
#[case("{{city}}", "Berlin")]
#[case("{{ city }}/{{city}}", "Berlin/Berlin")]
#[case("x{{count}}y", "x3y")]
#[case("{{files}}", r#"["a b",{"name":"c"}]"#)]
#[case("{{files[0]}} {{files[1].name}} {{files[1]['name']}}", "a b c c")]
#[case("<{{nothing}}{{nowhere}}{{files[9].x}}>", "<>")]
#[case("{{yes}} {{größe}}", "true 1.5")]
#[case(r"\{{city}}", "{{city}}")]
#[case(r"\\{{city}}", r"\Berlin")]
#[case(r"a\b {x} }}", r"a\b {x} }}")]
#[case(r#"{"a":{"b":{{count}}}}"#, r#"{"a":{"b":3}}"#)]
#[case("{{{city}}}", "{Berlin}")]
fn a_placeholder_becomes_its_value(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(fill_text(text, &values()), expected);
}

#[test]
fn a_value_is_never_read_again() {
    assert_eq!(fill_text("{{tricky}}", &values()), "{{city}} \\{{ $(rm)");
    assert_eq!(fill_text("{{open}}{{open}}city}}", &values()), "{{city}}");
}

#[rstest]
#[case("{{")]
#[case("{{}}")]
#[case("{{city")]
#[case("docker ps --format {{.Names}}")]
fn what_cannot_be_read_stays(#[case] text: &str) {
    assert_eq!(fill_text(text, &values()), text);
    assert_eq!(roots_of_text(text).unwrap_err().field, "parameters");
    assert_eq!(fill_text(&escape(text), &values()), text);
}

#[test]
fn texts_are_filled_wherever_they_stand_and_keys_are_not() {
    let value = json!({"{{city}}": ["{{city}}", {"n": "{{count}}"}, 5, null, false]});
    let filled = fill(&value, &values());
    assert_eq!(filled, json!({"{{city}}": ["Berlin", {"n": "3"}, 5, null, false]}));
    assert_eq!(roots(&value).unwrap().into_iter().collect::<Vec<_>>(), ["city", "count"]);
}

#[test]
fn escaped_braces_name_nothing() {
    let roots = roots_of_text(r"\{{a}} \\{{b.c}} {{ d[0] }} {{{e}}}").unwrap();
    assert_eq!(roots.into_iter().collect::<Vec<_>>(), ["b", "d", "e"]);
}

#[test]
fn there_is_a_bound_to_the_number_of_placeholders() {
    assert!(roots_of_text(&"{{a}}".repeat(1000)).is_ok());
    let two = json!(["{{a}}".repeat(500), "{{a}}".repeat(501)]);
    let refused = roots(&two).unwrap_err();
    assert_eq!(refused.field, "parameters");
    assert!(refused.message.contains("1000"), "{refused}");
}
