//! Priorities, tags, agents and workspaces: single words that say something about the task.

use super::Problem;
use super::word::{Quote, Word};
use crate::{Priority, Tag, TaskRef};

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

/// The task that `#` and digits name.
pub(crate) fn task_number(word: &Word<'_>) -> Result<TaskRef, Problem> {
    word.key().parse().map_err(|_| {
        Problem::new(
            format!("There is no task “{}”.", word.bare()),
            "Use the number of a task, such as #12.",
        )
    })
}

/// The agent that a word names: `@claude`.
pub(crate) fn agent(word: &Word<'_>) -> Option<Result<String, Problem>> {
    let name = name_after(word, '@')?;
    Some(if is_name(name) {
        Ok(name.to_owned())
    } else {
        Err(Problem::new(
            format!("“@{name}” cannot be an agent."),
            "Use letters, digits, - _ . or :, without spaces. To keep it as text, put it in double \
             quotes.",
        ))
    })
}

/// The workspace that a word names: `~web`. `~/src` is a path and `~5` is about five.
pub(crate) fn workspace<'a>(word: &'a Word<'_>) -> Option<&'a str> {
    name_after(word, '~').filter(|name| name.starts_with(char::is_alphabetic) && is_name(name))
}

/// What follows `mark`, which a letter or a digit has to.
fn name_after<'a>(word: &'a Word<'_>, mark: char) -> Option<&'a str> {
    if word.quote != Quote::None {
        return None;
    }
    word.bare().strip_prefix(mark).filter(|name| name.starts_with(char::is_alphanumeric))
}

fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || "-_.:".contains(c))
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

    #[rstest]
    #[case("@claude", Some("claude"))]
    #[case("@Claude_2,", Some("Claude_2"))]
    #[case("@größe:", Some("größe"))]
    #[case("@", None)]
    #[case("@@x", None)]
    #[case("bob@example.com", None)]
    #[case("\"@claude\"", None)]
    fn a_word_may_name_an_agent(#[case] word: &str, #[case] expected: Option<&str>) {
        let found = agent(&split(word)[0]).map(|found| found.unwrap());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn an_agent_with_other_characters_is_a_problem() {
        let problem = agent(&split("@media(print)")[0]).unwrap().unwrap_err();
        assert_eq!(problem.message, "“@media(print)” cannot be an agent.");
    }

    #[rstest]
    #[case("~web", Some("web"))]
    #[case("~web-2.x,", Some("web-2.x"))]
    #[case("~/src", None)]
    #[case("~user/src", None)]
    #[case("~5", None)]
    #[case("~", None)]
    #[case("~~web", None)]
    #[case("a~b", None)]
    #[case("\"~web\"", None)]
    fn a_word_may_name_a_workspace(#[case] word: &str, #[case] expected: Option<&str>) {
        assert_eq!(workspace(&split(word)[0]), expected);
    }

    #[test]
    fn a_tag_with_other_characters_is_a_problem() {
        let words = split("#c++");
        let problem = tag(&words[0]).unwrap().unwrap_err();
        assert_eq!(problem.message, "“c++” cannot be a tag.");
        assert!(problem.hint.contains("double quotes"), "{problem}");
    }
}
