//! What is in a home's database: what SQLite says of it, and what Aegis exports of it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::home::Home;
use super::program::{COMMAND_LIMIT, aegis_within};

/// What SQLite's `integrity_check` says of a home's database, also while an engine has it open.
pub(crate) fn integrity(home: &Home) -> String {
    let path = home.data().join("aegis.db");
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let conn = conn.expect("a database");
    let verdict = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
    verdict.expect("a verdict")
}

/// All of a database, as it is exported.
#[derive(Debug)]
pub(crate) struct Contents(Vec<Value>);

impl Contents {
    /// Exports it.
    pub(crate) fn of(home: &Home) -> Self {
        let export = aegis_within(home, &["export"], 3 * COMMAND_LIMIT).exits(0).text();
        Self(export.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
    }

    fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.0.iter().filter_map(move |line| line.get(kind))
    }

    /// The numbers of all tasks.
    pub(crate) fn numbers(&self) -> BTreeSet<u64> {
        let number = |task: &Value| task["task"]["number"].as_u64();
        self.all("task").map(|task| number(task).expect("a number")).collect()
    }

    /// How often each occurrence came to be completed.
    pub(crate) fn completions(&self) -> BTreeMap<String, u32> {
        let mut completions = BTreeMap::new();
        for event in self.all("event") {
            if event["kind"] == "moved" && event["data"]["to"]["name"] == "completed" {
                let occurrence = event["occurrence"].as_str().expect("an occurrence");
                *completions.entry(occurrence.to_owned()).or_default() += 1;
            }
        }
        completions
    }

    /// Occurrences by the name of their state.
    pub(crate) fn states(&self) -> BTreeMap<String, u32> {
        let mut states = BTreeMap::new();
        for occurrence in self.all("occurrence") {
            let name = occurrence["state"]["name"].as_str().expect("a state");
            *states.entry(name.to_owned()).or_default() += 1;
        }
        states
    }

    /// Occurrences.
    pub(crate) fn occurrences(&self) -> usize {
        self.all("occurrence").count()
    }

    /// Runs by how they ended, `none` being those that have not.
    pub(crate) fn outcomes(&self) -> BTreeMap<String, usize> {
        let mut outcomes = BTreeMap::new();
        for run in self.all("run") {
            let outcome = &run["end"]["outcome"];
            let name = outcome["kind"].as_str().or(outcome.as_str()).unwrap_or("none");
            *outcomes.entry(name.to_owned()).or_default() += 1;
        }
        outcomes
    }
}
