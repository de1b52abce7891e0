//! Whether work that says that it succeeded did anything, held against what it did before.
//!
//! Nothing is known of what an agent ought to do, but its task's own past says what it usually
//! does. So work that never uses tools is not suspected for using none.

use crate::policy::Reach;
use crate::{ToolUse, Usage};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Successful occurrences that are looked back at. One that has done nothing all that time is
/// usual, and says nothing any more.
pub const LOOK_BACK: usize = 20;
/// Of them, those that it is held against: the newest that did something.
pub const COMPARED: usize = 5;
/// With fewer than these nothing is said.
pub const LEAST_COMPARED: usize = 3;
/// Times in a row after which the person is told.
pub const TELL_AT: u32 = 3;
/// Less than one in so many of the usual tokens is far below.
const FAR_BELOW: u64 = 10;
/// Usual tokens below which a difference says nothing.
const LEAST_TOKENS: u64 = 200;

/// What an occurrence's runs did, in all, as far as Aegis has seen it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Effort {
    /// Calls of tools that did what they were called for.
    pub tools: u32,
    /// Of them, those that could have changed something: all but a mere look.
    pub acts: u32,
    /// Files that were left behind.
    pub files: u32,
    /// Tokens that a model wrote.
    pub tokens: u64,
}

impl Effort {
    /// With a further run: what it used of a model, and how many files it left behind.
    #[must_use]
    pub fn and(self, usage: Option<Usage>, files: usize) -> Self {
        Self {
            files: self.files.saturating_add(u32::try_from(files).unwrap_or(u32::MAX)),
            tokens: self.tokens.saturating_add(usage.unwrap_or_default().output_tokens),
            ..self
        }
    }

    /// Whether a call counts as [`Effort::tools`], and as [`Effort::acts`].
    #[must_use]
    pub fn counts(used: &ToolUse) -> (bool, bool) {
        (used.success, used.success && used.nature.reach != Reach::Look)
    }

    /// What may have changed something.
    const fn traces(self) -> u64 {
        self.acts as u64 + self.files as u64
    }
}

/// What shows that nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// No tool was used, and each of those before used some.
    NoTool,
    /// Nothing was used that changes anything and no file was left behind, and each of those before
    /// did.
    NoTrace,
    /// Next to nothing was written, and nothing changed.
    FewTokens,
}

/// Work that succeeded and did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idle {
    /// What shows it.
    pub sign: Sign,
    /// How much of that there was this time.
    pub had: u64,
    /// How much those before had on average, rounded.
    pub usual: u64,
    /// How many those before are.
    pub compared: u32,
    /// How many times in a row, with this one.
    pub in_a_row: u32,
}

/// A successful occurrence of the same task, earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// What it did.
    pub effort: Effort,
    /// How many times in a row nothing had been done by then; 0 when it did something.
    pub idle: u32,
}

/// Whether `now` did nothing, held against `past`, the newest first.
#[must_use]
pub fn judge(now: Effort, past: &[Past]) -> Option<Idle> {
    let looked_at = &past[..past.len().min(LOOK_BACK)];
    let usual: Vec<Effort> =
        looked_at.iter().filter(|p| p.idle == 0).take(COMPARED).map(|p| p.effort).collect();
    if usual.len() < LEAST_COMPARED {
        return None;
    }
    let average = |of: fn(Effort) -> u64| {
        let (sum, count) = (usual.iter().map(|e| of(*e)).sum::<u64>(), usual.len() as u64);
        (sum + count / 2) / count
    };
    let always = |of: fn(Effort) -> u64| usual.iter().all(|effort| of(*effort) > 0);
    let tools = |effort: Effort| u64::from(effort.tools);
    let tokens = |effort: Effort| effort.tokens;
    let found = |sign, had, usual_amount| Idle {
        sign,
        had,
        usual: usual_amount,
        compared: u32::try_from(usual.len()).unwrap_or(u32::MAX),
        in_a_row: past.first().map_or(0, |before| before.idle) + 1,
    };
    if now.traces() > 0 {
        return None;
    }
    if now.tools == 0 && always(tools) {
        return Some(found(Sign::NoTool, 0, average(tools)));
    }
    if always(Effort::traces) {
        return Some(found(Sign::NoTrace, 0, average(Effort::traces)));
    }
    let wrote = average(tokens);
    (wrote >= LEAST_TOKENS && now.tokens.saturating_mul(FAR_BELOW) < wrote)
        .then(|| found(Sign::FewTokens, now.tokens, wrote))
}

impl fmt::Display for Idle {
    /// `Succeeded, and did nothing: no tool was used; its last 5 used 12 on average.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sign, had, usual, compared, in_a_row } = self;
        f.write_str("Succeeded, and did nothing: ")?;
        match sign {
            Sign::NoTool => {
                write!(f, "no tool was used; its last {compared} used {usual} on average.")
            }
            Sign::NoTrace => write!(
                f,
                "nothing was changed and no file left behind; its last {compared} did so {usual} \
                 times on average."
            ),
            Sign::FewTokens => write!(
                f,
                "{had} tokens were written; its last {compared} wrote {usual} on average."
            ),
        }?;
        if *in_a_row > 1 { write!(f, " That is {in_a_row} times in a row.") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
