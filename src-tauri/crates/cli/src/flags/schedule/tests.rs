use super::*;
use crate::exit::Exit;
use crate::render::samples::NOON;
use aegis_protocol::ApiError;
use clap::Parser;
use rstest::rstest;
use serde_json::{Value, json};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    schedule: ScheduleArgs,
    #[command(flatten)]
    limits: Limits,
}

fn parse(words: &[&str]) -> Result<Line, clap::Error> {
    Line::try_parse_from(["line"].iter().chain(words))
}

fn schedule(words: &[&str]) -> Result<Option<Schedule>, Error> {
    let line = parse(words).unwrap();
    line.schedule.schedule(line.limits, NOON, || ZoneName::new("Europe/Berlin"))
}

fn made(words: &[&str]) -> Value {
    let schedule = schedule(words).unwrap().unwrap();
    schedule.clone().check(NOON).unwrap();
    serde_json::to_value(schedule).unwrap()
}

fn recurring(rule: &Value) -> Value {
    json!({ "kind": "recurring", "rule": rule, "zone": "Europe/Berlin" })
}

#[rstest]
#[case(&["--every", "2h"], json!({ "type": "every", "secs": 7200 }))]
#[case(&["--every", "45m", "--between", "09:00..17:00", "--on", "mon-fri"],
    json!({ "type": "every", "secs": 2700, "within": { "from": "09:00", "to": "17:00",
        "days": ["mon", "tue", "wed", "thu", "fri"] } }))]
#[case(&["--hourly"], json!({ "type": "hourly", "minute": 0 }))]
#[case(&["--hourly", "15"], json!({ "type": "hourly", "minute": 15 }))]
#[case(&["--daily", "19:00,07:00"], json!({ "type": "daily", "times": ["07:00", "19:00"] }))]
#[case(&["--daily", "07:00", "--interval", "3"],
    json!({ "type": "daily", "times": ["07:00"], "every": 3 }))]
#[case(&["--weekly", "mon,wed,fri", "--time", "06:30"],
    json!({ "type": "weekly", "days": ["mon", "wed", "fri"], "times": ["06:30"] }))]
#[case(&["--weekly", "tue", "--time", "18:30", "--interval", "2"],
    json!({ "type": "weekly", "days": ["tue"], "times": ["18:30"], "every": 2 }))]
#[case(&["--monthly", "1,15,L,mon#1", "--time", "09:00"],
    json!({ "type": "monthly", "days": ["1", "15", "L", "mon#1"], "times": ["09:00"] }))]
#[case(&["--cron", "0 9 * * mon-fri"], json!({ "type": "cron", "expression": "0 9 * * mon-fri" }))]
fn every_kind_of_repeating(#[case] words: &[&str], #[case] rule: Value) {
    assert_eq!(made(words), recurring(&rule));
}

#[test]
fn once_is_an_instant() {
    assert_eq!(made(&["--in", "10m"]), json!({ "kind": "at", "at": "2026-11-21T12:10:00Z" }));
    let at = made(&["--at", "2026-11-22T08:00:00+02:00", "--start-deadline", "5m"]);
    let policies = json!({ "misfire": { "policy": "run_once" }, "overlap": "forbid", "start_deadline_secs": 300 });
    assert_eq!(at, json!({ "kind": "at", "at": "2026-11-22T06:00:00Z", "policies": policies }));
    assert_eq!(made(&["--in", "0s"]), json!({ "kind": "now" }));
}

#[test]
fn nothing_is_no_schedule() {
    assert_eq!(schedule(&[]).unwrap(), None);
    assert!(parse(&[]).unwrap().schedule.is_absent());
    assert!(!parse(&["--jitter", "30s"]).unwrap().schedule.is_absent());
}

#[test]
fn what_goes_with_it_arrives() {
    let all = made(&[
        "--daily",
        "07:00",
        "--zone",
        "Asia/Tokyo",
        "--starts",
        "2026-12-01T00:00:00Z",
        "--until",
        "2027-12-01T00:00:00Z",
        "--count",
        "20",
        "--except",
        "2026-12-24..2027-01-01,2027-04-02",
        "--except",
        "2027-05-01",
        "--misfire",
        "all:3",
        "--overlap",
        "replace",
        "--start-deadline",
        "5m",
        "--jitter",
        "30s",
    ]);
    let expected = json!({
        "kind": "recurring",
        "rule": { "type": "daily", "times": ["07:00"] },
        "zone": "Asia/Tokyo",
        "policies": { "misfire": { "policy": "run_all", "at_most": 3 }, "overlap": "replace",
            "start_deadline_secs": 300, "jitter_secs": 30 },
        "starts": "2026-12-01T00:00:00Z", "until": "2027-12-01T00:00:00Z", "count": 20,
        "exclude": [{ "from": "2026-12-24", "to": "2027-01-01" }, { "from": "2027-04-02" },
            { "from": "2027-05-01" }],
    });
    assert_eq!(all, expected);
}

