//! What a reminder's notification says.

use aegis_domain::{Timestamp, Title};
use aegis_ports::Notification;
use chrono_tz::Tz;

use crate::words;

/// From when on a reminder is late, in seconds.
const LATE: i64 = 60;

/// The notification of a task: its message or else its title, and a sentence if it is late.
pub(super) fn notice(message: Option<&str>, task: &str, late: Option<String>) -> Notification {
    let title = Title::lossy(message.unwrap_or(task), task).as_str().to_owned();
    let task = (title != task).then(|| task.to_owned());
    let body: Vec<String> = task.into_iter().chain(late).collect();
    Notification { title, body: body.join("\n"), asks: None }
}

/// When it was due, if that is so long ago that it has to be said.
pub(super) fn lateness(due: Timestamp, now: Timestamp, zone: Tz) -> Option<String> {
    let late = now.signed_duration_since(due);
    if late.num_seconds() <= LATE {
        return None;
    }
    let ago = words::duration(late.to_std().ok()?);
    let (due, now) = (due.with_timezone(&zone), now.with_timezone(&zone));
    let due = if due.date_naive() == now.date_naive() {
        due.format("at %H:%M")
    } else {
        due.format("on %A, %-d %B at %H:%M")
    };
    Some(format!("This was due {due}, {ago} ago."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[rstest]
    #[case("2026-11-21T08:00:00Z", None)]
    #[case("2026-11-21T08:01:00Z", None)]
    #[case("2026-11-21T07:00:00Z", None)]
    #[case("2026-11-21T08:01:01Z", Some("This was due at 09:00, 1 minute 1 second ago."))]
    #[case("2026-11-21T22:59:00Z", Some("This was due at 09:00, 14 hours 59 minutes ago."))]
    #[case(
        "2026-11-21T23:00:00Z",
        Some("This was due on Saturday, 21 November at 09:00, 15 hours ago.")
    )]
    fn a_late_reminder_says_when_it_was_due(#[case] now: &str, #[case] said: Option<&str>) {
        let due = at("2026-11-21T08:00:00Z");
        assert_eq!(lateness(due, at(now), chrono_tz::Europe::Berlin).as_deref(), said);
    }

    #[test]
    fn without_a_message_the_task_speaks() {
        let expected = Notification { title: "stretch".into(), body: String::new(), asks: None };
        assert_eq!(notice(None, "stretch", None), expected);
        assert_eq!(notice(Some("stretch"), "stretch", None), expected);
        assert_eq!(notice(Some(" \n"), "stretch", None), expected);
    }

    #[test]
    fn a_message_is_one_line_and_the_task_comes_below_it() {
        let late = Some("This was due at 09:00, 1 hour ago.".to_owned());
        let notice = notice(Some("Stand up\nnow\u{202e}!"), "stretch", late);
        assert_eq!(notice.title, "Stand up now !");
        assert_eq!(notice.body, "stretch\nThis was due at 09:00, 1 hour ago.");
    }

    /// Only the notifier knows whether its server would obey markup, so it is the one to escape it:
    /// twice would show `&amp;`.
    #[test]
    fn text_is_handed_over_as_it_is() {
        let notice = notice(Some("R&D <b>"), "<i>x</i> & co", None);
        assert_eq!((notice.title.as_str(), notice.body.as_str()), ("R&D <b>", "<i>x</i> & co"));
    }
}
