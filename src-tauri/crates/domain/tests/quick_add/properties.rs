//! What holds for every line.

use crate::at_desk::{ZONE, instant, read_at};
use aegis_domain::Schedule;
use aegis_domain::quick_add::{self, Reading};
use chrono::{TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;

/// Words that the grammar knows, and some that it does not.
const WORDS: &str = r##"
    run: run:ls claude: remind me to in at on next this the every each other daily mondays
    until from starting between except times for weekdays hourly monthly first last 15th 31st month
    twice :15 minute minutes utc europe/berlin EST mon, wed, mon-fri every every day @bob ~web after
    #12, or year week quarter fortnight half weekend sundays 10
    1 0 7 12 13 99 1h30 1.5 a an half and hour minutes s days weeks months 99999999999 years
    14:30 25:00 7am 13pm pm noon midnight o'clock in the evening at night
    today tonight tomorrow day after morning night friday sun
    december 24th of 2027 2026-12-01 2026-02-30 2026-12-01T14:30:00Z 9999-12-31
    p5 p11 p !high #tag #1 # #c++ " "p5 p5" ' \ ~/x | A=b größe 👍 , for before
"##;

fn words() -> Vec<&'static str> {
    WORDS.split_whitespace().collect()
}

fn lines_of_known_words() -> impl Strategy<Value = String> {
    let gap = prop_oneof![4 => Just(" "), 1 => Just(""), 1 => Just(", ")];
    proptest::collection::vec((proptest::sample::select(words()), gap), 0..14)
        .prop_map(|words| words.into_iter().flat_map(|(word, gap)| [word, gap]).collect())
}

/// Lines as the grammar of the module's documentation makes them: every part of a sort that fits
/// where it stands, the parts in any order.
fn lines_by_the_grammar() -> impl Strategy<Value = String> {
    let one = |parts: &'static [&'static str]| proptest::sample::select(parts);
    let clock =
        one(&["7", "07:00", "7:30pm", "noon", "midnight", "23:59", "12am", "8 in the evening"]);
    let number = one(&["2", "3", "other", "two", "10", "45", "400", "0", "99999999999999999999"]);
    let unit =
        one(&["days", "weeks", "months", "years", "hours", "minutes", "seconds", "day", "week"]);
    let days = one(&[
        "monday",
        "mon, wed and fri",
        "weekday",
        "weekend",
        "fri-mon",
        "1st and 15th",
        "last friday",
        "24 december",
        "29 february",
        "31st",
        "first workday of the month",
    ]);
    let day = one(&[
        "tomorrow",
        "friday",
        "1 march",
        "2026-12-24",
        "on the 31st",
        "next mon",
        "9999-12-31",
    ]);
    let zone =
        one(&["", "", "", "utc", "europe/berlin", "america/new_york", "pacific/apia", "EST"]);
    let mark = one(&["", "", "p8", "#health", "@bob", "~web", "after #12", "after #1 or #2"]);
    let adverb = one(&["daily", "weekly", "monthly", "yearly", "hourly", "quarterly", "nightly"]);
    let head = prop_oneof![
        (number, unit).prop_map(|(number, unit)| format!("every {number} {unit}")),
        days.prop_map(|days| format!("every {days}")),
        one(&["every day", "every hour", "every month", "every night", "every year"])
            .prop_map(str::to_owned),
        adverb.prop_map(str::to_owned),
        day.clone().prop_map(str::to_owned),
    ];
    let at = prop_oneof![
        Just(String::new()),
        clock.clone().prop_map(|clock| format!("at {clock}")),
        (clock.clone(), clock.clone()).prop_map(|(one, other)| format!("at {one} and {other}")),
    ];
    let bound = prop_oneof![
        3 => Just(String::new()),
        1 => day.clone().prop_map(|day| format!("until {day}")),
        1 => day.clone().prop_map(|day| format!("starting {day}")),
        1 => (day.clone(), day.clone()).prop_map(|(from, to)| format!("from {from} to {to}")),
        1 => day.prop_map(|day| format!("except {day}")),
        1 => Just("except sundays".to_owned()),
        1 => (1_u32..200_000).prop_map(|times| format!("{times} times")),
        1 => (clock.clone(), clock).prop_map(|(from, to)| format!("between {from} and {to}")),
        1 => Just("for 2 weeks".to_owned()),
    ];
    let prefix = one(&["remind me to go", "remind me", "run: ls", "claude: go", "go"]);
    let parts = (
        head,
        at,
        zone.prop_map(str::to_owned),
        bound.clone(),
        bound,
        mark.prop_map(str::to_owned),
    );
    (parts, prefix, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |((head, at, zone, one, other, mark), prefix, place, timed_first)| {
            let mut when = vec![format!("{head} {at} {zone}"), one, other, mark];
            if timed_first {
                when.rotate_left(1);
            }
            when.insert(place.index(when.len() + 1), prefix.to_owned());
            when.join(" ")
        },
    )
}

