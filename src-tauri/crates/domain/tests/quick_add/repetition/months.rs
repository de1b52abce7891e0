//! Days of the month, and every so many months.

use super::reads;
use rstest::rstest;

#[rstest]
#[case("monthly", "monthly 21 09:00")]
#[case("every month", "monthly 21 09:00")]
#[case("once a month", "monthly 21 09:00")]
#[case("monthly on the 15th", "monthly 15 09:00")]
#[case("monthly on the 15th at 7am", "monthly 15 07:00")]
#[case("monthly on 15", "monthly 15 09:00")]
#[case("monthly at 10am on the first monday", "monthly mon#1 10:00")]
#[case("every month at 9am on the 15th", "monthly 15 09:00")]
#[case("monthly on the first monday", "monthly mon#1 09:00")]
#[case("every month on the 1st at 9", "monthly 1 09:00")]
#[case("every month on the first monday at 10am", "monthly mon#1 10:00")]
#[case("every month on the last day", "monthly L 09:00")]
#[case("every month on the 1st and 15th", "monthly 1,15 09:00")]
#[case("the 1st of every month", "monthly 1 09:00")]
#[case("on the 1st of every month at 8:00", "monthly 1 08:00")]
#[case("1st of each month", "monthly 1 09:00")]
#[case("first monday of the month", "monthly mon#1 09:00")]
#[case("the first monday of every month", "monthly mon#1 09:00")]
#[case("on the last friday of every month at 17:00", "monthly friL 17:00")]
#[case("last friday of the month at 17:00", "monthly friL 17:00")]
#[case("last day of the month", "monthly L 09:00")]
#[case("on the last day of every month at 18:00", "monthly L 18:00")]
#[case("first day of the month", "monthly 1 09:00")]
#[case("first workday of the month", "monthly 1W 09:00")]
#[case("last business day of the month at 16:00", "monthly LW 16:00")]
#[case("first and third monday of the month", "monthly mon#1,mon#3 09:00")]
#[case("on the 1st and 15th", "monthly 1,15 09:00")]
#[case("on the 1st and the 15th at 10:00", "monthly 1,15 10:00")]
#[case("on the 1st, 10th and 20th", "monthly 1,10,20 09:00")]
#[case("on the 15th and the last day of the month", "monthly 15,L 09:00")]
#[case("every 1st and 15th", "monthly 1,15 09:00")]
#[case("every 15th", "monthly 15 09:00")]
#[case("every first monday", "monthly mon#1 09:00")]
#[case("every last friday", "monthly friL 09:00")]
#[case("every first monday of the month at 9am", "monthly mon#1 09:00")]
#[case("every 2nd tuesday of the month", "monthly tue#2 09:00")]
#[case("every second tuesday of the month", "monthly tue#2 09:00")]
#[case("every last day of the month", "monthly L 09:00")]
#[case("every 3 months on the 1st", "monthly 1 09:00 /3 from 2026-12-01 00:00")]
#[case("every three months on the 15th at 7am", "monthly 15 07:00 /3 from 2026-12-15 00:00")]
#[case(
    "every other month on the last friday at 17:00",
    "monthly friL 17:00 /2 from 2026-11-27 00:00"
)]
#[case("every 6 months", "monthly 21 09:00 /6 from 2026-12-21 00:00")]
#[case("first day of every 3 months", "monthly 1 09:00 /3 from 2026-12-01 00:00")]
#[case("last friday of every other month", "monthly friL 09:00 /2 from 2026-11-27 00:00")]
#[case("quarterly on the 1st", "monthly 1 09:00 /3 from 2026-12-01 00:00")]
#[case("every quarter on the 1st", "monthly 1 09:00 /3 from 2026-12-01 00:00")]
#[case("every 31st", "monthly 31 09:00")]
fn something_repeats_by_the_month(#[case] when: &str, #[case] expected: &str) {
    reads(when, expected);
}
