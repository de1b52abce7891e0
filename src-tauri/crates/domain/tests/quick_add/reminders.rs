//! What a reminder says, and which of several times is its time.

use crate::at_desk::{due, problem, read, task};
use aegis_domain::ReminderSettings;
use rstest::rstest;

#[rstest]
#[case("remind me in 1 minute to stretch", "stretch", "2026-11-21 14:31:00")]
#[case("remind me to stretch in 1h30", "stretch", "2026-11-21 16:00:00")]
#[case("remind me stretch in 1h30", "stretch", "2026-11-21 16:00:00")]
#[case("REMIND ME to Stretch in 1h30", "Stretch", "2026-11-21 16:00:00")]
#[case(
    "remind me to call mum tomorrow at 7am about the party",
    "call mum about the party",
    "2026-11-22 07:00:00"
)]
#[case("remind me about the meeting at 16:00", "the meeting", "2026-11-21 16:00:00")]
#[case("remind me that the cake is done in 40 minutes!", "the cake is done", "2026-11-21 15:10:00")]
#[case("remind me to call Bob, tomorrow at 9:00.", "call Bob", "2026-11-22 09:00:00")]
#[case("remind me to call Bob – tomorrow at 9:00", "call Bob", "2026-11-22 09:00:00")]
#[case("remind me   to  write\u{a0}it  in 5 minutes", "write it", "2026-11-21 14:35:00")]
#[case("remind me to \"in 5 minutes\" in 10 minutes", "in 5 minutes", "2026-11-21 14:40:00")]
#[case(
    "remind me to read \"tomorrow never dies\", tonight",
    "read tomorrow never dies",
    "2026-11-21 20:00:00"
)]
#[case("remind me to read \"Emma\" tonight", "read \"Emma\"", "2026-11-21 20:00:00")]
#[case("remind me to cut 5\" off in 5 minutes", "cut 5\" off", "2026-11-21 14:35:00")]
#[case("remind me to شرب الماء in 5 minutes", "شرب الماء", "2026-11-21 14:35:00")]
#[case("remind me to 水を飲む in 5 minutes", "水を飲む", "2026-11-21 14:35:00")]
#[case("in 5 minutes remind me to drink", "drink", "2026-11-21 14:35:00")]
fn a_reminder_is_understood(#[case] text: &str, #[case] title: &str, #[case] at: &str) {
    let task = task(text);
    assert_eq!((task.title.as_str(), due(&task).as_str()), (title, at));
    assert_eq!(task.executor, Some(ReminderSettings::default().into_spec()));
}

#[rstest]
#[case("remind me to stretch in 1 minute p8", Some(8), &[])]
#[case("remind me p8 to stretch in 1 minute", Some(8), &[])]
#[case("p8 remind me in 1 minute to stretch #health", Some(8), &["health"])]
#[case("remind me #Health to #body stretch in 1 minute, !low", Some(2), &["health", "body"])]
#[case("remind me to stretch #a in 1 minute #a p3 p3", Some(3), &["a"])]
#[case("remind me to stretch in 1 minute", None, &[])]
#[case("remind me to stretch p8 !high in 1 minute", Some(8), &[])]
fn a_reminder_has_a_priority_and_tags(
    #[case] text: &str,
    #[case] priority: Option<u8>,
    #[case] tags: &[&str],
) {
    let task = task(text);
    assert_eq!((task.title.as_str(), due(&task).as_str()), ("stretch", "2026-11-21 14:31:00"));
    assert_eq!(task.priority, priority);
    assert_eq!(task.tags, tags);
}

#[rstest]
// In front of the text wins.
#[case("remind me in 5 minutes to call at 16:00", "call at 16:00", "2026-11-21 14:35:00")]
#[case("remind me at 18:00 to prepare for tomorrow", "prepare for tomorrow", "2026-11-21 18:00:00")]
// Behind the text wins over its middle.
#[case(
    "remind me to meet Bob at 5 Main Street tomorrow at 8pm",
    "meet Bob at 5 Main Street",
    "2026-11-22 20:00:00"
)]
#[case(
    "remind me to get ready for tomorrow in 10 minutes",
    "get ready for tomorrow",
    "2026-11-21 14:40:00"
)]
fn of_several_times_one_is_chosen_and_the_others_are_told(
    #[case] text: &str,
    #[case] title: &str,
    #[case] at: &str,
) {
    let reading = read(text);
    let task = reading.task.unwrap();
    assert_eq!((task.title.as_str(), due(&task).as_str()), (title, at));
    assert!(
        reading.assumptions.iter().any(|said| said.contains("is kept as text")),
        "{:?}",
        reading.assumptions
    );
}

#[rstest]
#[case("remind me to enjoy the friday menu in 5 minutes", "enjoy the friday menu")]
#[case("remind me to sit in the sun in 5 minutes", "sit in the sun")]
#[case("remind me to take the 16:15 train in 5 minutes", "take the 16:15 train")]
#[case("remind me to check every window in 5 minutes", "check every window")]
#[case("remind me to write the daily report in 5 minutes", "write the daily report")]
#[case("remind me to answer #12 in 5 minutes", "answer #12")]
fn words_that_are_no_times_stay_in_the_text(#[case] text: &str, #[case] title: &str) {
    let task = task(text);
    assert_eq!((task.title.as_str(), due(&task).as_str()), (title, "2026-11-21 14:35:00"));
}

#[rstest]
#[case("remind me tomorrow in 5 minutes to stretch", "“tomorrow” and “in 5 minutes”")]
#[case("remind me to stretch tomorrow in 5 minutes", "“tomorrow” and “in 5 minutes”")]
#[case("remind me to call tomorrow and write at 16:00 or so", "“tomorrow” and “at 16:00”")]
#[case("at 16:00 remind me in 5 minutes to stretch", "“at 16:00” and “in 5 minutes”")]
fn two_times_that_compete_are_a_problem(#[case] text: &str, #[case] both: &str) {
    assert_eq!(problem(text).message, format!("Two times are given: {both}."));
}
