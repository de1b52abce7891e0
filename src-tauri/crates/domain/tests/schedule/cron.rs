//! Cron expressions: what they say, and what is refused.

use crate::making::{at, cron, next};
use aegis_domain::schedule::cron::{Cron, CronError, Field};
use chrono::TimeDelta;
use proptest::prelude::*;
use rstest::rstest;
use std::time::{Duration, Instant};

#[rstest]
// Two ways of writing the same.
#[case("@yearly", "0 0 1 1 *")]
#[case("@ANNUALLY", "0 0 1 jan ?")]
#[case("@monthly", "0 0 1 * *")]
#[case("@weekly", "0 0 * * sun")]
#[case("@daily", "0 0 * * *")]
#[case("@midnight", "0 0 * * *")]
#[case("@hourly", "0 * * * *")]
#[case("0 9 * * MON-FRI", "0 9 * * 1,2,3,4,5")]
#[case("0 9 * * fri-mon", "0 9 * * 5,6,0,1")]
#[case("0 9 * * 5-7", "0 9 * * 5,6,7")]
#[case("0 9 * * 7-2", "0 9 * * sun,mon,tue")]
#[case("0 9 * * 0", "0 9 * * 7")]
#[case("0 22-2 * * *", "0 22,23,0,1,2 * * *")]
#[case("0 22-2/2 * * *", "0 22,0,2 * * *")]
#[case("50-10/10 3 * * *", "50,0,10 3 * * *")]
#[case("0 0 * nov-feb *", "0 0 * 11,12,1,2 *")]
#[case("5/20 1 * * *", "5,25,45 1 * * *")]
#[case("0 0 * * 1/2", "0 0 * * 1,3,5,7")]
#[case("*/20,7 3 * * *", "*/20,7,40 3 * * *")]
#[case("0 0 L * ?", "0 0 L-0 * *")]
#[case("0 0 * * 5L", "0 0 * * friL")]
#[case("0 0 * * 1#1", "0 0 * * mon#1")]
#[case("0 0 * * 7#2", "0 0 * * sun#2")]
#[case("0 30 9 * * *", "30 9 * * *")]
#[case("  0   9\t* * *  ", "0 9 * * *")]
// Neither day field begins with a star: either is enough.
#[case("0 0 1-31 * mon", "0 0 * * *")]
// One begins with a star: both must agree.
#[case("0 0 */1 * mon", "0 0 * * mon")]
#[case("0 0 1-7 * */1", "0 0 1-7 * *")]
fn two_ways_of_writing(#[case] one: &str, #[case] other: &str) {
    let [found, same] = [one, other].map(|e| next(&cron("UTC", e), "2026-01-31T12:00:00Z", 40));
    assert_eq!(found.len(), 40);
    assert_eq!(found, same);
}

#[rstest]
#[case("0 9 13 * fri", &["2026-02-06T09", "2026-02-13T09", "2026-02-20T09", "2026-02-27T09"])]
#[case("0 9 */13 * fri", &["2026-02-27T09", "2026-03-27T09"])]
#[case("0 9 LW * *", &["2026-02-27T09", "2026-03-31T09", "2026-04-30T09", "2026-05-29T09"])]
#[case("0 9 1W,15W * *", &["2026-02-02T09", "2026-02-16T09", "2026-03-02T09", "2026-03-16T09"])]
#[case("0 9 L-3 feb *", &["2026-02-25T09", "2027-02-25T09", "2028-02-26T09"])]
#[case("0 9 29 2 *", &["2028-02-29T09", "2032-02-29T09"])]
#[case("0 9 * * mon#5", &["2026-03-30T09", "2026-06-29T09"])]
#[case("0 9 L * fri", &["2026-02-06T09", "2026-02-13T09", "2026-02-20T09", "2026-02-27T09", "2026-02-28T09"])]
#[case("*/30 59 23 28 2 *", &["2026-02-28T23:59:00", "2026-02-28T23:59:30", "2027-02-28T23:59:00"])]
fn worked_out_by_hand(#[case] expression: &str, #[case] expected: &[&str]) {
    let found = next(&cron("UTC", expression), "2026-02-01T00:00:00Z", expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} is not {expected}");
    }
    assert_eq!(found.len(), expected.len());
}

