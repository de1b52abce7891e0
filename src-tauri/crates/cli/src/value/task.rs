//! Names of tasks.

use aegis_domain::TaskRef;

/// A task by its number, its short id, its slug, or its id.
///
/// # Errors
/// A sentence that says how tasks are named; what was given is repeated by whoever asks.
pub(crate) fn task(text: &str) -> Result<TaskRef, &'static str> {
    text.parse().map_err(
        |_| "name a task by its number (42 or #42), its short id, its slug, or its full id",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_name() {
        for name in ["42", "#42", "ab12cd", "daily_report", "01932b6e-7c00-7abc-8def-0123456789ab"]
        {
            assert!(task(name).is_ok(), "{name}");
        }
        for name in ["", "#", "two words", "\u{1b}[2J"] {
            assert!(task(name).is_err_and(|sentence| sentence.contains("#42")), "{name}");
        }
    }
}
