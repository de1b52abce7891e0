//! Facts, resources and templates.

use super::{Canvas, Cell, Column, Fields, Table, Tone, time, visible};
use aegis_domain::Parameters;
use aegis_domain::template::Template;
use aegis_protocol::{FactView, ResourceView};
use serde_json::Value;

/// One row a fact.
pub(crate) fn facts(facts: &[FactView], canvas: &Canvas) -> String {
    let mut table =
        Table::new([Column::new("Fact"), Column::new("Value").gives_way(), Column::new("Since")]);
    for fact in facts {
        table.row([
            Cell::toned(Tone::Strong, format!("fact.{}", fact.name)),
            Cell::new(fact.value.to_string()),
            Cell::toned(Tone::Faint, time::relative(fact.updated_at, canvas)),
        ]);
    }
    if facts.is_empty() { String::new() } else { table.draw(canvas) }
}

/// One row a resource.
pub(crate) fn resources(resources: &[ResourceView], canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("Resource").gives_way(),
        Column::new("There is").right(),
        Column::new("Held").right(),
        Column::new("Waiting").right(),
    ]);
    for resource in resources {
        let full = resource.used >= resource.capacity;
        let held = if full { Tone::Attention } else { Tone::Plain };
        table.row([
            Cell::toned(Tone::Strong, &resource.name),
            Cell::new(resource.capacity.to_string()),
            Cell::toned(held, resource.used.to_string()),
            Cell::new(resource.waiting.to_string()),
        ]);
    }
    if resources.is_empty() { String::new() } else { table.draw(canvas) }
}

/// One row a template.
pub(crate) fn templates(templates: &[Template], canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("Template"),
        Column::new("Parameters").dispensable(),
        Column::new("What it is for").gives_way(),
    ]);
    for template in templates {
        let names: Vec<&str> = template.parameters().keys().map(String::as_str).collect();
        table.row([
            Cell::toned(Tone::Strong, template.name()),
            Cell::toned(Tone::Faint, names.join(", ")),
            Cell::new(template.description()),
        ]);
    }
    if templates.is_empty() { String::new() } else { table.draw(canvas) }
}

/// A template whole.
pub(crate) fn template(template: &Template, canvas: &Canvas) -> String {
    let mut fields = Fields::new();
    if !template.description().is_empty() {
        fields.add("For", template.description());
    }
    fields.add_some("Parameters", parameters(template.parameters()));
    // A value that was read as JSON always becomes JSON again.
    fields.add("Task", serde_json::to_string_pretty(template.task()).unwrap_or_default());
    let head = canvas.paint.apply(Tone::Strong, &visible::cell(template.name()));
    format!("{head}\n{}", fields.draw(canvas))
}

/// One line a parameter: `city = "Berlin" · Where?`; nothing when there are none.
pub(crate) fn parameters(parameters: &Parameters) -> Option<String> {
    let line = |(name, parameter): (&String, &aegis_domain::Parameter)| {
        let default = match &parameter.default {
            Some(value) => format!("{name} = {value}"),
            None => format!("{name} (has to be given)"),
        };
        match parameter.description.as_str() {
            "" => default,
            description => format!("{default} · {description}"),
        }
    };
    let lines: Vec<String> = parameters.iter().map(line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// One line a value: `city = "Berlin"`.
pub(crate) fn values(values: &std::collections::BTreeMap<String, Value>) -> String {
    let lines: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;
    use serde_json::json;

    #[test]
    fn facts_line_up_and_are_harmless() {
        let fact = |name: &str, value: Value| FactView {
            name: name.to_owned(),
            value,
            updated_at: samples::ago(300),
        };
        let shown = [fact("mood", json!(4)), fact("note", json!("a\u{1b}[2J\u{202e}b"))];
        insta::assert_snapshot!(facts(&shown, &Canvas::for_tests(80)));
        assert_eq!(facts(&[], &Canvas::for_tests(80)), "");
    }

    #[test]
    fn resources_say_who_waits() {
        let resource = |name: &str, capacity, used, waiting| ResourceView {
            name: name.to_owned(),
            capacity,
            used,
            waiting,
        };
        let shown = [resource("gpu", 1, 1, 3), resource("licence", 10, 2, 0)];
        insta::assert_snapshot!(resources(&shown, &Canvas::for_tests(80)));
    }

    #[test]
    fn a_template_is_shown_in_a_line_and_whole() {
        let weather: Template = serde_json::from_value(json!({
            "name": "weather",
            "description": "Tells the weather\u{1b}[2J of a place.",
            "parameters": { "city": { "description": "Where?" }, "days": { "default": 3 } },
            "task": { "title": "Weather of {{city}}", "tags": ["weather"] },
        }))
        .unwrap();
        let canvas = Canvas::for_tests(80);
        let line = templates(std::slice::from_ref(&weather), &canvas);
        insta::assert_snapshot!(format!("{line}\n{}", template(&weather, &canvas)));
    }
}
