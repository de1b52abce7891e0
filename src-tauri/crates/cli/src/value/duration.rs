//! Spans of time as people type them: `10m`, `1h30`, `90s`, `2 days`.

use std::time::Duration;

/// A span of time. A last number without a unit has the unit below the one before it: `1h30` is an
/// hour and thirty minutes.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let completed = match implied_unit(text) {
        Some(unit) => format!("{text}{unit}"),
        None => text.to_owned(),
    };
    humantime::parse_duration(&completed)
        .map_err(|_| "write a number and a unit, such as 90s, 10m, 1h30 or 2d".to_owned())
}

/// A span of whole seconds, in seconds.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn seconds(text: &str) -> Result<u64, String> {
    let span = duration(text)?;
    if span.subsec_nanos() == 0 {
        Ok(span.as_secs())
    } else {
        Err("use whole seconds, such as 90s, 10m, 1h30 or 2d".to_owned())
    }
}

/// The unit that a last number without one has.
fn implied_unit(text: &str) -> Option<char> {
    let before = text.trim_end_matches(|c: char| c.is_ascii_digit());
    if before.len() == text.len() {
        return None;
    }
    match before.trim_end().chars().last()? {
        'd' => Some('h'),
        'h' => Some('m'),
        'm' => Some('s'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("90s", 90)]
    #[case("10m", 600)]
    #[case(" 10 min ", 600)]
    #[case("1h30", 5_400)]
    #[case("1h 30", 5_400)]
    #[case("1h30m", 5_400)]
    #[case("5m30", 330)]
    #[case("1d12", 129_600)]
    #[case("2 days", 172_800)]
    #[case("1.5h", 5_400)]
    #[case("0s", 0)]
    fn reads(#[case] text: &str, #[case] seconds: u64) {
        assert_eq!(duration(text), Ok(Duration::from_secs(seconds)));
    }

    #[rstest]
    #[case("")]
    #[case("10")]
    #[case("m")]
    #[case("-5m")]
    #[case("tomorrow")]
    #[case("1:30")]
    #[case("99999999999999999999h")]
    #[case("10m\u{1b}[2J")]
    fn refuses(#[case] text: &str) {
        assert!(duration(text).unwrap_err().contains("10m"));
    }

    #[test]
    fn some_spans_have_whole_seconds() {
        assert_eq!(seconds("2h"), Ok(7_200));
        assert_eq!(seconds("0s"), Ok(0));
        assert_eq!(seconds("10000 years"), Ok(315_576_000_000));
        for text in ["500ms", "1.5s", "1s 1ns", "soon"] {
            assert!(seconds(text).is_err_and(|sentence| sentence.contains("10m")), "{text}");
        }
    }
}
