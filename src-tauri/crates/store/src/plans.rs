//! How SQLite goes about every statement of this crate.
//!
//! The statements are taken from the source: each text literal that begins as a statement does.
//! Those that are put together are named by whoever puts them together. A statement that walks a
//! whole table, or sorts what has no bound, is a fault, unless it stands in [`REVIEWED`] with a
//! reason.

use crate::{list, open, search};
use rusqlite::Connection;
use std::path::Path;

/// Statements that may look at everything: how they begin, and why.
const REVIEWED: &[(&str, &str)] = &[
    ("SELECT name, value, updated_at FROM facts", "there are few facts, and all are wanted"),
    ("SELECT name, capacity FROM resources", "there are few resources, and all are wanted"),
    ("SELECT row FROM templates ORDER BY name", "there are few templates, and all are wanted"),
    ("SELECT row FROM rules ORDER BY id", "there are two thousand rules at most, and all count"),
    ("SELECT count(*) FROM rules", "there are two thousand rules at most"),
    ("SELECT row FROM tool_uses ORDER BY id", "an export is everything"),
    ("SELECT task_id, quarter, micros FROM spending_by_task", "an export is everything"),
    ("SELECT CAST(name AS TEXT), sum(kind", "live occurrences alone: all that hold or wait"),
    ("SELECT updated_at, row FROM tasks ORDER BY number", "an export is everything"),
    ("SELECT row FROM occurrences ORDER BY id", "an export is everything"),
    ("SELECT row FROM runs ORDER BY id", "an export is everything"),
    ("SELECT seq, task_id, row FROM events ORDER BY seq", "an export is everything"),
    ("SELECT ifnull(sum(count), 0) FROM events", "a check of a backup counts everything"),
    ("SELECT command FROM follow_ups ORDER BY id", "an export is everything"),
    ("SELECT key, request, task_id, created_at FROM request_keys", "an export is everything"),
    ("SELECT key, task_id FROM unique_keys", "an export is everything"),
    ("SELECT count(*) FROM events", "a check of a backup counts everything"),
    ("SELECT count(*) FROM docs", "the doctor counts what can be found"),
    ("SELECT id, ended_at, row ->> '$.end.log_len'", "the doctor looks at every run"),
    ("SELECT task_id, instant FROM past_instants", "an export is everything"),
    ("SELECT (SELECT count(*) FROM tasks)", "a check of a backup counts everything"),
    ("SELECT NOT EXISTS (SELECT 1 FROM tasks)", "each stops at the first row"),
    ("SELECT row FROM runs WHERE ended_at IS NULL", "live runs alone"),
    ("SELECT o.row FROM runs r JOIN occurrences o", "live runs alone"),
    (
        "SELECT row FROM occurrences WHERE task_id = ?1 AND terminal = 0 ORDER BY",
        "sorts the live ones of one task",
    ),
    ("SELECT occurrence_id, sort_key, amount FROM ties", "sorts what got ready at the same moment"),
    ("UPDATE sessions SET ended_at = max(ready_at, min(", "ten thousand at most, at a start"),
    ("DELETE FROM sessions WHERE epoch NOT IN", "ten thousand at most, at a start"),
    ("SELECT runs.id, file.value ->> '$.kept.sha256'", "the clean-up looks at every run"),
    ("WITH hits AS MATERIALIZED", "sorts two thousand hits at most"),
    (
        "SELECT lane, priority, not_before <= ?1 FROM occurrences",
        "the status counts all that waits",
    ),
];

/// Statements of other databases and of tables that are made for a moment.
const ELSEWHERE: &[&str] = &["temp.added", "sqlite_master", "sqlite_sequence"];

/// Text literals of Rust source that begin as a statement does, with white space made one.
fn statements(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (kind, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = match kind {
            b'/' if after.starts_with('/') => after.split_once('\n').map_or("", |(_, next)| next),
            b'/' => after,
            // A character literal may be a quotation mark.
            b'\'' if after.starts_with("\"'") || after.starts_with("\\\"'") => {
                after.split_once("\"'").map_or("", |(_, next)| next)
            }
            b'\'' => after,
            _ => {
                let mut end = 0;
                let bytes = after.as_bytes();
                while end < bytes.len() && bytes[end] != b'"' {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                let text = after[..end].replace("\\\n", "").replace("\\\"", "\"");
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
                if verbs.iter().any(|verb| text.starts_with(verb)) {
                    found.push(text);
                }
                after.get(end + 1..).unwrap_or("")
            }
        };
    }
    found
}

/// Every statement in the source, without those that only tests have.
fn of_source(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            of_source(&path, found);
        } else if path.file_name().is_some_and(|name| name != "plans.rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            found.extend(statements(code));
        }
    }
}

