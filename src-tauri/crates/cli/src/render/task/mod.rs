//! Everything about a task.

mod definition;
mod history;
mod relations;

use super::{Canvas, Tone, card, visible};
use aegis_protocol::TaskView;

/// The definition, the occurrences and their runs.
pub(crate) fn draw(view: &TaskView, canvas: &Canvas) -> String {
    let mut parts = vec![card::line(&view.card, canvas) + "\n", definition::draw(view, canvas)];
    let description = &view.task.definition.description;
    if !description.is_empty() {
        let text = visible::paragraphs(description);
        let lines: Vec<String> =
            text.lines().map(|line| format!("  {line}").trim_end().to_owned()).collect();
        parts.push(format!("{}\n{}\n", heading("Description", canvas), lines.join("\n")));
    }
    let sections = [
        ("Occurrences", history::occurrences(view, canvas)),
        ("Runs", history::runs(view, canvas)),
        ("Reviews", history::reviews(view, canvas)),
        ("Left behind", history::traces(view, canvas)),
    ];
    for (title, drawn) in sections {
        if let Some(drawn) = drawn {
            parts.push(format!("{}\n{drawn}", heading(title, canvas)));
        }
    }
    parts.join("\n")
}

fn heading(text: &str, canvas: &Canvas) -> String {
    canvas.paint.apply(Tone::Strong, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn a_task_is_shown_whole() {
        insta::assert_snapshot!(draw(&samples::task(), &Canvas::for_tests(100)));
    }

    #[test]
    fn a_task_that_repeats_and_waits_is_shown_whole() {
        insta::assert_snapshot!(draw(&samples::recurring(), &Canvas::for_tests(100)));
    }
}
