//! What cannot be a line at all.

use super::Problem;
use crate::visible::is_hidden;

/// Most characters (Unicode scalar values) of a line.
const MAX_LINE: usize = 2_000;

/// Refuses an empty line, a long one, and one with characters that cannot be seen.
pub(crate) fn check(text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(Problem::new(
            "There is nothing to add yet.",
            "Try “run: cargo --version in ~/src”, “remind me in 10 minutes to stretch” or \
             “call the bank p8 #money”.",
        ));
    }
    let length = text.chars().count();
    if length > MAX_LINE {
        return Err(Problem::new(
            format!("The line has {length} characters; at most {MAX_LINE} fit."),
            "Keep the line short and put the rest into the task's description.",
        ));
    }
    if let Some(c) = text.chars().find(|c| is_hidden(*c)) {
        return Err(Problem::new(
            format!("The line contains U+{:04X}, a character that cannot be seen.", c as u32),
            "Remove line breaks, tabs, control characters and direction overrides.",
        ));
    }
    Ok(())
}
