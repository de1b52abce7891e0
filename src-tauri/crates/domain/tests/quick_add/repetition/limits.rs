//! When a repetition begins and ends, and what it leaves out.

use super::reads;
use rstest::rstest;

#[rstest]
#[case("every day at 7am until 1 march", "daily 07:00 until 2027-03-01 23:59")]
#[case("every day at 7am till friday", "daily 07:00 until 2026-11-27 23:59")]
#[case("every day at 7am until 2027-03-01", "daily 07:00 until 2027-03-01 23:59")]
#[case("every day at 7am until friday at 12:00", "daily 07:00 until 2026-11-27 12:00")]
#[case("every day at 7am through friday", "daily 07:00 until 2026-11-27 23:59")]
#[case("every day at 7am until tomorrow", "daily 07:00 until 2026-11-22 23:59")]
#[case("every day at 7am up to 1 march", "daily 07:00 until 2027-03-01 23:59")]
#[case("until 1 march every day at 7am", "daily 07:00 until 2027-03-01 23:59")]
#[case("every day until 1 march at 7am", "daily 07:00 until 2027-03-01 07:00")]
#[case("every weekday at 7am for 10 times", "weekly mon,tue,wed,thu,fri 07:00 x10")]
#[case("every weekday at 7am 10 times", "weekly mon,tue,wed,thu,fri 07:00 x10")]
#[case("every weekday at 7am, ten times", "weekly mon,tue,wed,thu,fri 07:00 x10")]
#[case("10 times every weekday at 7am", "weekly mon,tue,wed,thu,fri 07:00 x10")]
#[case("every day at 7am for 2 weeks", "daily 07:00 until 2026-12-05 14:30")]
#[case("every day at 7am for 3 months", "daily 07:00 until 2027-02-21 14:30")]
#[case("every day at 7am starting monday", "daily 07:00 from 2026-11-23 00:00")]
#[case("every day at 7am starting on 1 december", "daily 07:00 from 2026-12-01 00:00")]
#[case("every day at 7am beginning tomorrow", "daily 07:00 from 2026-11-22 00:00")]
#[case("every day at 7am from 1 december", "daily 07:00 from 2026-12-01 00:00")]
#[case("every day at 7am from 1 december onwards", "daily 07:00 from 2026-12-01 00:00")]
#[case(
    "every day at 7am from 1 december to 24 december",
    "daily 07:00 from 2026-12-01 00:00 until 2026-12-24 23:59"
)]
#[case(
    "every day at 7am from 1 december until 24 december",
    "daily 07:00 from 2026-12-01 00:00 until 2026-12-24 23:59"
)]
#[case(
    "every day at 7am between 1 dec and 24 dec",
    "daily 07:00 from 2026-12-01 00:00 until 2026-12-24 23:59"
)]
#[case("starting monday every day at 7am", "daily 07:00 from 2026-11-23 00:00")]
#[case("every day starting tomorrow at 7am", "daily 07:00 from 2026-11-22 07:00")]
#[case("every day at 7am starting today", "daily 07:00")]
#[case(
    "every day at 7am starting 1 december for 2 weeks",
    "daily 07:00 from 2026-12-01 00:00 until 2026-12-14 23:59"
)]
#[case(
    "every 2 weeks on friday at 7am starting 4 december",
    "weekly fri 07:00 /2 from 2026-12-04 00:00"
)]
#[case(
    "every other tuesday at 18:30 starting 1 december",
    "weekly tue 18:30 /2 from 2026-12-01 00:00"
)]
#[case("every 3 days at 7am starting 1 december", "daily 07:00 /3 from 2026-12-01 00:00")]
#[case(
    "every 3 months on the 1st at 7am starting 15 january",
    "monthly 1 07:00 /3 from 2027-02-01 00:00"
)]
#[case("weekly starting friday", "weekly fri 09:00 from 2026-11-27 00:00")]
#[case("monthly starting 15 january", "monthly 15 09:00 from 2027-01-15 00:00")]
#[case("every day at 7am except 24 december", "daily 07:00 -2026-12-24")]
#[case("every day at 7am except on 24 december", "daily 07:00 -2026-12-24")]
#[case("every day at 7am except 24 december and 1 january", "daily 07:00 -2026-12-24 -2027-01-01")]
#[case("every day at 7am except 2026-12-24 to 2027-01-02", "daily 07:00 -2026-12-24..2027-01-02")]
#[case("every day at 7am except tomorrow", "daily 07:00 -2026-11-22")]
#[case("every day at 7am except sundays", "weekly mon,tue,wed,thu,fri,sat 07:00")]
#[case("every day except sunday at 7am", "weekly mon,tue,wed,thu,fri,sat 07:00")]
#[case("every day at 7am except weekends", "weekly mon,tue,wed,thu,fri 07:00")]
#[case("every weekday at 7am except on fridays", "weekly mon,tue,wed,thu 07:00")]
#[case("every day at 7am but not on sundays", "weekly mon,tue,wed,thu,fri,sat 07:00")]
#[case("every day at 7am excluding 24 december", "daily 07:00 -2026-12-24")]
#[case(
    "every day at 7am starting monday until 1 march except 24 december",
    "daily 07:00 from 2026-11-23 00:00 until 2027-03-01 23:59 -2026-12-24"
)]
#[case(
    "every weekday at 7am starting 1 december, 10 times",
    "weekly mon,tue,wed,thu,fri 07:00 from 2026-12-01 00:00 x10"
)]
fn a_repetition_has_limits(#[case] when: &str, #[case] expected: &str) {
    reads(when, expected);
}
