//! Repetitions, one kind a file: each with the schedule that it means, wherever it stands.

mod assumed;
mod days;
mod elsewhere;
mod hours;
mod limits;
mod months;
mod weeks;
mod years;
mod zones;

use crate::at_desk::{due, task};

/// Reads a repetition in front of the text and behind it. Schedules are written as in
/// [`crate::at_desk::due`].
fn reads(when: &str, expected: &str) {
    for text in [
        format!("remind me {when} to stretch"),
        format!("remind me to stretch {when}"),
        format!("{when} remind me to stretch"),
        format!("Remind me, {when}: stretch"),
    ] {
        let task = task(&text);
        assert_eq!((task.title.as_str(), due(&task).as_str()), ("stretch", expected), "{text}");
    }
    let command = task(&format!("{when} run: stretch"));
    assert_eq!((command.title.as_str(), due(&command).as_str()), ("stretch", expected), "{when}");
}
