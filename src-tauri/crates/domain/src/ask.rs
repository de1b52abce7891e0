//! What a person is asked.

use crate::policy::{InputHash, Nature};
use crate::{AskId, BudgetOf, Timestamp, Usd};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What kind of answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    /// Yes or no to an action.
    Approval,
    /// Words.
    Answer,
}

/// Something that a person is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Identity: an answer names it.
    pub id: AskId,
    /// What kind of answer is wanted.
    pub kind: AskKind,
    /// The question.
    pub question: String,
    /// Since when.
    pub since: Timestamp,
    /// What it is about, where that can be said more exactly than in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Box<About>>,
    /// It is too late for an answer after this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Ask {
    /// A question about nothing in particular, that waits for ever.
    #[must_use]
    pub const fn new(id: AskId, kind: AskKind, question: String, since: Timestamp) -> Self {
        Self { id, kind, question, since, about: None, until: None }
    }

    /// Whether the question says all that there is to decide about. Only then can it be answered
    /// where nothing else is shown, such as in a notification: a call with further parts, with
    /// several lines or with what cannot be seen has to be looked at whole.
    #[must_use]
    pub fn says_all(&self) -> bool {
        // What an agent says of a call, and how long it waits, do not change what the call does.
        let matters = |name: &str| !matches!(name, "description" | "timeout");
        let Some(About::Call(call)) = self.about.as_deref() else { return true };
        let Some(parts) = call.input.as_object() else { return false };
        let mut parts = parts.iter().filter(|(name, _)| matters(name));
        match (parts.next(), parts.next()) {
            (None, _) => true,
            (Some((_, Value::String(text))), None) => self.question.ends_with(text.as_str()),
            _ => false,
        }
    }
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum About {
    /// A call of a tool that wants to be let through, or a question that a tool asks.
    Call(AskedCall),
    /// The money that the work may cost has been used up.
    Budget {
        /// Which budget.
        #[serde(default)]
        of: BudgetOf,
        /// What has been spent of it.
        spent: Usd,
        /// How much it is.
        limit: Usd,
    },
}

/// A call that a person is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedCall {
    /// The tool.
    pub tool: String,
    /// What it is called with: redacted, and cut where it is long.
    pub input: Value,
    /// The hash of the whole input: an answer is good for this one alone.
    pub hash: InputHash,
    /// What the call could do.
    pub nature: Nature,
    /// Why a person is asked.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Reach;
    use serde_json::json;

    #[test]
    fn a_question_that_leaves_something_out_cannot_be_answered_by_itself() {
        let says_all = |question: &str, input: Value| {
            let id = AskId(uuid::Uuid::nil());
            let question = question.to_owned();
            let mut ask = Ask::new(id, AskKind::Approval, question, Timestamp::UNIX_EPOCH);
            let (hash, nature) = (InputHash(String::new()), Nature::of(Reach::Run));
            let (tool, why) = ("Bash".to_owned(), String::new());
            ask.about = Some(Box::new(About::Call(AskedCall { tool, input, hash, nature, why })));
            ask.says_all()
        };
        assert!(says_all("Bash: git push", json!({"command": "git push"})));
        let told = json!({"command": "git push", "description": "Publish", "timeout": 5});
        assert!(says_all("Bash: git push", told));
        for (question, input) in [
            ("Bash: git push", json!({"command": "git\npush"})),
            ("Bash: git push", json!({"command": "git push\u{202e}"})),
            ("Bash: git…", json!({"command": "git push"})),
            ("Write: /a/run.sh", json!({"file_path": "/a/run.sh", "content": "run"})),
            ("Tool: 1", json!({"count": 1})),
            ("Tool: [1]", json!([1])),
        ] {
            assert!(!says_all(question, input.clone()), "{input}");
        }
        let id = AskId(uuid::Uuid::nil());
        let plain = "Run it again?".to_owned();
        assert!(Ask::new(id, AskKind::Approval, plain, Timestamp::UNIX_EPOCH).says_all());
    }
}