/// What is wrong with the plan of a statement.
fn faults(conn: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let mut steps: Vec<String> = Vec::new();
    // Whatever the parameters are: none is bound.
    let mut rows = explained.raw_query();
    while let Some(row) = rows.next()? {
        steps.push(row.get(3)?);
    }
    let wrong = |step: &String| {
        let whole = step.strip_prefix("SCAN ").is_some_and(|table| {
            // What is worked out of one row or of parameters, and what a part of the statement
            // made, is as small as that.
            let made = ["json_each", "CONSTANT ROW", "hits", "wanted", "(subquery"];
            let virtual_index = table.contains("VIRTUAL TABLE INDEX");
            !virtual_index && !made.iter().any(|name| table.starts_with(name))
        });
        whole || step.contains("TEMP B-TREE")
    };
    Ok(steps.into_iter().filter(wrong).collect())
}

/// A statement in the width of a screen: its begin and its end.
fn one_line(sql: &str) -> String {
    let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let (count, part) = (words.chars().count(), 150);
    let end: String = words.chars().skip(count.saturating_sub(part).max(part)).collect();
    words.chars().take(part).collect::<String>() + " … " + &end
}

/// A walk from an end, or behind a key, as far as a limit. Lists say how many rows they look at.
fn is_bounded(sql: &str, fault: &str) -> bool {
    let all_count = !sql.contains(" WHERE ") || sql.contains("LIMIT :most");
    fault.starts_with("SCAN ") && all_count && sql.contains(" LIMIT ")
}

fn database() -> (tempfile::TempDir, Connection) {
    let dir = tempfile::tempdir().unwrap();
    let conn = open::for_writing(dir.path(), crate::StoreOptions::default()).unwrap();
    (dir, conn)
}

#[test]
fn no_statement_walks_a_whole_table_or_sorts_without_a_bound() {
    let (dir, conn) = database();
    let mut all = Vec::new();
    of_source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    all.retain(|sql| !ELSEWHERE.iter().any(|name| sql.contains(name)) && !sql.contains('{'));
    assert!(all.len() > 80, "only {} statements were found", all.len());
    all.extend(list::every_statement());
    let mut problems = Vec::new();
    let mut used = vec![false; REVIEWED.len()];
    let indexed = search::for_plans(dir.path());
    all.extend(search::every_statement());
    for sql in &all {
        // The index of the search sees the tables of the database too.
        let found = match faults(&conn, sql) {
            Ok(found) => found,
            Err(_) => faults(&indexed, sql).unwrap_or_else(|error| vec![error.to_string()]),
        };
        for fault in found {
            match REVIEWED.iter().position(|(begin, _)| sql.starts_with(begin)) {
                Some(index) => used[index] = true,
                None if is_bounded(sql, &fault) => {}
                None => problems.push(format!("{fault} in {}", one_line(sql))),
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    let unused: Vec<_> = REVIEWED.iter().zip(used).filter(|(_, used)| !used).collect();
    assert!(unused.is_empty(), "these need no exception any more: {unused:?}");
}

#[test]
fn what_walks_a_whole_table_is_found() {
    let (_dir, conn) = database();
    for (sql, fault) in [
        ("SELECT row FROM tasks WHERE short_id LIKE ?1", "SCAN tasks"),
        ("SELECT row FROM tasks WHERE deleted_at IS NULL ORDER BY row LIMIT 5", "TEMP B-TREE"),
        ("DELETE FROM events WHERE at < ?1", "SCAN events"),
        ("SELECT count(*) FROM runs", "SCAN runs"),
    ] {
        let found = faults(&conn, sql).unwrap();
        assert!(found.iter().any(|f| f.contains(fault) && !is_bounded(sql, f)), "{sql}: {found:?}");
    }
    assert_eq!(faults(&conn, "SELECT row FROM tasks WHERE id = ?1").unwrap(), Vec::<String>::new());
}

#[test]
fn statements_are_found_in_source() {
    let source = r#"
        // "SELECT in a comment"
        let quote = '"'; let other = "not one";
        conn.prepare_cached("SELECT a FROM b
             WHERE c = 'x'")?; f("UPDATE a SET b = \"c\""); "DELETE FROM \
             d"
    "#;
    assert_eq!(
        statements(source),
        ["SELECT a FROM b WHERE c = 'x'", "UPDATE a SET b = \"c\"", "DELETE FROM d"]
    );
}
