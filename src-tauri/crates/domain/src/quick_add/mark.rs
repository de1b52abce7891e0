//! Priorities and tags: single words that say something about the task.

use super::Problem;
use super::word::Word;
use crate::{Priority, Tag};

/// The priority that a word names: `p8`, `!high`.
///
/// A number above ten is a problem and not a word of the text, because the line would otherwise
/// become a task of normal priority without anybody noticing.
pub(crate) fn priority(word: &Word<'_>) -> Option<Result<Priority, Problem>> {
    match word.key() {
        "!low" => return Some(Ok(Priority::LOW)),
        "!normal" => return Some(Ok(Priority::NORMAL)),
        "!high" => return Some(Ok(Priority::HIGH)),
        "!critical" => return Some(Ok(Priority::CRITICAL)),
        _ => {}
    }
    let digits = word.key().strip_prefix('p')?;
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    if digits.is_empty() || !is_number || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    let priority = digits.parse::<u8>().ok().and_then(|number| Priority::new(number).ok());
    Some(priority.ok_or_else(|| {
        Problem::new(
            format!("There is no priority “{}”.", word.bare()),
            format!(
                "Use p0 (whenever) to p10 (now), or write \"{}\" in double quotes to keep it as \
                 text.",
                word.bare()
            ),
        )
    }))
}

/// The tag that a word is: `#health`. Only digits name a task and are no tag.
pub(crate) fn tag(word: &Word<'_>) -> Option<Result<Tag, Problem>> {
    let name = name_after_hash(word)?;
    if names_a_task(word) {
        return None;
    }
    Some(Tag::new(name).map_err(|invalid| {
        Problem::new(
            invalid.message,
            format!("{} To keep it as text, put it in double quotes.", invalid.hint),
        )
    }))
}

/// Whether a word is `#` and digits: the number of a task.
pub(crate) fn names_a_task(word: &Word<'_>) -> bool {
    name_after_hash(word).is_some_and(|name| name.bytes().all(|b| b.is_ascii_digit()))
}

fn name_after_hash<'a>(word: &'a Word<'_>) -> Option<&'a str> {
    let name = word.key().strip_prefix('#')?;
    (!name.is_empty() && !name.starts_with('#')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("p0", Some(0))]
    #[case("P10,", Some(10))]
    #[case("!high", Some(8))]
    #[case("!Critical!", Some(10))]
    #[case("p05", None)]
    #[case("p", None)]
    #[case("p5x", None)]
    #[case("!", None)]
    #[case("\"p5\"", None)]
    fn a_word_may_be_a_priority(#[case] word: &str, #[case] expected: Option<u8>) {
        let found = priority(&split(word)[0]).map(|found| found.unwrap().get());
        assert_eq!(found, expected);
    }

    #[rstest]
    #[case("p11")]
    #[case("p99")]
    #[case("p99999999999999999999")]
    fn a_priority_above_ten_is_a_problem(#[case] word: &str) {
        let problem = priority(&split(word)[0]).unwrap().unwrap_err();
        assert_eq!(problem.message, format!("There is no priority “{word}”."));
    }

    #[rstest]
    #[case("#Health", Some("health"))]
    #[case("#größe,", Some("größe"))]
    #[case("#a/b", Some("a/b"))]
    #[case("#12", None)]
    #[case("#", None)]
    #[case("##", None)]
    #[case("a#b", None)]
    fn a_word_may_be_a_tag(#[case] word: &str, #[case] expected: Option<&str>) {
        let words = split(word);
        let found = tag(&words[0]).map(|found| found.unwrap());
        assert_eq!(found.as_ref().map(Tag::as_str), expected);
    }

    #[test]
    fn a_tag_with_other_characters_is_a_problem() {
        let words = split("#c++");
        let problem = tag(&words[0]).unwrap().unwrap_err();
        assert_eq!(problem.message, "“c++” cannot be a tag.");
        assert!(problem.hint.contains("double quotes"), "{problem}");
    }
}
