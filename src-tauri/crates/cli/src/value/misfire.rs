//! What is made up for of missed instants: `skip`, `once`, `all`, `all:20`.

use aegis_domain::schedule::Misfire;

/// How many are made up for when nobody says.
const USUAL: u32 = 100;

/// A misfire policy.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn misfire(text: &str) -> Result<Misfire, &'static str> {
    let policy = match text.split_once(':') {
        None if text == "skip" => Some(Misfire::Skip),
        None if text == "once" => Some(Misfire::RunOnce),
        None if text == "all" => Some(Misfire::RunAll { at_most: USUAL }),
        Some(("all", most)) => most.parse().ok().map(|at_most| Misfire::RunAll { at_most }),
        _ => None,
    };
    policy.ok_or("write skip, once, all, or all: and the most at once, such as all:20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_policy() {
        assert_eq!(misfire("skip"), Ok(Misfire::Skip));
        assert_eq!(misfire("once"), Ok(Misfire::RunOnce));
        assert_eq!(misfire("all"), Ok(Misfire::RunAll { at_most: 100 }));
        assert_eq!(misfire("all:20"), Ok(Misfire::RunAll { at_most: 20 }));
        for text in ["", "none", "all:", "all:-1", "once:2", "all:many"] {
            assert!(misfire(text).is_err_and(|sentence| sentence.contains("all:20")), "{text}");
        }
    }
}
