//! Lines without a prefix.

use crate::at_desk::{read, task};
use aegis_domain::Schedule;
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
