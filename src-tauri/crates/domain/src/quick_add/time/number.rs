//! Numbers in words: how many, and which one of several.

/// The names of the first ordinals.
const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
];

/// How many: “3” or “three”. Numbers that no rule could take stay at the greatest one.
pub(crate) fn cardinal(word: &str) -> Option<u64> {
    let is_number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    if is_number {
        return Some(word.parse().unwrap_or(u64::MAX));
    }
    number_word(word).filter(|_| !matches!(word, "a" | "an"))
}

/// Which one: “2nd” or “second”.
pub(crate) fn ordinal(word: &str) -> Option<u64> {
    if let Some(index) = ORDINALS.iter().position(|name| *name == word) {
        return u64::try_from(index + 1).ok();
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end))?;
    let is_number = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().filter(|number| *number > 0)
}

/// The number that a word says.
pub(crate) fn number_word(word: &str) -> Option<u64> {
    Some(match word {
        "a" | "an" | "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "fifteen" => 15,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "ninety" => 90,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("3", Some(3))]
    #[case("three", Some(3))]
    #[case("99999999999999999999999", Some(u64::MAX))]
    #[case("a", None)]
    #[case("", None)]
    #[case("3rd", None)]
    #[case("-3", None)]
    fn a_number_is_read(#[case] word: &str, #[case] expected: Option<u64>) {
        assert_eq!(cardinal(word), expected);
    }

    #[rstest]
    #[case("first", Some(1))]
    #[case("2nd", Some(2))]
    #[case("15th", Some(15))]
    #[case("100th", Some(100))]
    #[case("0th", None)]
    #[case("15", None)]
    #[case("th", None)]
    #[case("9999th", None)]
    #[case("last", None)]
    fn a_place_in_a_row_is_read(#[case] word: &str, #[case] expected: Option<u64>) {
        assert_eq!(ordinal(word), expected);
    }
}
