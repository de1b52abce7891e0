//! Days of the year.

use super::reads;
use rstest::rstest;

#[rstest]
#[case("every year on 24 december", "cron 0 9 24 12 *")]
#[case("every year on december 24th at 18:00", "cron 0 18 24 12 *")]
#[case("yearly on 24 december", "cron 0 9 24 12 *")]
#[case("annually on dec 24 at 18:00", "cron 0 18 24 12 *")]
#[case("once a year on 24 december", "cron 0 9 24 12 *")]
#[case("every 24 december", "cron 0 9 24 12 *")]
#[case("every december 24th at 18:00", "cron 0 18 24 12 *")]
#[case("every 1st of january at noon", "cron 0 12 1 1 *")]
#[case("every 24 december at 9:00 and 18:00", "cron 0 9,18 24 12 *")]
#[case("every 29 february", "cron 0 9 29 2 *")]
#[case("yearly", "cron 0 9 21 11 *")]
#[case("every year at 18:00 on 24 december", "cron 0 18 24 12 *")]
#[case("every year", "cron 0 9 21 11 *")]
#[case("every 2 years on 24 december", "monthly 24 09:00 /24 from 2026-12-24 00:00")]
#[case("every other year on 1 january", "monthly 1 09:00 /24 from 2027-01-01 00:00")]
fn something_repeats_by_the_year(#[case] when: &str, #[case] expected: &str) {
    reads(when, expected);
}
