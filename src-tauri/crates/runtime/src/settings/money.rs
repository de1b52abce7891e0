//! What the settings say of money and of questions: what every decision has to go by.

use super::SettingsError;
use super::environment::Environment;
use super::file::Values;
use aegis_domain::{Terms, Usd, UsdError};
use aegis_protocol::UpdateSettings;
use chrono::TimeDelta;
use chrono_tz::Tz;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::ops::RangeInclusive;

/// Seconds that an answer is waited for: a minute to a year. 0 is for ever.
pub(super) const EXPIRY_SECS: RangeInclusive<u64> = 60..=366 * 24 * 3600;

/// Why a text is no budget of a day.
#[derive(Debug, thiserror::Error)]
pub(super) enum BudgetError {
    #[error(transparent)]
    Amount(#[from] UsdError),
    #[error("a day on which nothing may be spent is no budget")]
    Nothing,
}

/// An amount of dollars; `none`, or nothing, is no budget.
pub(super) fn budget(text: &str) -> Result<Option<Usd>, BudgetError> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    let amount: Usd = text.parse()?;
    if amount.is_zero() { Err(BudgetError::Nothing) } else { Ok(Some(amount)) }
}

/// Whether questions can be waited for so many seconds.
pub(super) fn can_expire(secs: u64) -> bool {
    secs == 0 || EXPIRY_SECS.contains(&secs)
}

/// Dollars, as a number or as text; `"none"` is no budget.
pub(super) fn read_budget<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Usd>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Amount {
        Text(String),
        Whole(u64),
        Part(f64),
    }
    let wanted = "daily_budget has to be an amount in dollars, or \"none\"";
    let text = match Amount::deserialize(deserializer).map_err(|_| D::Error::custom(wanted))? {
        Amount::Text(text) => text,
        Amount::Whole(amount) => amount.to_string(),
        Amount::Part(amount) => amount.to_string(),
    };
    budget(&text).map_err(|error| D::Error::custom(format!("daily_budget: {error}")))
}

/// Seconds within [`EXPIRY_SECS`], or 0.
pub(super) fn read_expiry<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let secs = u64::deserialize(deserializer)?;
    if can_expire(secs) {
        return Ok(secs);
    }
    let (least, most) = (EXPIRY_SECS.start(), EXPIRY_SECS.end());
    Err(D::Error::custom(format!(
        "question_expiry_secs is {secs}, and has to be 0, which is for ever, or from {least} to {most}"
    )))
}

/// Changes what is named.
pub(super) fn change(values: &mut Values, update: &UpdateSettings) -> Result<(), SettingsError> {
    if let Some(text) = &update.daily_budget {
        values.daily_budget =
            budget(text).map_err(|e| SettingsError::DailyBudget(e.to_string()))?;
    }
    if let Some(value) = update.question_expiry_secs {
        if !can_expire(value) {
            let setting = "question_expiry_secs";
            return Err(SettingsError::OutOfRange { setting, value, range: EXPIRY_SECS });
        }
        values.question_expiry_secs = value;
    }
    Ok(())
}

/// What a day may cost, with what the environment overrides.
pub(super) fn daily_budget(values: &Values, environment: &Environment) -> Option<Usd> {
    environment.daily_budget.unwrap_or(values.daily_budget)
}

/// What every decision has to go by. Which executors cost money the engine knows.
pub(super) fn terms(values: &Values, environment: &Environment, zone: Tz) -> Terms {
    let secs = i64::try_from(values.question_expiry_secs).unwrap_or(0);
    Terms {
        zone,
        daily_budget: daily_budget(values, environment),
        question_expiry: (secs > 0).then(|| TimeDelta::seconds(secs)),
        ..Terms::default()
    }
}
