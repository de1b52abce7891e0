//! What a run used and left behind, a line each. Pure.

use aegis_domain::{Run, Usage};

use crate::components::icon::IconName;
use crate::messages::t;

/// Most files that are named; the rest is counted.
const FILES: usize = 3;

/// The lines of a run; none for most.
pub(super) fn rows(run: &Run) -> Vec<(IconName, String)> {
    let words = &t().task.runs;
    let mut rows = Vec::new();
    if let Some(usage) = run.usage.filter(|usage| *usage != Usage::default()) {
        rows.push((IconName::Usage, (words.usage)(usage)));
    }
    if let Some(last) = run.checkpoints.last() {
        rows.push((IconName::Flag, (words.checkpoint)(&last.label)));
    }
    let file = |file: &aegis_domain::Artifact| (words.artifact)(&file.path, file.bytes);
    rows.extend(run.artifacts.iter().take(FILES).map(|one| (IconName::File, file(one))));
    if let Some(more) = run.artifacts.len().checked_sub(FILES).filter(|more| *more > 0) {
        rows.push((IconName::File, (words.more)(more)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::sample;
    use aegis_domain::{Artifact, Checkpoint, FencingToken, Kept, RunReason, Usd};

    fn run() -> Run {
        let id = "01932b6e-7c00-7abc-8def-0000000000aa";
        Run {
            id: id.parse().unwrap(),
            occurrence: id.parse().unwrap(),
            task: sample::task(1),
            number: 1,
            token: FencingToken(1),
            reason: RunReason::First,
            agent: "this machine".to_owned(),
            assigned_at: sample::at(0),
            started_at: None,
            process: None,
            progress: None,
            usage: None,
            checkpoints: Vec::new(),
            artifacts: Vec::new(),
            executor: None,
            ready_at: None,
            pace: None,
            session: None,
            fingerprint: None,
            end: None,
        }
    }

    #[test]
    fn most_runs_leave_nothing() {
        assert_eq!(rows(&run()), []);
        assert_eq!(rows(&Run { usage: Some(Usage::default()), ..run() }), []);
    }

    #[test]
    fn what_it_left_is_named_and_the_rest_is_counted() {
        let checkpoint = |label: &str| Checkpoint {
            at: sample::at(0),
            label: label.to_owned(),
            data: serde_json::Value::Null,
        };
        let file = |index: usize| Artifact {
            path: format!("out/{index}.txt"),
            bytes: 2_000,
            kept: Kept::Copy { sha256: String::new() },
        };
        let usage = Usage { input_tokens: 900, output_tokens: 100, cost: Usd::from_micros(20_000) };
        let run = Run {
            usage: Some(usage),
            checkpoints: vec![checkpoint("read"), checkpoint("half of it")],
            artifacts: (1..=5).map(file).collect(),
            ..run()
        };
        let said: Vec<String> = rows(&run).into_iter().map(|(_, words)| words).collect();
        let expected = [
            "1,000 tokens · $0.02",
            "Can go on after: half of it",
            "out/1.txt (2.0 kB)",
            "out/2.txt (2.0 kB)",
            "out/3.txt (2.0 kB)",
            "and 2 more",
        ];
        assert_eq!(said, expected);
    }
}
