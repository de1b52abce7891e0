//! Backups, and what they hold.

use super::{Canvas, Cell, Column, Fields, Table, Tone, time, visible, words};
use aegis_protocol::{BackupReason, BackupView, CleanedView, DataContents};
use aegis_runtime::RestoredBackup;
use chrono::TimeDelta;

/// One row a backup.
pub(crate) fn backups(backups: &[BackupView], canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("Backup"),
        Column::new("Made").dispensable(),
        Column::new("Size").right(),
        Column::new("Because").dispensable(),
    ]);
    for backup in backups {
        table.row([
            Cell::toned(Tone::Strong, &backup.name),
            Cell::toned(Tone::Faint, time::relative(backup.at, canvas)),
            Cell::new(words::bytes(backup.bytes)),
            Cell::new(reason(backup.reason)),
        ]);
    }
    if backups.is_empty() { String::new() } else { table.draw(canvas) }
}

const fn reason(reason: BackupReason) -> &'static str {
    match reason {
        BackupReason::Regular => "daily or asked for",
        BackupReason::Migration => "of a new Aegis",
        BackupReason::Replaced => "it was replaced",
    }
}

/// A backup that was made.
pub(crate) fn made(backup: &BackupView, _: &Canvas) -> String {
    format!(
        "Backed up and checked ({}): {}",
        words::bytes(backup.bytes),
        visible::cell(&backup.path)
    )
}

/// A backup that is whole.
pub(crate) fn contents(contents: &DataContents, _: &Canvas) -> String {
    format!("Whole: {} · {}", amounts(contents), visible::cell(&contents.path))
}

/// A backup that was put back.
pub(crate) fn restored(restored: &RestoredBackup, _: &Canvas) -> String {
    let contents = &restored.contents;
    format!("Restored: {} · from {}", amounts(contents), visible::cell(&contents.path))
}

/// What was removed, or would be.
pub(crate) fn cleaned(cleaned: &CleanedView, canvas: &Canvas) -> String {
    let logs = format!("{} ({})", cleaned.logs, words::bytes(cleaned.log_bytes));
    let copies = format!("{} ({})", cleaned.copies, words::bytes(cleaned.copy_bytes));
    let mut fields = Fields::new();
    fields
        .add("logs", logs)
        .add("copies of files", copies)
        .add("runs", cleaned.runs.to_string())
        .add("occurrences", cleaned.occurrences.to_string())
        .add("deleted tasks", cleaned.tasks.to_string())
        .add("request keys", cleaned.keys.to_string())
        .add("notifications", cleaned.messages.to_string());
    let head = if cleaned.dry_run { "Would be removed:" } else { "Removed:" };
    let mut text = format!("{head}\n{}", fields.draw(canvas));
    if cleaned.held > 0 {
        let held = cleaned.held;
        text.push_str(&format!("\nDeleted tasks that stay, because others name them: {held}"));
    }
    if canvas.now - cleaned.as_of > TimeDelta::days(1) {
        text.push_str(&format!(
            "\nAges are measured as of {}: after a jump of the clock they are believed a week at \
             a time.",
            time::near(cleaned.as_of, canvas)
        ));
    }
    text
}

fn amounts(contents: &DataContents) -> String {
    let of = |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    [
        of(contents.tasks, "task"),
        of(contents.occurrences, "occurrence"),
        of(contents.runs, "run"),
        of(contents.events, "event"),
    ]
    .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn backups_line_up_and_are_harmless() {
        let backup = |name: &str, secs, reason| BackupView {
            name: name.to_owned(),
            path: format!("/data/backups/{name}"),
            at: samples::ago(secs),
            reason,
            bytes: 1_234_567,
        };
        let shown = [
            backup("aegis-20261121T083230123Z.db", 12_450, BackupReason::Regular),
            backup("aegis-20261120T083230123Z-form-1.db", 98_850, BackupReason::Migration),
        ];
        let drawn = backups(&shown, &Canvas::for_tests(100));
        assert!(drawn.contains("aegis-20261121T083230123Z.db"), "{drawn}");
        assert!(drawn.contains("3h ago"), "{drawn}");
        assert!(drawn.contains("of a new Aegis"), "{drawn}");
        assert_eq!(backups(&[], &Canvas::for_tests(80)), "");
        let odd = backup("a\u{1b}[2Jb", 1, BackupReason::Replaced);
        assert!(!made(&odd, &Canvas::for_tests(80)).contains('\u{1b}'));
    }

    #[test]
    fn amounts_agree_with_their_numbers() {
        let contents = DataContents {
            path: "b.db".to_owned(),
            form: 2,
            tasks: 1,
            occurrences: 2,
            runs: 0,
            events: 7,
        };
        assert_eq!(
            super::contents(&contents, &Canvas::for_tests(80)),
            "Whole: 1 task, 2 occurrences, 0 runs, 7 events · b.db"
        );
    }
}
