//! What a program says of its run: one JSON object a line, as read from `AEGIS_REPORT`.
//!
//! The line comes from a program that may be anything, so every part of it is bounded here, and
//! what is not understood is answered with a sentence.

use crate::nesting::{MAX_NESTING, nesting};
use crate::visible::is_hidden;
use crate::{Invalid, Timestamp, Usage};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most bytes of a line, its end not counted.
pub const MAX_LINE: usize = 260 * 1024;
/// Most bytes of a checkpoint's data, as JSON.
pub const MAX_CHECKPOINT: usize = 256 * 1024;
/// Most characters of a step, a label and a session.
pub const MAX_WORDS: usize = 200;
/// Most bytes of a file's path.
const MAX_PATH: usize = 4096;
/// Longest time that a program may give itself: a year, in seconds.
const MAX_LEFT: u64 = 366 * 24 * 3600;

/// One thing that a program says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// How far it is. What is absent is as it said before.
    Progress {
        /// 0 to 100.
        percent: Option<u8>,
        /// What it is at.
        step: Option<String>,
        /// When it thinks that it will be done.
        done_at: Option<Timestamp>,
    },
    /// Where it could go on.
    Checkpoint {
        /// What has been done by then.
        label: String,
        /// What it needs to go on.
        data: Value,
    },
    /// A file that it leaves behind.
    Artifact(String),
    /// What it used of a model so far, in all.
    Usage(Usage),
    /// The session by which it can be taken up again.
    Session(String),
}

/// The line's form. Exactly one of `progress` or `step`, `checkpoint`, `artifact`, `usage` and
/// `session` is there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// How far the program is: 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<f64>,
    /// What it is at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// How many seconds it thinks that it still needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u64>,
    /// What has been done, when it could go on from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// What it needs to go on from there.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
    /// A file that it leaves behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<String>,
    /// What it used of a model so far, in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The session by which it can be taken up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

impl Said {
    /// What a line says, read at `now`. Characters that cannot be seen become spaces, and words
    /// that are too long end in an ellipsis.
    ///
    /// # Errors
    /// [`Invalid`] for what is no such line, or says what cannot be.
    pub fn read(line: &[u8], now: Timestamp) -> Result<Self, Invalid> {
        let refuse = |message: String, hint: &str| Err(Invalid::new("report", message, hint));
        if line.len() > MAX_LINE {
            return refuse(
                format!("A report has more than {MAX_LINE} bytes."),
                "Write what is large to a file and name the file.",
            );
        }
        let line: Line = match serde_json::from_slice(line) {
            Ok(line) => line,
            Err(error) => {
                let error: String = words(&error.to_string());
                let hint = "Write one JSON object a line, such as {\"progress\": 40}.";
                return refuse(format!("A report could not be read: {error}."), hint);
            }
        };
        line.check(now)
    }
}

impl Line {
    fn check(self, now: Timestamp) -> Result<Said, Invalid> {
        let refuse = |message: &str, hint: &str| Err(Invalid::new("report", message, hint));
        let moves = self.progress.is_some() || self.step.is_some();
        let things = [
            moves,
            self.checkpoint.is_some(),
            self.artifact.is_some(),
            self.usage.is_some(),
            self.session.is_some(),
        ];
        if things.into_iter().filter(|there| *there).count() != 1 {
            return refuse(
                "A report has to say exactly one thing.",
                "Use one of progress (with step), checkpoint (with data), artifact, usage, session.",
            );
        }
        if self.seconds_left.is_some() && !moves
            || !self.data.is_null() && self.checkpoint.is_none()
        {
            return refuse(
                "A report says something that does not belong to it.",
                "Use seconds_left with progress or step, and data with checkpoint.",
            );
        }
        if let Some(label) = self.checkpoint {
            return checkpoint(&label, self.data);
        }
        if let Some(path) = self.artifact {
            if path.is_empty() || path.len() > MAX_PATH || path.contains('\0') {
                return refuse("A report names a file that cannot be.", "Name a file by its path.");
            }
            return Ok(Said::Artifact(path));
        }
        if let Some(usage) = self.usage {
            return Ok(Said::Usage(usage));
        }
        if let Some(session) = self.session {
            return Ok(Said::Session(words(&session)));
        }
        let percent = match self.progress {
            None => None,
            Some(percent) if (0.0..=100.0).contains(&percent) => Some(whole(percent)),
            Some(_) => return refuse("Progress goes from 0 to 100.", "Say how many percent."),
        };
        let left = self.seconds_left.map(|left| left.min(MAX_LEFT));
        let left = left.and_then(|left| i64::try_from(left).ok()).map(TimeDelta::seconds);
        let done_at = left.and_then(|left| now.checked_add_signed(left));
        Ok(Said::Progress { percent, step: self.step.map(|step| words(&step)), done_at })
    }
}

fn checkpoint(label: &str, data: Value) -> Result<Said, Invalid> {
    let size = serde_json::to_string(&data).map_or(usize::MAX, |text| text.len());
    if size > MAX_CHECKPOINT || nesting(&data) > MAX_NESTING {
        return Err(Invalid::new(
            "report",
            format!("The data of a checkpoint is too large or nested too deep ({size} bytes)."),
            format!(
                "At most {MAX_CHECKPOINT} bytes and {MAX_NESTING} levels fit; name a file instead."
            ),
        ));
    }
    Ok(Said::Checkpoint { label: words(label), data })
}

