//! Figures as people say them.

use std::time::Duration;

/// A duration in its two largest units: `1 hour 30 minutes`. Below a second, in milliseconds.
pub(crate) fn duration(duration: Duration) -> String {
    let secs = duration.as_secs();
    if secs == 0 {
        return counted(u64::from(duration.subsec_millis()), "millisecond");
    }
    let units = [
        (secs / 86_400, "day"),
        (secs / 3_600 % 24, "hour"),
        (secs / 60 % 60, "minute"),
        (secs % 60, "second"),
    ];
    let said = units.iter().skip_while(|(count, _)| *count == 0).take(2);
    let said = said.filter(|(count, _)| *count > 0).map(|(count, unit)| counted(*count, unit));
    said.collect::<Vec<_>>().join(" ")
}

/// A count with its noun: `1 process`, `2 processes`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    match (count, noun.ends_with('s')) {
        (1, _) => format!("1 {noun}"),
        (_, true) => format!("{count} {noun}es"),
        (_, false) => format!("{count} {noun}s"),
    }
}

/// A text as a sentence: it begins with a capital letter and ends with a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut rest = text.trim().chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if text.trim_end().ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", rest.as_str())
}

/// The same text, to be read in the middle of a sentence: without a capital letter and a full stop.
pub(crate) fn clause(text: &str) -> String {
    let mut rest = text.trim().trim_end_matches('.').chars();
    let first: String = rest.next().into_iter().flat_map(char::to_lowercase).collect();
    format!("{first}{}", rest.as_str())
}

/// Text from outside within a sentence: on one line, and not longer than one can read.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 200;
    let shown = text.chars().take(MOST).map(|c| match c {
        '\n' => '⏎',
        '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    });
    let mut shown: String = shown.collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, "0 milliseconds")]
    #[case(1, "1 millisecond")]
    #[case(300, "300 milliseconds")]
    #[case(1_000, "1 second")]
    #[case(300_000, "5 minutes")]
    #[case(5_400_000, "1 hour 30 minutes")]
    #[case(3_601_000, "1 hour")]
    #[case(90_061_000, "1 day 1 hour")]
    #[case(2_592_000_000, "30 days")]
    fn durations(#[case] millis: u64, #[case] said: &str) {
        assert_eq!(duration(Duration::from_millis(millis)), said);
    }

    #[rstest]
    #[case(1, "process", "1 process")]
    #[case(2, "process", "2 processes")]
    #[case(0, "minute", "0 minutes")]
    fn counts(#[case] count: u64, #[case] noun: &str, #[case] said: &str) {
        assert_eq!(counted(count, noun), said);
    }

    #[test]
    fn a_sentence_and_a_clause() {
        assert_eq!(sentence("“x” is gone: look"), "“x” is gone: look.");
        assert_eq!(sentence("the end."), "The end.");
        assert_eq!(clause("Sound is switched off"), "sound is switched off");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn text_from_outside_stays_on_one_line_and_short() {
        assert_eq!(quoted("a\nb\tc\u{1b}[0m"), "a⏎b c\u{fffd}[0m");
        assert_eq!(quoted(&"é".repeat(201)).chars().count(), 201);
        assert_eq!(quoted(&"é".repeat(200)).chars().count(), 200);
    }
}
