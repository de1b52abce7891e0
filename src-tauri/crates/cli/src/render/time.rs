//! Times and spans in few characters.

use super::Canvas;
use aegis_domain::Timestamp;
use chrono::TimeDelta;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How far away an instant is: `3m ago`, `in 10m`; further than 30 days, its date.
pub(crate) fn relative(at: Timestamp, canvas: &Canvas) -> String {
    let passed = (canvas.now - at).num_milliseconds();
    let (past, far) = (passed >= 0, passed.unsigned_abs());
    if far > 30 * DAY {
        (canvas.local)(at).format("%Y-%m-%d").to_string()
    } else if past && far < 5 * SECOND || far < SECOND {
        "now".to_owned()
    } else if past {
        format!("{} ago", largest_unit(far))
    } else {
        format!("in {}", largest_unit(rounded(far)))
    }
}

/// Seconds and minutes up to the next whole one, so that `in 10m` does not become `in 9m` in the
/// same instant; hours and days to the nearest, so that tomorrow morning is not `in 2d`.
fn rounded(millis: u64) -> u64 {
    let to_whole = |so_far: u64, unit: u64| match unit {
        _ if so_far < unit => so_far,
        SECOND | MINUTE => so_far.div_ceil(unit) * unit,
        _ => (so_far + unit / 2) / unit * unit,
    };
    [SECOND, MINUTE, HOUR, DAY].into_iter().fold(millis, to_whole)
}

fn largest_unit(millis: u64) -> String {
    let units = [(DAY, 'd'), (HOUR, 'h'), (MINUTE, 'm')];
    let (unit, name) = units.into_iter().find(|(unit, _)| millis >= *unit).unwrap_or((SECOND, 's'));
    format!("{}{name}", millis / unit)
}

/// How long something took: `340ms`, `1.2s`, `3m 12s`, `2h 5m`, `3d 4h`.
pub(crate) fn span(span: TimeDelta) -> String {
    let millis = span.num_milliseconds().max(0).unsigned_abs();
    match millis {
        0..SECOND => format!("{millis}ms"),
        SECOND..10_000 => format!("{}.{}s", millis / SECOND, millis % SECOND / 100),
        10_000..MINUTE => format!("{}s", millis / SECOND),
        MINUTE..HOUR => two(millis, MINUTE, 'm', SECOND, 's'),
        HOUR..DAY => two(millis, HOUR, 'h', MINUTE, 'm'),
        _ => two(millis, DAY, 'd', HOUR, 'h'),
    }
}

fn two(millis: u64, large: u64, large_name: char, small: u64, small_name: char) -> String {
    let (whole, rest) = (millis / large, millis % large / small);
    if rest == 0 {
        format!("{whole}{large_name}")
    } else {
        format!("{whole}{large_name} {rest}{small_name}")
    }
}

/// The user's clock at an instant, to the minute: `14:31` today, `2026-11-22 14:31` otherwise.
pub(crate) fn near(at: Timestamp, canvas: &Canvas) -> String {
    let (there, here) = ((canvas.local)(at), (canvas.local)(canvas.now));
    let format = if there.date_naive() == here.date_naive() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    there.format(format).to_string()
}

/// The user's date and clock at an instant, to the second, and how far away that is.
pub(crate) fn exact(at: Timestamp, canvas: &Canvas) -> String {
    let there = (canvas.local)(at).format("%Y-%m-%d %H:%M:%S");
    format!("{there} ({})", relative(at, canvas))
}

/// The user's clock at an instant, to the millisecond: for the lines of a log.
pub(crate) fn precise(at: Timestamp, canvas: &Canvas) -> String {
    (canvas.local)(at).format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, "now")]
    #[case(4_999, "now")]
    #[case(5_000, "5s ago")]
    #[case(59_999, "59s ago")]
    #[case(60_000, "1m ago")]
    #[case(3_599_999, "59m ago")]
    #[case(7_200_000, "2h ago")]
    #[case(30 * 86_400_000, "30d ago")]
    #[case(31 * 86_400_000, "2026-10-21")]
    #[case(-999, "now")]
    #[case(-3_000, "in 3s")]
    #[case(-5_001, "in 6s")]
    #[case(-59_999, "in 1m")]
    #[case(-599_960, "in 10m")]
    #[case(-3_599_900, "in 1h")]
    #[case(-5_400_000, "in 2h")]
    #[case(-86_399_999, "in 1d")]
    #[case(-26 * 3_600_000, "in 1d")]
    #[case(-3 * 86_400_000, "in 3d")]
    fn near_instants_are_told_by_their_distance(#[case] ago: i64, #[case] shown: &str) {
        let canvas = Canvas::for_tests(80);
        assert_eq!(relative(canvas.now - TimeDelta::milliseconds(ago), &canvas), shown);
    }

    #[rstest]
    #[case(-5, "0ms")]
    #[case(340, "340ms")]
    #[case(1_250, "1.2s")]
    #[case(45_900, "45s")]
    #[case(192_000, "3m 12s")]
    #[case(180_000, "3m")]
    #[case(7_559_000, "2h 5m")]
    #[case(273_600_000, "3d 4h")]
    fn spans_have_two_units_at_most(#[case] millis: i64, #[case] shown: &str) {
        assert_eq!(span(TimeDelta::milliseconds(millis)), shown);
    }

    #[test]
    fn instants_are_shown_in_the_users_zone() {
        let canvas = Canvas::for_tests(80);
        assert_eq!(near(canvas.now, &canvas), "14:00");
        assert_eq!(near(canvas.now + TimeDelta::hours(10), &canvas), "2026-11-22 00:00");
        assert_eq!(exact(canvas.now, &canvas), "2026-11-21 14:00:00 (now)");
        assert_eq!(precise(canvas.now, &canvas), "2026-11-21 14:00:00.000");
    }
}
