//! Priorities by number or by name.

use aegis_domain::Priority;

/// 0 to 10, or `low`, `normal`, `high`, `critical`.
///
/// # Errors
/// A sentence that says what there is.
pub(crate) fn priority(text: &str) -> Result<Priority, String> {
    let named = match text.trim().to_ascii_lowercase().as_str() {
        "low" => Some(Priority::LOW),
        "normal" => Some(Priority::NORMAL),
        "high" => Some(Priority::HIGH),
        "critical" => Some(Priority::CRITICAL),
        number => number.parse().ok().and_then(|n| Priority::new(n).ok()),
    };
    named.ok_or_else(|| "use 0 (whenever) to 10 (now), or low, normal, high, critical".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0", 0)]
    #[case("10", 10)]
    #[case("low", 2)]
    #[case("High", 8)]
    fn reads(#[case] text: &str, #[case] value: u8) {
        assert_eq!(priority(text).unwrap().get(), value);
    }

    #[rstest]
    #[case("11")]
    #[case("-1")]
    #[case("256")]
    #[case("urgent")]
    #[case("")]
    fn refuses(#[case] text: &str) {
        assert!(priority(text).unwrap_err().contains("0 (whenever)"));
    }
}
