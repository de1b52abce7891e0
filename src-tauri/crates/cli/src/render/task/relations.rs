//! What a task waits for, and what waits for it.

use aegis_domain::{Dependency, Join, Otherwise, TaskId, Which};
use aegis_protocol::{RelatedTask, TaskView};

/// A line a predecessor, group by group; nothing when there are none.
pub(super) fn predecessors(view: &TaskView) -> Option<String> {
    let mut lines = Vec::new();
    for group in &view.task.definition.dependencies {
        let enough = match group.join {
            Join::All => None,
            Join::Any => Some("one of these is enough:".to_owned()),
            Join::AtLeast(n) => Some(format!("{n} of these are enough:")),
        };
        lines.extend(enough);
        lines.extend(group.on.iter().map(|edge| line(edge, &view.depends_on)));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn line(edge: &Dependency, known: &[RelatedTask]) -> String {
    let mut parts = vec![name(edge.task, known)];
    parts.extend(edge.when.as_ref().map(|when| format!("when {}", when.as_str())));
    if edge.which == Which::SameInstant {
        parts.push("of the same instant".to_owned());
    }
    if edge.when.is_some() || edge.otherwise() != Otherwise::Fail {
        parts.push(match edge.otherwise() {
            Otherwise::Fail => "else it fails".to_owned(),
            Otherwise::Skip => "else it is left out".to_owned(),
            Otherwise::Continue => "else it goes on all the same".to_owned(),
        });
    }
    parts.join(", ")
}

fn name(task: TaskId, known: &[RelatedTask]) -> String {
    known.iter().find(|other| other.id == task).map_or_else(|| task.to_string(), related)
}

/// A line a task that waits for this one; nothing when there are none.
pub(super) fn dependents(view: &TaskView) -> Option<String> {
    let lines: Vec<String> = view.dependents.iter().map(related).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn related(task: &RelatedTask) -> String {
    format!("#{} {} ({})", task.number, task.title, task.column.name())
}
