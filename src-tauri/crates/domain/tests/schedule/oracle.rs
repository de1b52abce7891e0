//! P6 and P7: the same questions to cronsim, a cron of another make that follows Debian's.
//!
//! `cronsim_sample.txt` holds some of its answers. With `make promises` the script that wrote
//! them is asked about every zone and every change of the clocks of 2000 to 2037. It asks nothing
//! about fixed times around the days that Apia and Fakaofo left out: cronsim makes up for any gap,
//! Debian's cron and Aegis for three hours (see `clock_changes`).

use crate::making::{at, cron};
use chrono_tz::IANA_TZDB_VERSION;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};

const SAMPLE: &str = include_str!("cronsim_sample.txt");
const SCRIPT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../scripts/oracle/cronsim_oracle.py");

#[derive(Default)]
struct Comparison {
    zones: BTreeSet<String>,
    questions: usize,
    instants: usize,
    wrong: Vec<String>,
}

impl Comparison {
    /// Holds one line of cronsim's against our answers, forwards and backwards.
    fn line(&mut self, line: &str) {
        if line.starts_with('#') {
            return;
        }
        let parts: Vec<&str> = line.split(" |").map(str::trim).collect();
        let [zone, expression, after, until, expected] = parts[..] else {
            panic!("not an answer of the oracle: {line}");
        };
        let calendar = cron(zone, expression).compile().unwrap();
        let (after, until) = (at(after), at(until));
        let found: Vec<_> = calendar.between(after, until).collect();
        let mut back = Vec::new();
        let mut before = until + chrono::TimeDelta::milliseconds(1);
        while let Some(instant) = calendar.previous(before).filter(|instant| *instant > after) {
            back.push(instant);
            before = instant;
        }
        back.reverse();
        let told: Vec<String> =
            found.iter().map(|t| t.format("%Y-%m-%dT%H:%M:%SZ").to_string()).collect();
        if told.join(" ") != expected || back != found {
            self.wrong.push(format!("{line}\n  ours: {}\n  back: {back:?}", told.join(" ")));
        }
        self.zones.insert(zone.to_owned());
        self.questions += 1;
        self.instants += found.len();
    }

    fn report(&self) -> String {
        format!(
            "{} zones, {} questions, {} instants, {} mismatches",
            self.zones.len(),
            self.questions,
            self.instants,
            self.wrong.len()
        )
    }
}

#[test]
fn a_sample_of_cronsims_answers_is_ours() {
    let release = SAMPLE.lines().next().unwrap_or_default();
    assert!(
        release.ends_with(&format!(", tz {IANA_TZDB_VERSION}")),
        "the sample is of another release of the time-zone database than chrono-tz: {release}; \
         make it anew with the command in its second line",
    );
    let mut comparison = Comparison::default();
    SAMPLE.lines().for_each(|line| comparison.line(line));
    assert!(
        comparison.wrong.is_empty(),
        "{}\n{}",
        comparison.report(),
        comparison.wrong.join("\n")
    );
    assert!(comparison.questions > 500, "{}", comparison.report());
}

#[test]
#[ignore = "takes minutes and needs Python: make promises ONLY=P6"]
fn every_zone_and_every_change_of_the_clocks() {
    // A tool of the tests, without children to leave behind.
    #[allow(clippy::disallowed_types)]
    let mut script = std::process::Command::new("python3")
        .args([SCRIPT, "--tz", IANA_TZDB_VERSION])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut comparison = Comparison::default();
    for line in BufReader::new(script.stdout.take().unwrap()).lines() {
        comparison.line(&line.unwrap());
    }
    assert!(script.wait().unwrap().success(), "the oracle failed");
    let known = chrono_tz::TZ_VARIANTS.len();
    for promise in ["P6", "P7"] {
        let (cases, report) = (comparison.questions, comparison.report());
        println!("promise {promise} {cases} {report}; {known} names of zones are known");
    }
    assert!(
        comparison.wrong.is_empty(),
        "{}",
        comparison.wrong[..comparison.wrong.len().min(20)].join("\n")
    );
    assert!(comparison.zones.len() >= known - 1, "zones are missing: {}", comparison.report());
}