#[rstest]
#[case(&["--weekly", "mon"], "at what time")]
#[case(&["--monthly", "L"], "at what time")]
#[case(&["--time", "07:00"], "--time goes with --weekly and --monthly")]
#[case(&["--daily", "07:00", "--time", "08:00"], "--time goes with --weekly and --monthly")]
#[case(&["--every", "1h", "--interval", "2"], "--interval goes with")]
#[case(&["--hourly", "--between", "09:00..17:00"], "--between goes with --every")]
#[case(&["--zone", "UTC"], "--zone goes with a schedule that repeats")]
#[case(&["--in", "1h", "--zone", "UTC"], "--zone goes with a schedule that repeats")]
#[case(&["--starts", "2026-12-01T00:00:00Z"], "--starts")]
#[case(&["--until", "2026-12-01T00:00:00Z"], "--until")]
#[case(&["--at", "2026-12-01T00:00:00Z", "--count", "2"], "--count")]
#[case(&["--except", "2026-12-24"], "--except")]
#[case(&["--misfire", "skip"], "--misfire goes with a schedule")]
#[case(&["--overlap", "allow"], "--overlap")]
#[case(&["--start-deadline", "5m"], "--start-deadline")]
#[case(&["--jitter", "30s"], "--jitter")]
#[case(&["--in", "400000y"], "calendar")]
fn what_does_not_go_together_is_a_usage_error(#[case] words: &[&str], #[case] part: &str) {
    let error = schedule(words).unwrap_err();
    assert_eq!(error.exit(), Exit::Usage);
    assert!(error.to_string().contains(part), "{error}");
    assert!(error.hint().is_some());
}

#[rstest]
#[case(&["--daily", "07:00", "--cron", "@daily"])]
#[case(&["--every", "1h", "--hourly"])]
#[case(&["--in", "1h", "--at", "2026-12-01T00:00:00Z"])]
#[case(&["--daily", "25:00"])]
#[case(&["--daily", ""])]
#[case(&["--weekly", "noday", "--time", "07:00"])]
#[case(&["--monthly", "32", "--time", "07:00"])]
#[case(&["--hourly", "300"])]
#[case(&["--every", "soon"])]
#[case(&["--every", "500ms"])]
#[case(&["--every", "-1h"])]
#[case(&["--on", "mon", "--every", "1h"])]
#[case(&["--daily", "07:00", "--except", "christmas"])]
#[case(&["--daily", "07:00", "--misfire", "maybe"])]
#[case(&["--daily", "07:00", "--overlap", "both"])]
#[case(&["--daily", "07:00", "--count", "-1"])]
#[case(&["--daily", "07:00", "--until", "tomorrow"])]
fn what_cannot_be_read_is_refused(#[case] words: &[&str]) {
    assert!(parse(words).is_err());
}

/// What can be read and cannot stand is refused by the domain, with a sentence and a hint.
#[rstest]
#[case(&["--daily", "07:00", "--zone", "Mars/Olympus"], "Mars/Olympus")]
#[case(&["--cron", "0 0 31 2 *"], "never happens")]
#[case(&["--cron", "61 * * * *"], "minute")]
#[case(&["--cron", ""], "empty")]
#[case(&["--hourly", "61"], "minute 61")]
#[case(&["--every", "0s"], "0 seconds")]
#[case(&["--every", "10000 years"], "315576000000 seconds")]
#[case(&["--every", "1h", "--between", "17:00..09:00"], "end before they begin")]
#[case(&["--daily", "07:00", "--count", "0"], "0 times")]
#[case(&["--daily", "07:00", "--interval", "0"], "every 0 days")]
#[case(&["--daily", "07:00", "--until", "2026-11-01T00:00:00Z"], "in the past")]
#[case(&["--daily", "07:00", "--except", "2027-01-02..2027-01-01"], "ends before it begins")]
#[case(&["--daily", "07:00", "--misfire", "all:0"], "0 at a time")]
#[case(&["--daily", "07:00", "--jitter", "2d"], "jitter")]
#[case(&["--daily", "07:00", "--start-deadline", "0s"], "deadline")]
#[case(&["--at", "2026-11-21T11:59:59Z"], "in the past")]
fn what_cannot_stand_is_refused_with_a_hint(#[case] words: &[&str], #[case] part: &str) {
    let invalid = schedule(words).unwrap().unwrap().check(NOON).unwrap_err();
    assert!(invalid.message.contains(part), "{}", invalid.message);
    let error = Error::Api(ApiError::from(invalid));
    assert_eq!(error.exit(), Exit::Rejected);
    assert!(error.hint().is_some());
}
