//! When a reminder is due.

use crate::at_desk::{due, read, read_at, task};
use rstest::rstest;

#[rstest]
// A length of time from now.
#[case("in 30 seconds", "2026-11-21 14:30:30")]
#[case("in 1 minute", "2026-11-21 14:31:00")]
#[case("in a minute", "2026-11-21 14:31:00")]
#[case("in 45 min", "2026-11-21 15:15:00")]
#[case("in 1h", "2026-11-21 15:30:00")]
#[case("in 1h30", "2026-11-21 16:00:00")]
#[case("in 1h30m", "2026-11-21 16:00:00")]
#[case("in 1 hour and 5 minutes", "2026-11-21 15:35:00")]
#[case("in half an hour", "2026-11-21 15:00:00")]
#[case("in an hour and a half", "2026-11-21 16:00:00")]
#[case("in 1.5 hours", "2026-11-21 16:00:00")]
#[case("in 24 hours", "2026-11-22 14:30:00")]
#[case("in 2 days", "2026-11-23 14:30:00")]
#[case("in 2 days at 9:00", "2026-11-23 09:00:00")]
#[case("in a week", "2026-11-28 14:30:00")]
#[case("in six months", "2027-05-21 14:30:00")]
#[case("in 3 months and 10 days", "2027-03-03 14:30:00")]
#[case("in a year", "2027-11-21 14:30:00")]
#[case("IN 1 MINUTE", "2026-11-21 14:31:00")]
// A time of day.
#[case("at 14:31", "2026-11-21 14:31:00")]
#[case("at 23:59", "2026-11-21 23:59:00")]
#[case("at 14:30", "2026-11-22 14:30:00")]
#[case("at 7am", "2026-11-22 07:00:00")]
#[case("at 7 am", "2026-11-22 07:00:00")]
#[case("at 7pm", "2026-11-21 19:00:00")]
#[case("at 7:15pm", "2026-11-21 19:15:00")]
#[case("at 7", "2026-11-22 07:00:00")]
#[case("at 19", "2026-11-21 19:00:00")]
#[case("at 7 o'clock", "2026-11-22 07:00:00")]
#[case("at 7 in the evening", "2026-11-21 19:00:00")]
#[case("at 11 at night", "2026-11-21 23:00:00")]
#[case("at noon", "2026-11-22 12:00:00")]
#[case("at midnight", "2026-11-22 00:00:00")]
#[case("14:45", "2026-11-21 14:45:00")]
#[case("5pm", "2026-11-21 17:00:00")]
#[case("in the evening", "2026-11-21 18:00:00")]
#[case("in the morning", "2026-11-22 09:00:00")]
// A day, with or without a time of day.
#[case("today at 18:00", "2026-11-21 18:00:00")]
#[case("today 6pm", "2026-11-21 18:00:00")]
#[case("today at midnight", "2026-11-22 00:00:00")]
#[case("this evening", "2026-11-21 18:00:00")]
#[case("this evening at 8", "2026-11-21 20:00:00")]
#[case("tonight", "2026-11-21 20:00:00")]
#[case("tonight at 11", "2026-11-21 23:00:00")]
#[case("tonight at 23:30", "2026-11-21 23:30:00")]
#[case("tonight at 1", "2026-11-22 01:00:00")]
#[case("tonight at 12", "2026-11-22 00:00:00")]
#[case("tonight at midnight", "2026-11-22 00:00:00")]
#[case("tomorrow", "2026-11-22 09:00:00")]
#[case("tomorrow at 7am", "2026-11-22 07:00:00")]
#[case("tomorrow 7am", "2026-11-22 07:00:00")]
#[case("tomorrow, at 7am,", "2026-11-22 07:00:00")]
#[case("at 7am tomorrow", "2026-11-22 07:00:00")]
#[case("tomorrow noon", "2026-11-22 12:00:00")]
#[case("tomorrow morning", "2026-11-22 09:00:00")]
#[case("tomorrow morning at 7", "2026-11-22 07:00:00")]
#[case("tomorrow in the afternoon", "2026-11-22 15:00:00")]
#[case("at 8 tomorrow evening", "2026-11-22 20:00:00")]
#[case("tomorrow night at 2", "2026-11-23 02:00:00")]
#[case("the day after tomorrow at 8:00", "2026-11-23 08:00:00")]
#[case("on friday", "2026-11-27 09:00:00")]
#[case("on Friday at 18:30", "2026-11-27 18:30:00")]
#[case("friday", "2026-11-27 09:00:00")]
#[case("friday evening", "2026-11-27 18:00:00")]
#[case("this friday at noon", "2026-11-27 12:00:00")]
#[case("next fri", "2026-11-27 09:00:00")]
#[case("next fri at 10am", "2026-11-27 10:00:00")]
#[case("at 10am on monday", "2026-11-23 10:00:00")]
#[case("on saturday at 18:00", "2026-11-21 18:00:00")]
#[case("on saturday at 10:00", "2026-11-28 10:00:00")]
#[case("on saturday", "2026-11-28 09:00:00")]
#[case("next saturday at 18:00", "2026-11-28 18:00:00")]
#[case("2026-12-01", "2026-12-01 09:00:00")]
#[case("on 2026-12-01", "2026-12-01 09:00:00")]
#[case("2026-12-01 14:30", "2026-12-01 14:30:00")]
#[case("on 2026-12-01 at 2pm", "2026-12-01 14:00:00")]
#[case("at 14:30 on 2026-12-01", "2026-12-01 14:30:00")]
#[case("1 december", "2026-12-01 09:00:00")]
#[case("on the 24th of december at 18:00", "2026-12-24 18:00:00")]
#[case("dec 24 at 6pm", "2026-12-24 18:00:00")]
#[case("at 6pm on dec 24", "2026-12-24 18:00:00")]
#[case("january 2nd", "2027-01-02 09:00:00")]
#[case("29 february", "2028-02-29 09:00:00")]
#[case("21 november 2027 at 9:00", "2027-11-21 09:00:00")]
#[case("2026-12-01T14:30", "2026-12-01 14:30:00")]
#[case("2026-12-01T14:30:15", "2026-12-01 14:30:15")]
#[case("2026-12-01T14:30:00Z", "2026-12-01 15:30:00")]
#[case("2026-12-01t14:30:00+05:30", "2026-12-01 10:00:00")]
fn a_time_is_understood_in_front_of_the_text_and_behind_it(
    #[case] when: &str,
    #[case] expected: &str,
) {
    for text in [
        format!("remind me {when} to stretch"),
        format!("remind me to stretch {when}"),
        format!("{when} remind me to stretch"),
        format!("Remind me, {when}: stretch"),
    ] {
        let task = task(&text);
        assert_eq!((task.title.as_str(), due(&task).as_str()), ("stretch", expected), "{text}");
    }
}

