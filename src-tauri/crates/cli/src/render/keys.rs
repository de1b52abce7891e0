//! Keys, by their names.

use super::{Canvas, Cell, Column, Table, Tone, visible};
use aegis_protocol::{KeyTestView, KeysView};

/// Most tasks that are named.
const MOST: usize = 8;

/// One row a key.
pub(crate) fn list(view: &KeysView, canvas: &Canvas) -> String {
    let mut table =
        Table::new([Column::new("Key"), Column::new("Where"), Column::new("Used by").gives_way()]);
    for key in &view.keys {
        let (tone, place) = if key.kept {
            (Tone::Plain, "in the keychain")
        } else {
            (Tone::Attention, "missing: aegis key set")
        };
        let mut used: Vec<String> =
            key.tasks.iter().take(MOST).map(|number| format!("#{number}")).collect();
        if key.tasks.len() > MOST {
            used.push(format!("and {} more", key.tasks.len() - MOST));
        }
        table.row([
            Cell::toned(Tone::Strong, key.name.as_str()),
            Cell::toned(tone, place),
            Cell::new(used.join(" ")),
        ]);
    }
    if view.keys.is_empty() { String::new() } else { table.draw(canvas) }
}

/// What a test found.
pub(crate) fn tested(found: &KeyTestView, canvas: &Canvas) -> String {
    let tone = if found.category.is_some() { Tone::Attention } else { Tone::Plain };
    let mut text = canvas.paint.apply(tone, &visible::cell(&found.message));
    if let Some(hint) = &found.hint {
        text.push('\n');
        text.push_str(&canvas.paint.apply(Tone::Faint, &visible::cell(hint)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::{ErrorCategory, KeyName, TaskNumber};
    use aegis_protocol::KeyView;

    #[test]
    fn keys_are_told_by_name_and_use() {
        let key = |name: &str, kept, tasks: &[u64]| KeyView {
            name: KeyName::new(name).unwrap(),
            kept,
            tasks: tasks.iter().map(|number| TaskNumber(*number)).collect(),
        };
        let keys = vec![
            key("anthropic", true, &[]),
            key("db", true, &[12, 7]),
            key("gone", false, &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ];
        insta::assert_snapshot!(list(&KeysView { keys, more_uses: false }, &Canvas::for_tests(80)));
    }

    #[test]
    fn a_test_is_told_with_what_to_do() {
        let found = KeyTestView {
            name: KeyName::new("anthropic").unwrap(),
            service: Some("Anthropic's API".to_owned()),
            category: Some(ErrorCategory::Auth),
            message: "The service does not know the key.".to_owned(),
            hint: Some("Make a new one.".to_owned()),
        };
        assert_eq!(
            tested(&found, &Canvas::for_tests(80)),
            "The service does not know the key.\nMake a new one."
        );
    }
}
