//! Through the day: every hour, every 45 minutes.

use super::reads;
use rstest::rstest;

#[rstest]
#[case("every hour", "hourly :00")]
#[case("hourly", "hourly :00")]
#[case("once an hour", "hourly :00")]
#[case("every hour at :15", "hourly :15")]
#[case("every hour at minute 15", "hourly :15")]
#[case("every hour at quarter past", "hourly :15")]
#[case("every hour at half past", "hourly :30")]
#[case("every hour on the hour", "hourly :00")]
#[case("every hour at 15", "hourly :15")]
#[case("hourly at :30", "hourly :30")]
#[case("every hour at :15 and :45", "cron 15,45 * * * *")]
#[case("every 2 hours", "every 7200")]
#[case("every two hours", "every 7200")]
#[case("every 2h", "every 7200")]
#[case("every 1h30", "every 5400")]
#[case("every 1.5 hours", "every 5400")]
#[case("every hour and a half", "every 5400")]
#[case("every half hour", "every 1800")]
#[case("every half an hour", "every 1800")]
#[case("every 45 min", "every 2700")]
#[case("every 45 minutes", "every 2700")]
#[case("every 45min", "every 2700")]
#[case("every 5m", "every 300")]
#[case("every minute", "every 60")]
#[case("every 30 seconds", "every 30")]
#[case("every 1 day 12 hours", "every 129600")]
#[case("every 90 minutes", "every 5400")]
#[case(
    "every 45 min between 9 and 17 on weekdays",
    "every 2700 within 09:00-17:00 mon tue wed thu fri"
)]
#[case(
    "every 45 min on weekdays between 9 and 17",
    "every 2700 within 09:00-17:00 mon tue wed thu fri"
)]
#[case("every 45 min between 9:00 and 17:00", "every 2700 within 09:00-17:00")]
#[case("every 45 min weekdays", "every 2700 within 00:00-23:59 mon tue wed thu fri")]
#[case("every 30 minutes from 8am to 6pm", "every 1800 within 08:00-18:00")]
#[case("every 30 minutes from 8 to 6", "every 1800 within 08:00-18:00")]
#[case("every 30 minutes between 8 and noon", "every 1800 within 08:00-12:00")]
#[case("every 30 minutes from 20:00 to midnight", "every 1800 within 20:00-23:59")]
#[case(
    "every 20 min from 9:00 to 17:00 mon-fri",
    "every 1200 within 09:00-17:00 mon tue wed thu fri"
)]
#[case(
    "every 20 min between 9 and 17 on mon, wed and fri",
    "every 1200 within 09:00-17:00 mon wed fri"
)]
#[case("every hour between 9 and 17", "every 3600 within 09:00-17:00")]
#[case("every hour on weekdays", "every 3600 within 00:00-23:59 mon tue wed thu fri")]
#[case("every hour at :15 between 9 and 17", "every 3600 within 09:15-17:00")]
#[case("every 2 hours except on weekends", "every 7200 within 00:00-23:59 mon tue wed thu fri")]
#[case("every 2 hours starting at 18:00", "every 7200 from 2026-11-21 18:00")]
#[case("every 15 min until 18:00", "every 900 until 2026-11-21 18:00")]
fn something_repeats_through_the_day(#[case] when: &str, #[case] expected: &str) {
    reads(when, expected);
}
