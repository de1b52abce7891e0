//! A sample as text with holes, and what goes into them.

use super::identity::Identity;
use super::sample::{Sample, far};
use aegis_domain::Timestamp;
use anyhow::{Context, Result};
use chrono::{Duration, SecondsFormat};
use serde_json::Value;
use std::fmt::Write;

/// Stands around the name of a hole; nothing in a sample contains it.
const MARK: &str = "@@";

/// A record: text, and holes in it.
pub type Record = Vec<Piece>;

/// A part of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Hole(Hole),
}

/// What differs between copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hole {
    Task,
    Occurrence,
    Run,
    Short,
    /// From 1: the task's number, the run's fencing token.
    Number,
    Seq,
    Title,
    /// When a schedule comes due.
    Due,
    /// When something happened: a moment of its own for each.
    Moment,
}

/// A sample's records with holes, by kind.
pub struct Stamp {
    records: Vec<(String, Record)>,
}

/// What goes into the holes of one record.
pub struct Values<'a> {
    pub identity: &'a Identity,
    pub n: u64,
    pub seq: u64,
    pub due: Option<Timestamp>,
}

impl Stamp {
    /// Cuts the holes.
    pub fn of(sample: &Sample) -> Result<Self> {
        let of_kind = |kind: &str| {
            let record = sample.records.iter().find_map(|record| record.get(kind));
            record.and_then(|record| record["id"].as_str()).map(ToOwned::to_owned)
        };
        let known = Known {
            task: sample.id.clone(),
            occurrence: of_kind("occurrence"),
            run: of_kind("run"),
            far: far().to_rfc3339_opts(SecondsFormat::Secs, true),
        };
        let mut records = Vec::new();
        for record in &sample.records {
            let mut record = record.clone();
            let kind = record.as_object().and_then(|record| record.keys().next()).cloned();
            let kind = kind.context("a record without a kind")?;
            known.cut(None, &mut record);
            let own = match kind.as_str() {
                "task" => vec![("/task/task/number", "number"), ("/task/shown_since", "moment")],
                "run" => vec![("/run/token", "number")],
                "event" => vec![("/event/seq", "seq"), ("/event/at", "moment")],
                _ => vec![],
            };
            for (pointer, hole) in own {
                let place = record.pointer_mut(pointer);
                *place.with_context(|| format!("a record without {pointer}"))? = mark(hole);
            }
            records.push((kind, pieces(&record.to_string())?));
        }
        Ok(Self { records })
    }

    /// The records of one kind, in their order.
    pub fn records(&self, kind: &str) -> Vec<&Record> {
        self.records.iter().filter(|(name, _)| name == kind).map(|(_, record)| record).collect()
    }
}

/// What a sample's identities are.
struct Known {
    task: String,
    occurrence: Option<String>,
    run: Option<String>,
    far: String,
}

impl Known {
    fn cut(&self, key: Option<&str>, value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| self.cut(key, value)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.cut(Some(key), value);
                }
            }
            Value::String(text) => {
                let hole = match key {
                    Some("short_id") => Some("short"),
                    Some("title") => Some("title"),
                    _ if *text == self.task => Some("task"),
                    _ if Some(&*text) == self.occurrence.as_ref() => Some("occurrence"),
                    _ if Some(&*text) == self.run.as_ref() => Some("run"),
                    _ if *text == self.far => Some("due"),
                    _ => None,
                };
                // What waits in the line waits for longer than anything is measured.
                if let Some(hole) = hole {
                    *value = mark(hole);
                } else if key == Some("not_before") {
                    *value = Value::from(self.far.as_str());
                }
            }
            _ => {}
        }
    }
}

fn mark(hole: &str) -> Value {
    Value::from(format!("{MARK}{hole}{MARK}"))
}

fn pieces(text: &str) -> Result<Record> {
    let mut pieces = Vec::new();
    for (n, part) in text.split(MARK).enumerate() {
        if n % 2 == 0 {
            pieces.push(Piece::Text(part.to_owned()));
            continue;
        }
        pieces.push(Piece::Hole(match part {
            "task" => Hole::Task,
            "occurrence" => Hole::Occurrence,
            "run" => Hole::Run,
            "short" => Hole::Short,
            "number" => Hole::Number,
            "seq" => Hole::Seq,
            "title" => Hole::Title,
            "due" => Hole::Due,
            "moment" => Hole::Moment,
            other => anyhow::bail!("a sample contains {MARK}{other}{MARK}"),
        }));
    }
    // Numbers are no strings: the quotes around their holes go.
    for n in 1..pieces.len() {
        if matches!(pieces[n], Piece::Hole(Hole::Number | Hole::Seq)) {
            if let Piece::Text(before) = &mut pieces[n - 1] {
                before.pop();
            }
            if let Some(Piece::Text(after)) = pieces.get_mut(n + 1) {
                after.remove(0);
            }
        }
    }
    Ok(pieces)
}

/// Fills the holes of `record`.
pub fn write(record: &Record, values: &Values<'_>, line: &mut String) {
    for piece in record {
        // Writing to a string cannot fail.
        let _ = match piece {
            Piece::Text(text) => line.write_str(text),
            Piece::Hole(hole) => fill(*hole, values, line),
        };
    }
}

fn fill(hole: Hole, values: &Values<'_>, line: &mut String) -> std::fmt::Result {
    let Values { identity, n, seq, due } = values;
    match hole {
        Hole::Task => write!(line, "{}", identity.task),
        Hole::Occurrence => write!(line, "{}", identity.occurrence),
        Hole::Run => write!(line, "{}", identity.run),
        Hole::Short => line.write_str(&identity.short),
        Hole::Number => write!(line, "{}", n + 1),
        Hole::Seq => write!(line, "{seq}"),
        Hole::Title => write!(line, "{} {n}", TITLES[usize::from(*n as u8) % TITLES.len()]),
        Hole::Due => line.write_str(&text(due.unwrap_or_else(far))),
        Hole::Moment => {
            let began = Timestamp::from_timestamp_millis(1_750_000_000_000).unwrap_or_else(far);
            line.write_str(&text(began + Duration::milliseconds((*seq).cast_signed())))
        }
    }
}

fn text(moment: Timestamp) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

const TITLES: [&str; 7] = [
    "Back up the photographs",
    "Water the plants",
    "Look for new releases",
    "Write the weekly report",
    "Clean the build folder",
    "Renew the certificate of the server",
    "Read what came in over night",
];