#[rstest]
#[case("30 2 * * *", true)]
#[case("30 2,14 * * *", true)]
#[case("0-59 2 * * *", true)]
#[case("@daily", true)]
#[case("* 30 2 * * *", true)]
#[case("* 2 * * *", false)]
#[case("0 */2 * * *", false)]
#[case("*/5,7 2 * * *", false)]
#[case("@hourly", false)]
fn fixed_times_are_told_from_wildcards(#[case] expression: &str, #[case] fixed: bool) {
    assert_eq!(Cron::parse(expression).unwrap().is_fixed(), fixed);
}

#[rstest]
#[case("61 * * * *", Field::Minute, "61")]
#[case("* 24 * * *", Field::Hour, "24")]
#[case("* * 0 * *", Field::DayOfMonth, "0")]
#[case("* * 32 * *", Field::DayOfMonth, "32")]
#[case("* * * 13 *", Field::Month, "13")]
#[case("* * * * 8", Field::DayOfWeek, "8")]
#[case("60 * * * * *", Field::Second, "60")]
#[case("* * * foo *", Field::Month, "foo")]
#[case("* * * * monday", Field::DayOfWeek, "monday")]
#[case("* * * * mon#6", Field::DayOfWeek, "mon#6")]
#[case("* * * * mon#01", Field::DayOfWeek, "mon#01")]
#[case("* * * * L", Field::DayOfWeek, "l")]
#[case("* * L-31 * *", Field::DayOfMonth, "l-31")]
#[case("* * 32W * *", Field::DayOfMonth, "32w")]
#[case("* * mon#1 * *", Field::DayOfMonth, "mon#1")]
#[case("1,,2 * * * *", Field::Minute, "")]
#[case("1- * * * *", Field::Minute, "1-")]
#[case("1-2-3 * * * *", Field::Minute, "1-2-3")]
#[case("*/ * * * *", Field::Minute, "*/")]
#[case("*/5/5 * * * *", Field::Minute, "*/5/5")]
#[case("/5 * * * *", Field::Minute, "/5")]
#[case("? * * * *", Field::Minute, "?")]
#[case("-1 * * * *", Field::Minute, "-1")]
#[case("+1 * * * *", Field::Minute, "+1")]
#[case("٣ * * * *", Field::Minute, "٣")]
#[case("99999999999999999999 * * * *", Field::Minute, "99999999999999999999")]
fn a_wrong_item_is_named(#[case] expression: &str, #[case] field: Field, #[case] text: &str) {
    let expected = CronError::Value { field, text: text.to_owned() };
    assert_eq!(Cron::parse(expression), Err(expected));
}

#[rstest]
#[case("*/0 * * * *", Field::Minute)]
#[case("*/61 * * * *", Field::Minute)]
#[case("*/90 * * * *", Field::Minute)]
#[case("0 */25 * * *", Field::Hour)]
#[case("0 0 */32 * *", Field::DayOfMonth)]
#[case("0 0 * * */8", Field::DayOfWeek)]
#[case("*/99999999999999999999 * * * *", Field::Minute)]
fn a_step_that_leaves_its_field_is_refused(#[case] expression: &str, #[case] field: Field) {
    let refused = Cron::parse(expression).unwrap_err();
    assert!(matches!(&refused, CronError::Step { field: f, .. } if *f == field), "{refused:?}");
}

