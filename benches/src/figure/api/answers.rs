//! What is asked, by name and as JSON, as every client does.

use super::Door;
use crate::own::NoOp;
use aegis_api::Service;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// One kind of question, and how long its answers took.
pub struct Answers {
    /// What was asked.
    pub what: &'static str,
    /// Milliseconds.
    pub millis: Vec<f64>,
}

/// Tasks of a page, and events.
const PAGE: u32 = 50;

/// What the `n`th question has with it, given the answer before.
type Params = Box<dyn Fn(u32, &Value) -> Value>;

/// Most time for the index of the search to take in what was imported.
const INDEXED: Duration = Duration::from_secs(900);

/// The queries of a user who looks around.
pub async fn queries(door: &Door, tasks: u64, samples: u32) -> Result<Vec<Answers>> {
    let spread = move |n: u32| u64::from(n).wrapping_mul(0x9e37_79b1) % tasks + 1;
    let next = |before: &Value| before.get("next").cloned().unwrap_or(Value::Null);
    let asked: [(&str, &str, Params); 8] = [
        ("tasks, first 50", "task.list", Box::new(|_, _| json!({"limit": PAGE}))),
        (
            "tasks, page after page",
            "task.list",
            Box::new(move |_, before| json!({"limit": PAGE, "after": next(before)})),
        ),
        (
            "tasks that are done, page after page",
            "task.list",
            Box::new(
                move |_, before| json!({"limit": PAGE, "column": "done", "after": next(before)}),
            ),
        ),
        (
            "a task with its history",
            "task.show",
            Box::new(move |n, _| json!({"task": spread(n).to_string()})),
        ),
        ("events, newest 50", "events.list", Box::new(|_, _| json!({"limit": PAGE}))),
        (
            "events, 50 from anywhere",
            "events.list",
            Box::new(move |n, _| json!({"limit": PAGE, "before": spread(n) * 9})),
        ),
        (
            "a search",
            "search.find",
            Box::new(|_, _| json!({"text": "\"no such words\"", "limit": PAGE})),
        ),
        ("analytics of 30 days", "metrics.show", Box::new(|_, _| json!({"days": 30}))),
    ];
    wait_for_index(door).await?;
    let mut all = Vec::new();
    for (what, method, params) in asked {
        let mut millis = Vec::new();
        let mut before = Value::Null;
        for n in 0..samples {
            let (took, answer) = ask(door, method, params(n, &before)).await?;
            millis.push(took);
            before = answer;
        }
        all.push(Answers { what, millis });
    }
    Ok(all)
}

/// An import is taken in by the first searches after it, a second at a time.
async fn wait_for_index(door: &Door) -> Result<()> {
    let begun = Instant::now();
    loop {
        let (_, answer) = ask(door, "search.find", json!({"text": "anything"})).await?;
        if answer.get("complete") == Some(&Value::Bool(true)) {
            return Ok(());
        }
        ensure!(begun.elapsed() < INDEXED, "the index of the search is not done in time");
    }
}

/// The whole board: a thousand cards a column, which a window asks for once.
pub async fn board(door: &Door, samples: u32) -> Result<Answers> {
    let mut millis = Vec::new();
    for _ in 0..samples {
        millis.push(ask(door, "board.snapshot", json!({})).await?.0);
    }
    Ok(Answers { what: "the whole board (no page: it does not count)", millis })
}

/// The commands of somebody who makes a task and changes their mind; before each, `floor`.
pub async fn commands(
    door: &Door,
    samples: u32,
    mut floor: impl FnMut() -> Result<()>,
) -> Result<Vec<Answers>> {
    let mut all =
        ["create a task", "edit it", "delete it"].map(|what| Answers { what, millis: Vec::new() });
    for n in 0..samples {
        let task = json!({
            "title": format!("Number {n}"),
            "schedule": {"kind": "manual"},
            "executor": {"name": NoOp::NAME, "settings": null},
        });
        floor()?;
        let (millis, created) = ask(door, "task.create", json!({"task": task})).await?;
        all[0].millis.push(millis);
        let id = created.pointer("/card/id").context("a card without an id")?;
        floor()?;
        let edit = json!({"task": id, "edit": {"title": format!("Another {n}")}});
        all[1].millis.push(ask(door, "task.edit", edit).await?.0);
        floor()?;
        all[2].millis.push(ask(door, "task.delete", json!({"task": id})).await?.0);
    }
    Ok(all.into())
}

/// How long an answer took, and the answer.
async fn ask(door: &Door, method: &str, params: Value) -> Result<(f64, Value)> {
    let begun = Instant::now();
    let answer = door.call(method, params).await;
    let millis = begun.elapsed().as_secs_f64() * 1000.0;
    let answer = answer.map_err(|error| anyhow::anyhow!("{method}: {}", error.message))?;
    Ok((millis, answer))
}
