//! What templates make.

use aegis_domain::placeholder::fill_text;
use aegis_domain::template::Template;
use aegis_domain::{NewTask, Parameter, Parameters, Values};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

pub(crate) fn parameter(default: Option<Value>) -> Parameter {
    Parameter { default, description: String::new() }
}

/// Parameters of these names: with a default, or without where it is null.
pub(crate) fn parameters(defaults: &Value) -> Parameters {
    let default = |value: &Value| (!value.is_null()).then(|| value.clone());
    let fields = defaults.as_object().unwrap();
    fields.iter().map(|(name, value)| (name.clone(), parameter(default(value)))).collect()
}

pub(crate) fn values(of: &Value) -> Values {
    serde_json::from_value(of.clone()).unwrap()
}

fn template(defaults: &Value, task: Value) -> Template {
    Template::new("weather", "", parameters(defaults), task).unwrap_or_else(|e| panic!("{e}"))
}

fn report() -> Template {
    template(
        &json!({"city": null, "urgency": 5, "labels": ["weather"], "days": 2}),
        json!({
            "title": "Weather of {{city}} in {{days}} days",
            "description": "{{city}}: write \\{{city}} for a placeholder",
            "executor": {
                "name": "shell",
                "settings": {
                    "command": ["curl", "wttr.in/{{city}}?days={{ days }}&u={{unit}}", "{{days}}"],
                    "env": {"LAST": "{{previous.result}}", "BRACES": "\\{{x}}"},
                },
            },
            "schedule": {"kind": "manual"},
            "priority": "{{urgency}}",
            "tags": "{{labels}}",
            "timeout_secs": 60,
            "parameters": {"unit": {"default": "{{city}}-unit"}},
            "metadata": {"days": "{{days}}"},
        }),
    )
}

#[test]
fn a_template_makes_a_task() {
    let made = report().make(&values(&json!({"city": "Köln", "urgency": 8}))).unwrap();
    let expected: NewTask = serde_json::from_value(json!({
        "title": "Weather of Köln in 2 days",
        "description": "Köln: write {{city}} for a placeholder",
        "executor": {
            "name": "shell",
            "settings": {
                "command": ["curl", "wttr.in/Köln?days=2&u={{unit}}", "2"],
                "env": {"LAST": "{{previous.result}}", "BRACES": "\\{{x}}"},
            },
        },
        "schedule": {"kind": "manual"},
        "priority": 8,
        "tags": ["weather"],
        "timeout_secs": 60,
        "parameters": {"unit": {"default": "Köln-unit"}},
        "metadata": {"days": 2},
    }))
    .unwrap();
    assert_eq!(made, expected);
    let checked = made.check(chrono::DateTime::UNIX_EPOCH);
    assert!(checked.is_ok(), "{checked:?}");
}

#[test]
fn a_number_may_stand_where_a_text_belongs() {
    let template = template(&json!({"year": null}), json!({"title": "{{year}}"}));
    let made = template.make(&values(&json!({"year": 2026}))).unwrap();
    assert_eq!(made.title, "2026");
}

#[test]
fn null_leaves_a_field_out() {
    let task = json!({"title": "x", "priority": "{{p}}", "owner": "{{p}}"});
    let template = template(&json!({"p": null}), task);
    let made = template.make(&values(&json!({"p": null}))).unwrap();
    assert_eq!((made.priority, made.owner), (None, None));
}

#[test]
fn values_do_not_become_placeholders() {
    let task = json!({
        "title": "{{a}}{{b}}",
        "executor": {"name": "shell", "settings": {"command": ["echo", "{{a}}{{b}}{{title}}"]}},
    });
    let template = template(&json!({"a": null, "b": null}), task);
    let made = template.make(&values(&json!({"a": "{", "b": "{previous}}{"}))).unwrap();
    assert_eq!(made.title, "{{previous}}{");
    let settings = made.executor.unwrap().settings;
    let run = fill_text(settings["command"][1].as_str().unwrap(), &json!({"title": "T"}));
    assert_eq!(run, "{{previous}}{T");
}

#[test]
fn defaults_must_fit_and_what_has_none_is_looked_at_later() {
    let task = json!({"title": "x", "category": "{{c}}", "schedule": {"kind": "{{k}}"}});
    let template = template(&json!({"c": null, "k": "manual"}), task);
    assert!(template.make(&values(&json!({"c": "research"}))).is_ok());
    let refused = template.make(&values(&json!({"c": "gardening"}))).unwrap_err();
    assert_eq!(refused.field, "category");
}

#[test]
fn a_template_has_a_json_form() {
    let template = report();
    let json = serde_json::to_value(&template).unwrap();
    assert_eq!(serde_json::from_value::<Template>(json.clone()).unwrap(), template);
    assert_eq!(json["name"], "weather");
    assert_eq!((template.name(), template.description()), ("weather", ""));
    assert_eq!(template.parameters().len(), 4);
    assert_eq!(template.task()["timeout_secs"], 60);
    let mut unknown = json;
    unknown["nmae"] = json!("x");
    assert!(serde_json::from_value::<Template>(unknown).is_err());
}

#[rstest]
#[case("a")]
#[case("weekly-report_2")]
fn names_that_can_stand(#[case] name: &str) {
    assert!(Template::new(name, "", Parameters::new(), json!({"title": "x"})).is_ok());
}

#[test]
fn what_was_not_checked_still_makes_a_task_or_a_sentence() {
    for task in [json!(null), json!([]), json!({}), json!({"x": 1}), json!({"title": "{{"})] {
        let json = json!({"name": "", "task": task});
        let template: Template = serde_json::from_value(json).unwrap();
        assert!(template.clone().check().is_err(), "{task}");
        match template.make(&Values::new()) {
            Ok(made) => assert_eq!(made.title, "{{"),
            Err(refused) => assert!(refused.message.ends_with('.'), "{refused}"),
        }
    }
}

fn hard_texts() -> impl Strategy<Value = String> {
    prop_oneof!["[{}\\\\ab. ]{0,10}", any::<String>()]
}

proptest! {
    /// Filling the template's gaps and then the task's is filling all of them at once.
    #[test]
    fn filling_in_two_steps_is_filling_in_one(
        parts in proptest::collection::vec(
            (
                "[{}\\\\a]{0,4}",
                proptest::sample::select(&["", "{{mine}}", "{{ other[0] }}", "{{own}}"][..]),
            ),
            0..6,
        ),
        mine in hard_texts(),
        other in hard_texts(),
        own in hard_texts(),
    ) {
        let text: String = parts.into_iter().flat_map(|(a, b)| [a, b.to_owned()]).collect();
        let task = json!({
            "title": "x",
            "executor": {"name": "n", "settings": text},
            "parameters": {"own": {"default": ""}},
        });
        let made = Template::new("t", "", parameters(&json!({"mine": null, "other": [""]})), task);
        // What cannot be read as a template is refused, and that is all right.
        if let Ok(template) = made {
            let given = values(&json!({"mine": mine, "other": [other]}));
            let settings = template.make(&given).unwrap().executor.unwrap().settings;
            let twice = fill_text(settings.as_str().unwrap(), &json!({"own": own}));
            let all = json!({"mine": mine, "other": [other], "own": own});
            prop_assert_eq!(twice, fill_text(&text, &all), "{} became {}", text, settings);
        }
    }
}