fn zones() -> impl Strategy<Value = Tz> {
    proptest::sample::select(&TZ_VARIANTS[..])
}

/// 2000 to 2037, by the millisecond.
fn moments() -> impl Strategy<Value = chrono::DateTime<Utc>> {
    (946_684_800_000_i64..2_145_916_800_000)
        .prop_map(|millis| chrono::DateTime::from_timestamp_millis(millis).unwrap())
}

fn check(text: &str, reading: &Reading, now: chrono::DateTime<Utc>) {
    let mut end = 0;
    for span in &reading.spans {
        assert!(end <= span.start && span.start < span.end, "{text:?}: {:?}", reading.spans);
        assert!(text.get(span.start..span.end).is_some(), "{text:?}: {span:?}");
        end = span.end;
    }
    for sentence in &reading.assumptions {
        assert!(sentence.ends_with('.'), "{text:?}: {sentence}");
    }
    match &reading.task {
        Ok(task) => {
            assert!(!reading.summary.is_empty(), "{text:?}");
            let whole =
                |at: chrono::DateTime<Utc>| at.timestamp_subsec_nanos().is_multiple_of(1_000_000);
            match &task.schedule {
                Schedule::At { at, .. } => assert!(*at > now && whole(*at), "{text:?}: {at}"),
                Schedule::Recurring(recurrence) => {
                    for edge in [recurrence.starts, recurrence.until].into_iter().flatten() {
                        assert!(edge > now && whole(edge), "{text:?}: {edge}");
                    }
                    assert!(task.executor.is_some(), "{text:?}");
                }
                Schedule::Now => assert!(task.executor.is_some(), "{text:?}"),
                Schedule::Manual => assert!(task.executor.is_none(), "{text:?}"),
                Schedule::After => panic!("{text:?}"),
            }
            let checked = task.clone().check(now);
            assert!(checked.is_ok(), "{text:?}: {checked:?}");
            if let Schedule::Recurring(recurrence) = checked.unwrap().schedule {
                let before = recurrence.starts.map_or(now, |at| at - TimeDelta::milliseconds(1));
                let first = recurrence.compile().unwrap().next(before);
                assert!(first.is_some(), "{text:?}: {recurrence:?}");
            }
        }
        Err(problem) => {
            assert!(problem.message.ends_with('.') && problem.hint.ends_with('.'), "{problem:?}");
        }
    }
}

