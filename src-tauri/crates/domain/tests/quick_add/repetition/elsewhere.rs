//! Repetitions whose parts stand apart, and words that look like one.

use crate::at_desk::{due, problem, read, task};
use rstest::rstest;

#[rstest]
#[case(
    "remind me every weekday to exercise at 7am",
    "exercise",
    "weekly mon,tue,wed,thu,fri 07:00"
)]
#[case(
    "at 7am remind me to exercise every weekday",
    "exercise",
    "weekly mon,tue,wed,thu,fri 07:00"
)]
#[case(
    "remind me every day p8 at 7am until 1 march #x to go",
    "go",
    "daily 07:00 until 2027-03-01 23:59"
)]
#[case("remind me every day to go at 9am asia/tokyo", "go", "daily 09:00 @Asia/Tokyo")]
#[case("remind me every day to walk until 1 march", "walk", "daily 09:00 until 2027-03-01 23:59")]
#[case(
    "starting monday remind me to walk every day at 7am",
    "walk",
    "daily 07:00 from 2026-11-23 00:00"
)]
#[case(
    "remind me every 45 min to stretch between 9 and 17 on weekdays",
    "stretch",
    "every 2700 within 09:00-17:00 mon tue wed thu fri"
)]
#[case(
    "remind me every 30 min to stretch until 18:00",
    "stretch",
    "every 1800 until 2026-11-21 18:00"
)]
#[case(
    "remind me on weekdays to stretch every 45 min",
    "stretch",
    "every 2700 within 00:00-23:59 mon tue wed thu fri"
)]
#[case(
    "remind me every 2 weeks to clean on mondays",
    "clean",
    "weekly mon 09:00 /2 from 2026-11-23 00:00"
)]
#[case("remind me every evening to read", "read", "daily 18:00")]
#[case("remind me in the evening to read every day", "read", "daily 18:00")]
#[case("remind me every weekday at 7am except \"fridays\" to go", "", "")]
fn parts_of_a_repetition_may_stand_apart(
    #[case] text: &str,
    #[case] title: &str,
    #[case] expected: &str,
) {
    if expected.is_empty() {
        assert!(problem(text).message.starts_with("No day follows"));
        return;
    }
    let task = task(text);
    assert_eq!((task.title.as_str(), due(&task).as_str()), (title, expected));
}

#[rstest]
#[case("remind me every day to walk for 30 minutes", "walk for 30 minutes", "daily 09:00")]
#[case("remind me every day to work until 17:00", "work until 17:00", "daily 09:00")]
#[case("remind me every day to be there from 9 to 17", "be there from 9 to 17", "daily 09:00")]
#[case("remind me every day to say it 10 times", "say it 10 times", "daily 09:00")]
#[case("remind me every friday to prepare for monday", "prepare for monday", "weekly fri 09:00")]
#[case("remind me every week to plan tomorrow", "plan tomorrow", "weekly sat 09:00")]
#[case("remind me every day at 7am to call at 16:00", "call at 16:00", "daily 07:00")]
#[case("remind me every day at 7am to read \"every day\"", "read every day", "daily 07:00")]
#[case("remind me every day at 7am to read the daily news", "read the daily news", "daily 07:00")]
#[case("remind me every monday at 7am to read the daily", "read the daily", "weekly mon 07:00")]
#[case(
    "remind me tomorrow at 7am to write the weekly report",
    "write the weekly report",
    "2026-11-22 07:00:00"
)]
#[case(
    "remind me tomorrow at 7am to check every window",
    "check every window",
    "2026-11-22 07:00:00"
)]
#[case(
    "remind me tomorrow at 7am to make every second count",
    "make every second count",
    "2026-11-22 07:00:00"
)]
#[case(
    "remind me tomorrow at 7am to plan for every day",
    "plan for every day",
    "2026-11-22 07:00:00"
)]
#[case("remind me tomorrow at 7am to buy sun cream", "buy sun cream", "2026-11-22 07:00:00")]
#[case("remind me tomorrow at 7am to say it 10 times", "say it 10 times", "2026-11-22 07:00:00")]
#[case(
    "remind me tomorrow at 7am to stay until friday",
    "stay until friday",
    "2026-11-22 07:00:00"
)]
#[case(
    "remind me tomorrow at 7am to eat between 9 and 17",
    "eat between 9 and 17",
    "2026-11-22 07:00:00"
)]
#[case("remind me on the 1st to pay for the 2nd", "pay for the 2nd", "2026-12-01 09:00:00")]
fn words_of_the_text_stay_in_it(#[case] text: &str, #[case] title: &str, #[case] expected: &str) {
    let task = task(text);
    assert_eq!((task.title.as_str(), due(&task).as_str()), (title, expected));
}

#[rstest]
#[case("remind me every day to work until 17:00", "“until 17:00” is kept as text.")]
#[case("remind me every friday to prepare for monday", "“for monday” is kept as text.")]
#[case(
    "remind me every week to plan tomorrow",
    "“tomorrow” is kept as text; the time is “every week”."
)]
#[case("remind me tomorrow at 7am to plan for every day", "“for every day” is kept as text.")]
#[case(
    "remind me every day until dark to go",
    "“until” is kept as text, because no day or time follows it."
)]
#[case(
    "remind me every monday at 7am to read the daily",
    "“daily” is kept as text; the time is “every monday at 7am”."
)]
fn what_is_kept_as_text_is_told(#[case] text: &str, #[case] sentence: &str) {
    let reading = read(text);
    assert!(reading.task.is_ok(), "{:?}", reading.task);
    assert!(reading.assumptions.iter().any(|said| said == sentence), "{:?}", reading.assumptions);
}