#[rstest]
#[case("at 14:30", "14:30 has passed today, so tomorrow is meant.")]
#[case("at 7", "07:00 is meant; write 19:00 if it is to be in the evening.")]
#[case("at 7", "07:00 has passed today, so tomorrow is meant.")]
#[case("tomorrow at 2", "02:00 is meant; write 14:00 if it is to be in the afternoon.")]
#[case("tomorrow", "No time of day is given; 09:00 is used.")]
#[case("tomorrow morning", "“tomorrow morning” is read as 09:00.")]
#[case("tonight", "“tonight” is read as 20:00.")]
#[case("tonight at 11", "“tonight at 11” is read as 23:00.")]
#[case("tonight at 1", "“tonight at 1” is read as 01:00 on Sunday 22 November.")]
#[case("next fri at 10am", "“next fri at 10am” is read as Friday 27 November.")]
#[case("on saturday at 18:00", "“on saturday at 18:00” is today: Saturday 21 November.")]
#[case("on saturday at 10:00", "“on saturday at 10:00” is read as Saturday 28 November.")]
#[case("january 2nd", "“january 2nd” is read as 2 January 2027.")]
#[case("friday at midnight", "“friday at midnight” is read as the beginning of that day.")]
fn what_was_assumed_is_said(#[case] when: &str, #[case] sentence: &str) {
    let reading = read(&format!("remind me {when} to stretch"));
    assert!(reading.task.is_ok(), "{:?}", reading.task);
    assert!(reading.assumptions.iter().any(|said| said == sentence), "{:?}", reading.assumptions);
}

#[rstest]
#[case("in 1 minute")]
#[case("at 19:00")]
#[case("at 7pm")]
#[case("at midnight")]
#[case("tomorrow at 7am")]
#[case("tomorrow at 07:00")]
#[case("at 8 tomorrow evening")]
#[case("on friday at 18:30")]
#[case("2026-12-01 14:30")]
#[case("tonight at 23:00")]
fn what_can_mean_only_one_thing_assumes_nothing(#[case] when: &str) {
    let reading = read(&format!("remind me {when} to stretch"));
    assert_eq!(reading.assumptions, Vec::<String>::new());
}

#[test]
fn a_short_weekday_is_a_day_in_front_of_the_text_only() {
    let in_front = task("remind me sun at 10am to stretch");
    assert_eq!(
        (in_front.title.as_str(), due(&in_front).as_str()),
        ("stretch", "2026-11-22 10:00:00")
    );
    let behind = task("remind me tonight to enjoy the sun");
    assert_eq!(behind.title, "enjoy the sun");
}

#[rstest]
#[case("2026-11-22T00:30:00+01:00", "tonight at 1", "2026-11-22 01:00:00")]
#[case("2026-11-22T01:30:00+01:00", "tonight at 1", "2026-11-23 01:00:00")]
#[case("2026-11-22T00:30:00+01:00", "tonight at 11", "2026-11-22 23:00:00")]
#[case("2026-12-31T23:59:30+01:00", "in 1 minute", "2027-01-01 00:00:30")]
#[case("2026-12-31T23:59:30+01:00", "tomorrow at 7am", "2027-01-01 07:00:00")]
#[case("2027-01-31T12:00:00+01:00", "in 1 month", "2027-02-28 12:00:00")]
#[case("2028-02-29T12:00:00+01:00", "in 1 year", "2029-02-28 12:00:00")]
#[case("2026-11-23T08:00:00+01:00", "monday", "2026-11-30 09:00:00")]
fn the_moment_decides(#[case] now: &str, #[case] when: &str, #[case] expected: &str) {
    let task = read_at(&format!("remind me {when} to stretch"), now).task.unwrap();
    assert_eq!(due(&task), expected);
}
