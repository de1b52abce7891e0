//! The examples of docs/conditions.md are what they say they are.

use aegis_domain::condition::Condition;
#[cfg(feature = "zones")]
use aegis_domain::template::Template;

const PAGE: &str = include_str!("../../../../../docs/conditions.md");

#[test]
fn every_condition_can_be_read() {
    let (_, table) = PAGE.split_once("| condition | is so when |\n|---|---|\n").unwrap();
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 5, "{rows:?}");
    for row in rows {
        let condition = row.split('`').nth(1).unwrap();
        assert!(Condition::new(condition).is_ok(), "{condition}");
    }
}

#[cfg(feature = "zones")]
#[test]
fn the_template_can_stand() {
    let (_, section) = PAGE.split_once("## Templates").unwrap();
    let json = section.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let template: Template = serde_json::from_str(json).unwrap();
    let template = template.check().unwrap();
    let given = [("city".to_owned(), "Köln".into())].into();
    assert_eq!(template.make(&given).unwrap().title, "Weather of Köln");
}
