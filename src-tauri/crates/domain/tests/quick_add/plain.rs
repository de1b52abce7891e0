//! Lines without a prefix.

use crate::at_desk::{due, read, task};
use aegis_domain::{ReminderSettings, Schedule};
use rstest::rstest;

#[rstest]
#[case("buy milk", "buy milk", None, &[])]
#[case("Buy  milk ", "Buy milk", None, &[])]
#[case("buy milk p8", "buy milk", Some(8), &[])]
#[case("p0 buy milk", "buy milk", Some(0), &[])]
#[case("buy p10 milk", "buy milk", Some(10), &[])]
#[case("buy milk !critical #Home #food", "buy milk", Some(10), &["home", "food"])]
#[case("buy milk, #home", "buy milk", None, &["home"])]
#[case("Shopping:", "Shopping:", None, &[])]
#[case("buy \"p5\" cable", "buy p5 cable", None, &[])]
#[case("buy \"#5 and #six\" cable", "buy #5 and #six cable", None, &[])]
#[case("write \"Why Rust\", p3", "write \"Why Rust\"", Some(3), &[])]
#[case("\"run: fast\" marathon", "run: fast marathon", None, &[])]
#[case("\"remind me to\" by Blink", "remind me to by Blink", None, &[])]
#[case("buy a 5\" pipe", "buy a 5\" pipe", None, &[])]
#[case("run make", "run make", None, &[])]
#[case("runs: 5", "runs: 5", None, &[])]
#[case("remind Bob to call", "remind Bob to call", None, &[])]
#[case("wed the daily planet", "wed the daily planet", None, &[])]
#[case("p05 and pp5 and p5x", "p05 and pp5 and p5x", None, &[])]
#[case("learn C# and F#", "learn C# and F#", None, &[])]
#[case("# heading ##x", "# heading ##x", None, &[])]
#[case("!important", "!important", None, &[])]
#[case("ترقية العميل #عمل", "ترقية العميل", None, &["عمل"])]
#[case("👩‍👩‍👧 abholen p7", "👩‍👩‍👧 abholen", Some(7), &[])]
fn a_line_is_a_task_in_the_backlog(
    #[case] text: &str,
    #[case] title: &str,
    #[case] priority: Option<u8>,
    #[case] tags: &[&str],
) {
    let reading = read(text);
    let task = reading.task.unwrap();
    assert_eq!((task.title.as_str(), task.priority), (title, priority));
    assert_eq!(task.tags, tags);
    assert_eq!((task.executor, task.schedule), (None, Schedule::Manual));
    assert_eq!(reading.assumptions, Vec::<String>::new());
}

#[rstest]
#[case("dinner with Bob at 19:00", "“at 19:00” is kept as text")]
#[case("tomorrow buy milk", "“tomorrow” is kept as text")]
#[case("call the bank friday", "“friday” is kept as text")]
#[case("please remind me to stretch in 5 minutes", "“in 5 minutes” is kept as text")]
#[case("fix the run: button", "“run:” is kept as text")]
#[case("answer #12", "“#12” is kept as text")]
#[case("say \"hello", "A double quote has no second one")]
fn what_is_not_used_stays_in_the_text_and_is_told(#[case] text: &str, #[case] said: &str) {
    let reading = read(text);
    assert_eq!(reading.task.unwrap().title, text);
    assert_eq!(reading.assumptions.len(), 1, "{:?}", reading.assumptions);
    assert!(reading.assumptions[0].starts_with(said), "{:?}", reading.assumptions);
}

#[rstest]
#[case("exercise every weekday at 7am #health p8", "exercise", "weekly mon,tue,wed,thu,fri 07:00")]
#[case("every weekday at 7am exercise", "exercise", "weekly mon,tue,wed,thu,fri 07:00")]
#[case("every weekday exercise at 7am", "exercise", "weekly mon,tue,wed,thu,fri 07:00")]
#[case("water the plants every day", "water the plants", "daily 09:00")]
#[case("exercise daily at 7am", "exercise", "daily 07:00")]
#[case("gym mon, wed, fri 6:30am", "gym", "weekly mon,wed,fri 06:30")]
#[case("pay the rent on the 1st of every month", "pay the rent", "monthly 1 09:00")]
#[case(
    "stretch every 45 min between 9 and 17 on weekdays",
    "stretch",
    "every 2700 within 09:00-17:00 mon tue wed thu fri"
)]
#[case(
    "water the plants every day until 1 march",
    "water the plants",
    "daily 09:00 until 2027-03-01 23:59"
)]
fn a_line_that_repeats_reminds(#[case] text: &str, #[case] title: &str, #[case] when: &str) {
    let reading = read(text);
    let task = reading.task.unwrap();
    assert_eq!((task.title.as_str(), due(&task).as_str()), (title, when));
    assert_eq!(task.executor, Some(ReminderSettings::default().into_spec()));
    assert_eq!(reading.assumptions[0], "A task for a person that repeats reminds you each time.");
}

#[rstest]
#[case("review weekly", "“weekly”")]
#[case("make every day count", "“every day”")]
#[case("read the daily", "“daily”")]
#[case("buy bread mondays and thursdays", "“mondays and thursdays”")]
#[case("look into twice a day", "“twice a day”")]
#[case("finish it until friday", "“until friday”")]
fn what_may_be_a_repetition_stays_in_the_text_and_is_told(#[case] text: &str, #[case] said: &str) {
    let reading = read(text);
    let task = reading.task.unwrap();
    assert_eq!((task.title.as_str(), task.schedule), (text, Schedule::Manual));
    assert_eq!(reading.assumptions.len(), 1, "{:?}", reading.assumptions);
    assert!(reading.assumptions[0].starts_with(said), "{:?}", reading.assumptions);
}

#[test]
fn a_time_in_a_task_says_how_to_be_reminded() {
    let reading = read("dinner with Bob at 19:00");
    assert!(reading.assumptions[0].ends_with("begin with “remind me to”."));
}

#[test]
fn a_task_takes_2000_characters_of_line_and_500_of_title() {
    assert_eq!(task(&"ü".repeat(500)).title.chars().count(), 500);
    let tags: Vec<String> = (0..30).map(|n| format!("#{}{n}", "t".repeat(35))).collect();
    assert_eq!(task(&format!("x {}", tags.join(" "))).tags.len(), 30);
}
