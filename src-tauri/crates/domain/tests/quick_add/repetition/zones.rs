//! Repetitions by the clocks of another zone.

use super::reads;
use rstest::rstest;

#[rstest]
#[case("every day at 9am utc", "daily 09:00 @UTC")]
#[case("every day at 9am europe/berlin", "daily 09:00")]
#[case("every day at 9am America/New_York", "daily 09:00 @America/New_York")]
#[case("every day at 9am in asia/tokyo", "daily 09:00 @Asia/Tokyo")]
#[case("every weekday europe/london", "weekly mon,tue,wed,thu,fri 09:00 @Europe/London")]
#[case("at 9am asia/tokyo every day", "daily 09:00 @Asia/Tokyo")]
#[case("9am utc every monday", "weekly mon 09:00 @UTC")]
#[case(
    "every 45 min between 9 and 17 america/new_york",
    "every 2700 within 09:00-17:00 @America/New_York"
)]
#[case("every day at 7am utc until 1 march", "daily 07:00 until 2027-03-02 00:59 @UTC")]
fn a_repetition_has_a_zone(#[case] when: &str, #[case] expected: &str) {
    reads(when, expected);
}