#[rstest]
#[case("0 0 31 2 *")]
#[case("0 0 30 2 *")]
#[case("0 0 31 4,6,9,11 *")]
#[case("0 0 31W feb *")]
#[case("0 0 L-30 apr *")]
#[case("0 0 31 2 */2")]
fn what_never_happens_is_refused(#[case] expression: &str) {
    let text = expression.to_owned();
    assert_eq!(Cron::parse(expression), Err(CronError::Never { text }));
}

#[rstest]
// The 29th of February is a Sunday 15 times in 400 years.
#[case("0 0 29 2 */7")]
// The 1st is every 31st day, too.
#[case("0 0 */31 feb mon")]
#[case("0 0 ? feb mon#5")]
#[case("0 0 31 2 mon")]
fn what_happens_seldom_is_not(#[case] expression: &str) {
    assert!(Cron::parse(expression).is_ok());
    assert!(cron("UTC", expression).compile().unwrap().next(at("2026-01-01T00:00:00Z")).is_some());
}

/// Longer than any answer may take, on a busy machine.
const HANGS: Duration = Duration::from_millis(500);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// P18: any text has an answer or a refusal.
    #[test]
    fn any_text_is_answered(text in ".{0,60}") {
        answered(&text);
    }

    /// The same for texts that look like expressions.
    #[test]
    fn any_row_of_fields_is_answered(
        fields in proptest::collection::vec("[0-9*?,/LW#a-z-]{1,6}|\\*|[0-9]{1,2}|\\*/[0-9]{1,2}|[0-9]-[0-9]{1,2}", 4..8),
    ) {
        answered(&fields.join(" "));
    }
}

/// Items that stand in every field, and items that stand in some or none.
const PLAIN: &str = "* 1 2 7 1-5 5-1 1,2,3 */2 3-6/2";
const ODD: &str = "? 0 59 60 L LW 15W 31W L-3 mon#1 5L friL */0 */7 fri-mon jan nov-feb/2 31 29 30 22-2 \
                   , / - # @daily ٣ 1/2/3 99999999999";

/// P18: a sample of 20,000; a million with `AEGIS_PROMISES=full`.
#[test]
fn a_million_texts_are_answered() {
    let full = std::env::var("AEGIS_PROMISES").as_deref() == Ok("full");
    let texts = if full { 1_000_000 } else { 20_000 };
    let [plain, odd] = [PLAIN, ODD].map(|items| items.split_whitespace().collect::<Vec<_>>());
    let mut entropy = aegis_domain::Entropy::new(18);
    let mut understood = 0;
    for _ in 0..texts {
        let count = if entropy.up_to(9) == 0 { entropy.up_to(9) } else { 5 + entropy.up_to(1) };
        let mut fields = Vec::new();
        for _ in 0..count {
            let items = if entropy.up_to(4) == 0 { &odd } else { &plain };
            fields.push(items[entropy.up_to(items.len() as u64 - 1) as usize]);
        }
        understood += usize::from(answered(&fields.join(" ")));
    }
    println!("promise P18 {texts} cron expressions answered, {understood} of them understood");
    assert!(understood > texts / 10, "{understood}");
}

fn answered(text: &str) -> bool {
    let begin = Instant::now();
    let understood = match Cron::parse(text) {
        Ok(_) => {
            let calendar = cron("Europe/Berlin", text).compile().unwrap();
            let now = at("2026-11-21T07:00:00Z");
            let next = calendar.next(now).unwrap_or_else(|| panic!("{text:?} does not happen"));
            assert!(next > now && next < now + TimeDelta::days(366 * 401), "{text:?}: {next}");
            assert!(calendar.previous(next).is_none_or(|previous| previous <= now), "{text:?}");
            true
        }
        Err(error) => {
            assert!(error.to_string().ends_with('.'), "{text:?}: {error}");
            assert!(error.hint().ends_with('.'), "{text:?}: {}", error.hint());
            assert!(error.to_string().len() < 400, "{text:?}: {error}");
            false
        }
    };
    assert!(begin.elapsed() < HANGS, "{text:?} took {:?}", begin.elapsed());
    understood
}