/// What is begun is not done: rounded down.
fn whole(percent: f64) -> u8 {
    // Checked to lie in 0 to 100 by the caller.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = percent.floor() as u8;
    whole
}

/// Words for one line.
fn words(text: &str) -> String {
    // Much longer texts are cut before they are looked at, character by character.
    let visible: String =
        text.chars().take(MAX_WORDS * 4).map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_WORDS {
        return line;
    }
    line.chars().take(MAX_WORDS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(line: &str) -> Result<Said, Invalid> {
        Said::read(line.as_bytes(), Timestamp::UNIX_EPOCH)
    }

    fn progress(percent: Option<u8>, step: Option<&str>) -> Said {
        Said::Progress { percent, step: step.map(str::to_owned), done_at: None }
    }

    #[test]
    fn a_line_says_one_thing() {
        assert_eq!(read(r#"{"progress": 40}"#), Ok(progress(Some(40), None)));
        assert_eq!(read(r#"{"progress": 99.9}"#), Ok(progress(Some(99), None)));
        assert_eq!(read(r#" {"step": "copying"} "#), Ok(progress(None, Some("copying"))));
        let left = Timestamp::UNIX_EPOCH + TimeDelta::seconds(90);
        assert_eq!(
            read(r#"{"progress": 0, "step": "a", "seconds_left": 90}"#),
            Ok(Said::Progress {
                percent: Some(0),
                step: Some("a".to_owned()),
                done_at: Some(left)
            })
        );
        assert_eq!(
            read(r#"{"checkpoint": "half", "data": {"at": 500}}"#),
            Ok(Said::Checkpoint { label: "half".to_owned(), data: json!({"at": 500}) })
        );
        assert_eq!(read(r#"{"artifact": "a.pdf"}"#), Ok(Said::Artifact("a.pdf".to_owned())));
        assert_eq!(read(r#"{"session": "s-1"}"#), Ok(Said::Session("s-1".to_owned())));
        let usage = read(r#"{"usage": {"input_tokens": 1, "output_tokens": 2, "cost": "0.10"}}"#);
        assert!(matches!(usage, Ok(Said::Usage(usage)) if usage.output_tokens == 2), "{usage:?}");
    }

    #[test]
    fn what_cannot_be_is_refused_with_a_sentence() {
        let deep =
            format!(r#"{{"checkpoint": "x", "data": {}{}}}"#, "[".repeat(40), "]".repeat(40));
        let deeper = format!(r#"{{"data": {}"#, "[".repeat(100_000));
        let large = format!(r#"{{"checkpoint": "x", "data": "{}"}}"#, "x".repeat(257 * 1024));
        let long = format!(r#"{{"step": "{}"}}"#, "x".repeat(MAX_LINE));
        for line in [
            "",
            "40",
            "null",
            "[]",
            "{}",
            "{\"progress\":",
            "\u{7}",
            r#"{"progress": 101}"#,
            r#"{"progress": -1}"#,
            r#"{"progress": 1e999}"#,
            r#"{"progress": "40"}"#,
            r#"{"percent": 40}"#,
            r#"{"progress": 4, "session": "x"}"#,
            r#"{"seconds_left": 4}"#,
            r#"{"step": "x", "data": 1}"#,
            r#"{"session": "x", "seconds_left": 1}"#,
            r#"{"artifact": ""}"#,
            r#"{"artifact": "a\u0000b"}"#,
            &deep,
            &deeper,
            &large,
            &long,
        ] {
            let refused = read(line).expect_err(line);
            assert!(refused.message.ends_with('.'), "{refused}");
            assert!(refused.to_string().len() < 500, "{refused}");
            assert!(!refused.to_string().contains(is_hidden), "{refused}");
        }
    }

    #[test]
    fn words_are_one_line_without_what_cannot_be_seen() {
        let step = |text: &str| match read(&json!({ "step": text }).to_string()) {
            Ok(Said::Progress { step: Some(step), .. }) => step,
            other => panic!("no step: {other:?}"),
        };
        assert_eq!(step("\u{1b}[31mred\u{1b}[0m\n\tline\u{202e}"), "[31mred [0m line");
        assert_eq!(step(&"ä".repeat(10_000)).chars().count(), MAX_WORDS);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_report_or_refused(line in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Err(refused) = Said::read(&line, Timestamp::UNIX_EPOCH) {
                prop_assert!(!refused.message.contains(is_hidden));
            }
        }

        #[test]
        fn a_line_that_is_written_is_read(percent in 0u8..=100, step in "\\PC{0,50}") {
            let line = Line { progress: Some(percent.into()), step: Some(step), ..Line::default() };
            let read = Said::read(&serde_json::to_vec(&line).unwrap(), Timestamp::UNIX_EPOCH);
            let same = matches!(read, Ok(Said::Progress { percent: Some(p), .. }) if p == percent);
            prop_assert!(same, "{line:?}");
        }
    }
}
