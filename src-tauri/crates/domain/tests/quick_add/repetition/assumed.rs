//! What a repetition leaves open, and how it is said.

use crate::at_desk::{due, read, read_at};
use rstest::rstest;

#[rstest]
#[case("every day", &["No time of day is given; 09:00 is used."])]
#[case("every day at 7", &["07:00 is meant; write 19:00 if it is to be in the evening."])]
#[case("every morning", &["“every morning” is read as 09:00."])]
#[case("every night at 11", &["“every night at 11” is read as 23:00."])]
#[case("every monday night at 1", &["“every monday night at 1” is read as 01:00 on the day after."])]
#[case("every monday at midnight", &["“every monday at midnight” is read as the beginning of that day."])]
#[case("mon, wed, fri 6:30am", &["“mon, wed, fri 6:30am” is read as every week."])]
#[case("first monday of the month at 10am", &["“first monday of the month at 10am” is read as every month."])]
#[case("on the 1st and 15th at 10am", &["“on the 1st and 15th at 10am” is read as every month."])]
#[case("every first monday at 10am", &["“every first monday at 10am” is read as a day of every month."])]
#[case("weekly at 10am", &["No day is given; Saturday, as today, is used."])]
#[case("weekly at 10am starting friday", &["No day is given; Friday, as at its beginning, is used."])]
#[case("monthly at 10am", &["No day is given; the 21st, as today, is used."])]
#[case("yearly at 10am", &["No day is given; 21 November, as today, is used."])]
#[case("on the 31st of every month at 10am", &["Months without a 31st are left out."])]
#[case("every 29 february at 10am", &["29 February comes in leap years only."])]
#[case("every other tuesday at 18:30", &["The first time is on Tuesday 24 November."])]
#[case("every other day at 18:00", &["The first time is on Saturday 21 November."])]
#[case(
    "every second tuesday at 18:30",
    &[
        "“every second tuesday at 18:30” is read as every 2 weeks; for the one of the month, add “of the month”.",
        "The first time is on Tuesday 24 November.",
    ]
)]
#[case("every hour", &["No minute is given; the full hour is used."])]
#[case("every hour at 15", &["“every hour at 15” is read as every hour at :15."])]
#[case("every 30 min from 8 to 6", &["“from 8 to 6” is read as 08:00 to 18:00."])]
#[case("every 30 min from 20:00 to midnight", &["“from 20:00 to midnight” is read as 20:00 to 23:59."])]
#[case("every 30 min until 18:00", &["“until 18:00” is read as 18:00 on Saturday 21 November 2026."])]
#[case("every day at 7am until 1 march", &["“until 1 march” is read as up to the end of Monday 1 March 2027."])]
#[case("every day at 7am for 2 weeks", &["“for 2 weeks” is read as until 14:30 on Saturday 5 December 2026."])]
#[case("every day at 7am except 24 december", &["Thursday 24 December 2026 is left out, and no day of other years."])]
#[case("every day at 7am starting next friday", &["“starting next friday” is read as Friday 27 November 2026."])]
fn what_was_assumed_is_said(#[case] when: &str, #[case] sentences: &[&str]) {
    let reading = read(&format!("remind me {when} to stretch"));
    assert!(reading.task.is_ok(), "{:?}", reading.task);
    assert_eq!(reading.assumptions, sentences);
}

#[rstest]
#[case("every day at 7am")]
#[case("every day at 7 and 19")]
#[case("every weekday at 18:30")]
#[case("mondays at 7am")]
#[case("on the last friday of every month at 17:00")]
#[case("every 24 december at 18:00")]
#[case("every 45 min")]
#[case("every hour at :15")]
#[case("every 45 min between 9 and 17 on weekdays")]
#[case("every day at 7am starting monday")]
#[case("every day at 7am, 10 times")]
#[case("every day at 9am utc")]
#[case("every day at 7am except 2026-12-24")]
fn what_can_mean_only_one_thing_assumes_nothing(#[case] when: &str) {
    let reading = read(&format!("remind me {when} to stretch"));
    assert_eq!(reading.assumptions, Vec::<String>::new());
}

#[rstest]
// A Tuesday, before and after the time.
#[case("2026-11-24T08:00:00+01:00", "every other tuesday at 18:30", "weekly tue 18:30 /2")]
#[case(
    "2026-11-24T19:00:00+01:00",
    "every other tuesday at 18:30",
    "weekly tue 18:30 /2 from 2026-12-01 00:00"
)]
#[case("2026-01-31T12:00:00+01:00", "monthly", "monthly 31 09:00")]
#[case(
    "2027-12-31T23:59:59+01:00",
    "every other day at 7am",
    "daily 07:00 /2 from 2028-01-01 00:00"
)]
// The clocks go forward that night: the day begins where it begins.
#[case("2026-03-28T12:00:00+01:00", "every 2 days at 2:30", "daily 02:30 /2 from 2026-03-29 00:00")]
#[case(
    "2026-03-28T12:00:00+01:00",
    "every day at 7am until tomorrow",
    "daily 07:00 until 2026-03-29 23:59"
)]
fn the_moment_decides(#[case] now: &str, #[case] when: &str, #[case] expected: &str) {
    let task = read_at(&format!("remind me {when} to stretch"), now).task.unwrap();
    assert_eq!(due(&task), expected);
}