/// 2,000 cases, or as many more as `PROPTEST_CASES` says.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: asked.cases.max(2_000), ..asked }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_has_a_sound_reading(text in any::<String>(), now in moments(), zone in zones()) {
        check(&text, &quick_add::read(&text, now, zone), now);
    }

    #[test]
    fn any_visible_text_has_a_sound_reading(
        text in "\\PC{0,80}",
        prefix in proptest::sample::select(&["", "run: ", "remind me ", "at 9 run:"][..]),
        now in moments(),
        zone in zones(),
    ) {
        let text = format!("{prefix}{text}");
        check(&text, &quick_add::read(&text, now, zone), now);
    }

    #[test]
    fn any_mixture_of_known_words_has_a_sound_reading(
        text in lines_of_known_words(),
        prefix in proptest::sample::select(&["", "remind me "][..]),
        now in moments(),
        zone in zones(),
    ) {
        let text = format!("{prefix}{text}");
        let reading = quick_add::read(&text, now, zone);
        check(&text, &reading, now);
        prop_assert_eq!(&reading, &quick_add::read(&text, now, zone), "not deterministic");
    }

    #[test]
    fn any_line_of_the_grammar_has_a_sound_reading(
        text in lines_by_the_grammar(),
        now in moments(),
        zone in zones(),
    ) {
        check(&text, &quick_add::read(&text, now, zone), now);
    }

    #[test]
    fn white_space_around_a_line_means_nothing(
        text in prop_oneof![lines_by_the_grammar(), lines_of_known_words()],
        before in "[ \u{a0}]{0,3}",
        after in "[ \u{a0}]{0,3}",
        now in moments(),
    ) {
        let text = text.trim();
        // A space behind a backslash is a character of the command.
        prop_assume!(!text.ends_with('\\'));
        let bare = quick_add::read(text, now, ZONE);
        let spaced = quick_add::read(&format!("{before}{text}{after}"), now, ZONE);
        let moved = spaced.spans.iter().map(|span| (span.start - before.len(), span.kind));
        let kinds: Vec<_> = bare.spans.iter().map(|span| (span.start, span.kind)).collect();
        prop_assert_eq!(moved.collect::<Vec<_>>(), kinds);
        prop_assert_eq!(
            (spaced.task, spaced.assumptions, spaced.summary),
            (bare.task, bare.assumptions, bare.summary)
        );
    }

    #[test]
    fn a_length_in_exact_units_is_added_to_the_instant(
        hours in 0_i64..2_000,
        minutes in 0_i64..60,
        seconds in 1_i64..60,
        now in moments(),
        zone in zones(),
    ) {
        let text = format!("remind me to go in {hours}h {minutes} minutes and {seconds} seconds");
        let expected = now + TimeDelta::seconds(hours * 3_600 + minutes * 60 + seconds);
        let task = quick_add::read(&text, now, zone).task.unwrap();
        prop_assert_eq!(task.schedule, Schedule::at(expected));
    }

    #[test]
    fn a_time_of_day_is_what_the_clocks_show_next(
        hour in 12_u32..24,
        minute in 0_u32..60,
        now in moments(),
    ) {
        let text = format!("remind me at {hour}:{minute:02} to go");
        let task = quick_add::read(&text, now, ZONE).task.unwrap();
        let Schedule::At { at, .. } = task.schedule else { panic!("{task:?}") };
        // Berlin changes its clocks at night only, so that every afternoon has all its minutes.
        let shown = at.with_timezone(&ZONE).format("%H:%M:%S").to_string();
        prop_assert_eq!(shown, format!("{hour}:{minute:02}:00"));
        prop_assert!(at > now && at - now <= TimeDelta::hours(25));
    }

    #[test]
    fn quotes_keep_any_words_as_text(text in lines_of_known_words()) {
        let bare = format!("{} p5", text.replace('"', ""));
        let quoted = format!("\"{}\"", bare.trim());
        let reading = read_at(&quoted, "2026-11-21T14:30:00Z");
        prop_assert!(reading.spans.is_empty(), "{:?}", reading.spans);
        let title = reading.task.unwrap().title;
        prop_assert_eq!(title.trim_matches('"').trim(), bare.trim());
    }
}

#[test]
fn the_longest_lines_of_one_word_have_a_sound_reading() {
    let now = instant("2026-11-21T14:30:00Z");
    for word in words() {
        let line: String = [word, " "].concat().repeat(2_000).chars().take(2_000).collect();
        check(&line, &quick_add::read(&line, now, ZONE), now);
    }
}
