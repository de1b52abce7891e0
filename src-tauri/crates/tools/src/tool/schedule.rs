//! When a task that a tool makes is to run.

use super::tasks::{Schedule as Asked, TaskType};
use crate::registry::ToolError;
use aegis_domain::{ErrorCategory, Schedule};
use serde_json::{Value, json};

/// The schedule that is meant, in the user's own zone unless it says another.
pub(super) fn of(
    task_type: TaskType,
    asked: Option<Asked>,
    zone: &str,
) -> Result<Schedule, ToolError> {
    let Some(asked) = asked else {
        return match task_type {
            TaskType::Oneshot => Ok(Schedule::Now),
            TaskType::Recurring | TaskType::Scheduled => {
                Err(refuse("A task of this type needs a schedule, such as {\"type\": \"daily\"}."))
            }
        };
    };
    let zone = asked.zone.clone().unwrap_or_else(|| zone.to_owned());
    let times = || json!([asked.time.as_deref().unwrap_or("00:00")]);
    let rule = match asked.kind.as_str() {
        "manual" => return Ok(Schedule::Manual),
        "at" | "once" => {
            let at = asked.at.as_deref().ok_or_else(|| refuse("It says no `at`."))?;
            return read(json!({ "kind": "at", "at": at }));
        }
        "every" | "interval" => {
            json!({ "type": "every", "secs": asked.seconds.ok_or_else(|| refuse("It says no `seconds`."))? })
        }
        "hourly" => json!({ "type": "hourly", "minute": minute(asked.time.as_deref()) }),
        "daily" => json!({ "type": "daily", "times": times() }),
        "weekly" => {
            let days: Vec<String> = if asked.days.is_empty() {
                vec!["mon".to_owned()]
            } else {
                asked.days.iter().map(|d| d.to_lowercase().chars().take(3).collect()).collect()
            };
            json!({ "type": "weekly", "days": days, "times": times() })
        }
        "monthly" => {
            let day = asked.day.unwrap_or(1).to_string();
            json!({ "type": "monthly", "days": [day], "times": times() })
        }
        "cron" => {
            let expression = asked.expression.as_deref();
            json!({ "type": "cron", "expression": expression.ok_or_else(|| refuse("It says no `expression`."))? })
        }
        _ => {
            return Err(refuse(
                "Use manual, at, every, hourly, daily, weekly, monthly or cron as its type.",
            ));
        }
    };
    read(json!({ "kind": "recurring", "rule": rule, "zone": zone }))
}

/// The minute of a time such as `:15` or `07:15`.
fn minute(time: Option<&str>) -> u8 {
    time.and_then(|time| time.rsplit(':').next()).and_then(|m| m.parse().ok()).unwrap_or(0)
}

fn read(schedule: Value) -> Result<Schedule, ToolError> {
    serde_json::from_value(schedule).map_err(|error| {
        let error: String =
            error.to_string().chars().filter(|c| !c.is_control()).take(200).collect();
        refuse(&format!("{error}."))
    })
}

fn refuse(what: &str) -> ToolError {
    let message = format!("The schedule cannot be understood. {what}");
    ToolError::new(ErrorCategory::SyntaxError, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn asked(value: Value) -> Asked {
        serde_json::from_value(value).unwrap()
    }

    #[rstest]
    #[case(json!({"type": "daily", "time": "07:00"}))]
    #[case(json!({"type": "hourly"}))]
    #[case(json!({"type": "weekly", "days": ["Monday", "fri"], "time": "09:30"}))]
    #[case(json!({"type": "monthly", "day": 15}))]
    #[case(json!({"type": "every", "seconds": 60}))]
    #[case(json!({"type": "cron", "expression": "0 9 * * mon-fri", "zone": "UTC"}))]
    #[case(json!({"type": "manual"}))]
    #[case(json!({"type": "at", "at": "2030-01-01T07:00:00Z"}))]
    fn the_documents_words_are_understood(#[case] words: Value) {
        let schedule = of(TaskType::Recurring, Some(asked(words.clone())), "Europe/Berlin");
        assert!(schedule.is_ok(), "{words} {schedule:?}");
    }

    #[test]
    fn a_daily_time_is_in_the_users_zone() {
        let words = asked(json!({"type": "daily", "time": "07:00"}));
        let schedule = of(TaskType::Recurring, Some(words), "Europe/Berlin").unwrap();
        let schedule = serde_json::to_value(schedule).unwrap();
        assert_eq!(schedule["zone"], "Europe/Berlin");
        assert_eq!(schedule["rule"]["times"], json!(["07:00"]));
    }

    #[rstest]
    #[case(None)]
    #[case(Some(json!({"type": "fortnightly"})))]
    #[case(Some(json!({"type": "daily", "time": "7 o'clock"})))]
    #[case(Some(json!({"type": "at"})))]
    #[case(Some(json!({"type": "every"})))]
    #[case(Some(json!({"type": "cron"})))]
    fn what_is_not_understood_is_refused_in_words(#[case] words: Option<Value>) {
        let refused = of(TaskType::Recurring, words.map(asked), "UTC").unwrap_err();
        assert_eq!(refused.category, ErrorCategory::SyntaxError);
        assert!(refused.message.ends_with('.'), "{}", refused.message);
    }
}
