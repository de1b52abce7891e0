//! Times by the clocks of another zone. Berlin is an hour ahead of UTC.

use crate::at_desk::{due, instant, read, task};
use aegis_domain::Schedule;
use aegis_domain::quick_add;
use chrono_tz::Tz;
use rstest::rstest;

#[rstest]
#[case("at 16:00 utc", "2026-11-21 17:00:00")]
#[case("at 14:00 utc", "2026-11-21 15:00:00")]
#[case("at noon europe/berlin", "2026-11-22 12:00:00")]
#[case("9am america/new_york", "2026-11-21 15:00:00")]
#[case("at 9am America/New_York", "2026-11-21 15:00:00")]
#[case("at 9am in america/new_york", "2026-11-21 15:00:00")]
#[case("tomorrow at 9am asia/tokyo", "2026-11-22 01:00:00")]
#[case("at 9am asia/tokyo tomorrow", "2026-11-22 01:00:00")]
#[case("on friday at 17:00 europe/london", "2026-11-27 18:00:00")]
#[case("2026-12-01 14:30 utc", "2026-12-01 15:30:00")]
#[case("tonight at 23:00 europe/london", "2026-11-22 00:00:00")]
#[case("tomorrow utc", "2026-11-22 10:00:00")]
#[case("in 2 days at 9:00 asia/kolkata", "2026-11-23 04:30:00")]
fn a_time_by_other_clocks_is_an_instant(#[case] when: &str, #[case] expected: &str) {
    for text in [
        format!("remind me {when} to stretch"),
        format!("remind me to stretch {when}"),
        format!("{when} remind me to stretch"),
        format!("{when} run: stretch"),
    ] {
        let task = task(&text);
        assert_eq!((task.title.as_str(), due(&task).as_str()), ("stretch", expected), "{text}");
    }
}

#[test]
fn tomorrow_is_that_of_the_zone_that_is_named() {
    // In Auckland it is Sunday already.
    let now = instant("2026-11-21T20:00:00Z");
    let reading = quick_add::read("remind me tomorrow at 9am pacific/auckland to go", now, Tz::UTC);
    assert_eq!(reading.task.unwrap().schedule, Schedule::at(instant("2026-11-23T09:00:00+13:00")));
}

#[rstest]
#[case("remind me at 9am eat breakfast", "eat breakfast")]
#[case("remind me at 9am and/or later to go", "and/or later to go")]
#[case("remind me at 9am to call europe/berlin", "call europe/berlin")]
#[case("remind me at 9am to fix \"EST\"", "fix \"EST\"")]
#[case("remind me in 5 minutes utc to go", "utc to go")]
fn words_that_are_no_zones_stay_in_the_text(#[case] text: &str, #[case] title: &str) {
    assert_eq!(task(text).title, title);
}

#[test]
fn the_reading_shows_the_time_of_the_reader() {
    let reading = read("remind me at 9am america/new_york to go");
    assert_eq!(reading.summary, "Reminder · today 15:00 (in 30 minutes)");
    let reading = read("remind me every day at 9am america/new_york to go");
    assert_eq!(reading.summary, "Reminder · every day at 09:00 (America/New_York)");
}
