//! Times on the days on which the clocks change.

use crate::at_desk::instant;
use aegis_domain::Schedule;
use aegis_domain::quick_add;
use chrono_tz::Tz;
use rstest::rstest;

#[rstest]
// Berlin, 29 March 2026: 02:00 becomes 03:00.
#[case(
    "Europe/Berlin",
    "2026-03-28T12:00:00+01:00",
    "tomorrow at 02:30",
    "2026-03-29T03:00:00+02:00",
    "02:30 is left out on 29 March, because the clocks go forward; 03:00 is used."
)]
#[case(
    "Europe/Berlin",
    "2026-03-28T12:00:00+01:00",
    "2026-03-29 02:00",
    "2026-03-29T03:00:00+02:00",
    "02:00 is left out on 29 March, because the clocks go forward; 03:00 is used."
)]
#[case(
    "Europe/Berlin",
    "2026-03-29T01:00:00+01:00",
    "at 02:30",
    "2026-03-29T03:00:00+02:00",
    "02:30 is left out on 29 March, because the clocks go forward; 03:00 is used."
)]
#[case(
    "Europe/Berlin",
    "2026-03-28T02:30:00+01:00",
    "in 1 day",
    "2026-03-29T03:00:00+02:00",
    "02:30 is left out on 29 March, because the clocks go forward; 03:00 is used."
)]
#[case("Europe/Berlin", "2026-03-28T12:00:00+01:00", "in 1 day", "2026-03-29T12:00:00+02:00", "")]
#[case(
    "Europe/Berlin",
    "2026-03-28T12:00:00+01:00",
    "in 24 hours",
    "2026-03-29T13:00:00+02:00",
    ""
)]
#[case("Europe/Berlin", "2026-03-29T01:30:00+01:00", "in 1 hour", "2026-03-29T03:30:00+02:00", "")]
// Once the gap is over, the time that it swallowed is that of tomorrow.
#[case(
    "Europe/Berlin",
    "2026-03-29T03:00:00+02:00",
    "at 02:30",
    "2026-03-30T02:30:00+02:00",
    "02:30 has passed today, so tomorrow is meant."
)]
// Berlin, 25 October 2026: 03:00 becomes 02:00.
#[case(
    "Europe/Berlin",
    "2026-10-24T12:00:00+02:00",
    "tomorrow at 02:30",
    "2026-10-25T02:30:00+02:00",
    "02:30 comes twice on 25 October, because the clocks go back; the first one is used."
)]
#[case(
    "Europe/Berlin",
    "2026-10-25T02:40:00+02:00",
    "at 02:30",
    "2026-10-25T02:30:00+01:00",
    "02:30 comes twice on 25 October, because the clocks go back; the second one is used."
)]
#[case(
    "Europe/Berlin",
    "2026-10-25T02:40:00+01:00",
    "at 02:30",
    "2026-10-26T02:30:00+01:00",
    "02:30 has passed today, so tomorrow is meant."
)]
#[case("Europe/Berlin", "2026-10-25T02:30:00+02:00", "in 1 hour", "2026-10-25T02:30:00+01:00", "")]
#[case(
    "Europe/Berlin",
    "2026-10-25T02:30:00+01:00",
    "in 30 minutes",
    "2026-10-25T03:00:00+01:00",
    ""
)]
// Other clocks.
#[case(
    "America/New_York",
    "2026-03-07T12:00:00-05:00",
    "tomorrow at 02:30",
    "2026-03-08T03:00:00-04:00",
    "02:30 is left out on 8 March, because the clocks go forward; 03:00 is used."
)]
#[case(
    "Australia/Lord_Howe",
    "2026-10-03T12:00:00+10:30",
    "tomorrow at 02:10",
    "2026-10-04T02:30:00+11:00",
    "02:10 is left out on 4 October, because the clocks go forward; 02:30 is used."
)]
#[case(
    "America/Santiago",
    "2026-09-05T12:00:00-04:00",
    "at midnight",
    "2026-09-06T01:00:00-03:00",
    "00:00 is left out on 6 September, because the clocks go forward; 01:00 is used."
)]
#[case(
    "Pacific/Apia",
    "2011-12-29T12:00:00-10:00",
    "tomorrow at 12:00",
    "2011-12-31T00:00:00+14:00",
    "12:00 is left out on 30 December, because the clocks go forward; 00:00 on 31 December is used."
)]
#[case("Asia/Kathmandu", "2026-11-21T14:30:00+05:45", "at 16:00", "2026-11-21T16:00:00+05:45", "")]
fn a_time_is_found_when_the_clocks_change(
    #[case] zone: Tz,
    #[case] now: &str,
    #[case] when: &str,
    #[case] expected: &str,
    #[case] assumption: &str,
) {
    let reading = quick_add::read(&format!("remind me {when} to stretch"), instant(now), zone);
    assert_eq!(reading.task.unwrap().schedule, Schedule::at(instant(expected)));
    let expected: Vec<_> = (!assumption.is_empty()).then_some(assumption).into_iter().collect();
    assert_eq!(reading.assumptions, expected);
}
