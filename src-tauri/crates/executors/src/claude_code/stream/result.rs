//! The last message of a session: how it went, as Claude Code says.

use aegis_domain::Usd;
use serde_json::{Map, Value};

use super::message::{Tokens, cut, whole, word};

/// Most of each list that is looked at.
const MOST: usize = 100;

/// How a session ended.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Final {
    /// Of which kind: `success`, `error_max_turns`, …
    pub(crate) kind: Option<String>,
    /// It went wrong. An end that does not say so is one that went wrong.
    pub(crate) failed: bool,
    /// What it said last.
    pub(crate) text: String,
    /// What went wrong, in its words.
    pub(crate) errors: Vec<String>,
    /// The status of HTTP that the service gave, if that is what went wrong.
    pub(crate) status: Option<u64>,
    /// Why the model stopped.
    pub(crate) stop_reason: Option<String>,
    /// How many turns it took.
    pub(crate) turns: u64,
    /// What it used in all.
    pub(crate) tokens: Tokens,
    /// What it cost, as Claude Code reckons.
    pub(crate) cost: Option<Usd>,
    /// What it was not allowed to do.
    pub(crate) denials: Vec<Denial>,
    /// The call at which it stopped, to be decided later.
    pub(crate) deferred: Option<String>,
}

/// A call that was not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// Which tool.
    pub(crate) tool: String,
    /// Which call.
    pub(crate) call: Option<String>,
}

impl Final {
    pub(super) fn of(kind: Option<&str>, all: &mut Map<String, Value>) -> Self {
        let list = |name| all.get(name).and_then(Value::as_array).into_iter().flatten().take(MOST);
        let errors = list("errors").filter_map(Value::as_str).map(|text| cut(text.to_owned()));
        let denials = list("permission_denials").filter_map(|denial| {
            let tool = word(denial.get("tool_name"))?;
            Some(Denial { tool, call: word(denial.get("tool_use_id")) })
        });
        let deferred = all.get("deferred_tool_use").and_then(|call| word(call.get("name")));
        Self {
            kind: kind.map(str::to_owned),
            failed: all.get("is_error").and_then(Value::as_bool) != Some(false),
            errors: errors.collect(),
            denials: denials.collect(),
            deferred,
            status: all.get("api_error_status").and_then(whole),
            stop_reason: word(all.get("stop_reason")),
            turns: all.get("num_turns").and_then(whole).unwrap_or(0),
            tokens: tokens(all),
            cost: all.get("total_cost_usd").and_then(Value::as_f64).and_then(dollars),
            text: match all.get_mut("result").map(Value::take) {
                Some(Value::String(text)) => cut(text),
                _ => String::new(),
            },
        }
    }
}

/// What all models used; without such a list, what the session says of itself.
fn tokens(all: &Map<String, Value>) -> Tokens {
    let models = all.get("modelUsage").and_then(Value::as_object).filter(|all| !all.is_empty());
    let Some(models) = models else { return Tokens::of(all.get("usage")) };
    let sum = |name: &str| {
        let each = models.values().take(MOST).filter_map(|model| whole(model.get(name)?));
        each.fold(0, u64::saturating_add)
    };
    Tokens {
        input: sum("inputTokens"),
        cache_read: sum("cacheReadInputTokens"),
        cache_write: sum("cacheCreationInputTokens"),
        output: sum("outputTokens"),
    }
}

/// An amount that can be: to the next millionth of a dollar.
fn dollars(amount: f64) -> Option<Usd> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It is between the two.
    (0.0..=1_000_000.0).contains(&amount).then(|| Usd::from_micros((amount * 1e6).round() as u64))
}
