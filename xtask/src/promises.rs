//! `cargo xtask promises`: the tests of docs/promises.md at their full numbers, one line each.
//!
//! A test says what it has seen in a line `promise P2 1000000 0 illegal transitions`: the promise,
//! how many cases, and words. Whether the promise holds is whether the test passes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A promise, and the tests that show it at full numbers.
struct Promise {
    name: &'static str,
    package: &'static str,
    features: &'static [&'static str],
    /// As nextest prints them: binary and path.
    tests: &'static [&'static str],
}

const ZONES: &[&str] = &["zones"];
const DOMAIN: &str = "aegis-domain";
const STORE: &str = "aegis-store";
const ENGINE: &str = "aegis-engine";
const EXECUTORS: &str = "aegis-executors";
const HELPER: &str = "aegis-helper";
const TOOLS: &str = "aegis-tools";
/// The tests of this package start programs.
const APP: &str = "aegis-tests";

/// A promise may stand here more than once, next to itself, when several packages show it.
const PROMISES: &[Promise] = &[
    Promise {
        name: "P1",
        package: STORE,
        features: &[],
        tests: &["faults power::after_ten_thousand_power_cuts_everything_acknowledged_is_there"],
    },
    Promise {
        name: "P1",
        package: APP,
        features: &[],
        tests: &["app engine::kills::a_thousand_kills_lose_nothing_that_was_acknowledged"],
    },
    Promise {
        name: "P2",
        package: DOMAIN,
        features: ZONES,
        tests: &["machine walk::a_hundred_thousand_random_steps_take_only_edges_of_the_table"],
    },
    Promise {
        name: "P3",
        package: APP,
        features: &[],
        tests: &["app engine::kills::five_hundred_kills_leave_no_child_and_nothing_stuck"],
    },
    Promise {
        name: "P4",
        package: STORE,
        features: &[],
        tests: &["store keys::equal_keys_of_many_threads_make_one_task"],
    },
    Promise {
        name: "P5",
        package: STORE,
        features: &[],
        tests: &[
            "faults calls::on_a_full_disk",
            "faults calls::on_a_broken_disk",
            "faults calls::while_others_hold_every_lock",
            "faults calls::without_memory_at_the_start",
            "faults calls::without_memory_at_work",
            "faults copies::a_backup_that_meets_a_fault_leaves_nothing_half",
        ],
    },
    Promise {
        name: "P6",
        package: DOMAIN,
        features: ZONES,
        tests: &["schedule oracle::every_zone_and_every_change_of_the_clocks"],
    },
    Promise {
        name: "P7",
        package: DOMAIN,
        features: ZONES,
        tests: &["schedule oracle::every_zone_and_every_change_of_the_clocks"],
    },
    Promise {
        name: "P8",
        package: DOMAIN,
        features: ZONES,
        tests: &["machine schedules::after_every_downtime_the_policy_decides"],
    },
    Promise {
        name: "P9",
        package: DOMAIN,
        features: ZONES,
        tests: &["machine schedules::a_thousand_overlaps_leave_one_at_work"],
    },
    Promise {
        name: "P10",
        package: ENGINE,
        features: &[],
        tests: &[
            "engine clock::after_every_jump_what_is_overdue_starts_at_once_and_nothing_comes_twice",
        ],
    },
    Promise {
        name: "P11",
        package: HELPER,
        features: &[],
        tests: &["helper hostile::nothing_survives_five_hundred_cancels"],
    },
    Promise {
        name: "P12",
        package: APP,
        features: &[],
        tests: &["app engine::kills::five_hundred_kills_leave_no_child_and_nothing_stuck"],
    },
    Promise {
        name: "P13",
        package: HELPER,
        features: &[],
        tests: &[
            "helper escapes::no_attack_gets_out::user_1_User__Ordinary::mechanism_1_Mechanism__Bubblewrap::profile_1_Profile__Workspace",
            "helper escapes::no_attack_gets_out::user_1_User__Ordinary::mechanism_1_Mechanism__Bubblewrap::profile_2_Profile__Strict",
            "helper escapes::no_attack_gets_out::user_1_User__Ordinary::mechanism_2_Mechanism__Landlock::profile_1_Profile__Workspace",
            "helper escapes::no_attack_gets_out::user_1_User__Ordinary::mechanism_2_Mechanism__Landlock::profile_2_Profile__Strict",
            "helper escapes::no_attack_gets_out::user_2_User__Root::mechanism_1_Mechanism__Bubblewrap::profile_1_Profile__Workspace",
            "helper escapes::no_attack_gets_out::user_2_User__Root::mechanism_1_Mechanism__Bubblewrap::profile_2_Profile__Strict",
            "helper escapes::no_attack_gets_out::user_2_User__Root::mechanism_2_Mechanism__Landlock::profile_1_Profile__Workspace",
            "helper escapes::no_attack_gets_out::user_2_User__Root::mechanism_2_Mechanism__Landlock::profile_2_Profile__Strict",
            "helper escapes::without_a_mechanism_nothing_starts::user_1_User__Ordinary",
            "helper escapes::without_a_mechanism_nothing_starts::user_2_User__Root",
            "helper escapes::every_attack_gets_out_where_there_is_no_sandbox::user_1_User__Ordinary",
            "helper escapes::every_attack_gets_out_where_there_is_no_sandbox::user_2_User__Root",
        ],
    },
    Promise {
        name: "P14",
        package: TOOLS,
        features: &[],
        tests: &["tools injections::two_hundred_injections_have_no_effect_that_nobody_allowed"],
    },
    Promise {
        name: "P15",
        package: APP,
        features: &[],
        tests: &["app cli::keys::no_key_that_aegis_knows_is_at_rest_anywhere"],
    },
    Promise {
        name: "P18",
        package: DOMAIN,
        features: ZONES,
        tests: &[
            "schedule cron::a_million_texts_are_answered",
            "quick_add fuzz::a_million_lines_are_answered",
        ],
    },
    Promise {
        name: "P18",
        package: EXECUTORS,
        features: &[],
        tests: &[
            "aegis_executors claude_code::stream::tests::a_hundred_thousand_streams_are_answered",
        ],
    },
    Promise {
        name: "P19",
        package: APP,
        features: &[],
        tests: &["app cli::output::a_flood_of_output_costs_its_cap_and_says_that_it_was_cut"],
    },
    Promise {
        name: "P20",
        package: STORE,
        features: &[],
        tests: &[
            "store transfer::many_tasks_go_through_one_import",
            "store all_rows::every_kind_of_row_goes_out_and_in_and_out_again_as_it_was",
        ],
    },
    Promise {
        name: "P20",
        package: APP,
        features: &[],
        tests: &[
            "app cli::cut_off::a_restore_that_is_killed_leaves_the_old_database_or_the_new_one",
            "app cli::cut_off::an_import_that_is_killed_leaves_all_or_nothing",
        ],
    },
    Promise {
        name: "P21",
        package: DOMAIN,
        features: ZONES,
        tests: &[
            "fair shares::ten_thousand_tasks_of_uneven_groups_share_evenly",
            "fair bounds::priority_zero_is_overtaken_for_ten_minutes_and_no_longer",
            "fair bounds::a_new_group_waits_for_one_start_of_each_other",
        ],
    },
];

/// What a test has said of one promise.
#[derive(Default)]
struct Seen {
    cases: u64,
    words: Vec<String>,
}

/// Runs the tests of every promise, or of the one that is named, and prints a line for each.
pub fn run(root: &Path, only: Option<&str>) -> Result<()> {
    let wanted: Vec<_> = PROMISES.iter().filter(|p| only.is_none_or(|o| o == p.name)).collect();
    if wanted.is_empty() {
        let known: Vec<_> = PROMISES.iter().map(|p| p.name).collect();
        bail!("no test shows {}; there are tests for {}", only.unwrap_or("it"), known.join(", "));
    }
    let mut broken = 0;
    let mut told: BTreeMap<&str, (bool, String)> = BTreeMap::new();
    if wanted.iter().any(|promise| promise.package == APP) {
        build_programs(root)?;
    }
    for shown in wanted.chunk_by(|a, b| a.name == b.name) {
        let mut seen = Seen::default();
        let mut holds = true;
        for (promise, test) in shown.iter().flat_map(|p| p.tests.iter().map(move |t| (p, t))) {
            // Two promises may share a test that takes minutes.
            if !told.contains_key(test) {
                told.insert(test, measure(root, promise, test)?);
            }
            let (passed, output) = &told[test];
            holds &= passed;
            read(output, promise.name, &mut seen);
        }
        let verdict = if holds { "holds" } else { "falls short" };
        let name = shown.first().map_or("", |promise| promise.name);
        println!("{name} {} {verdict} {}", seen.cases, seen.words.join("; "));
        broken += u32::from(!holds);
    }
    if broken > 0 {
        bail!("{broken} of the promises are broken");
    }
    Ok(())
}

/// Builds the programs that whole-application tests start.
fn build_programs(root: &Path) -> Result<()> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root).args(["build", "--quiet", "-p", "aegis-cli", "-p", "aegis-helper"]);
    if !cargo.status().context("cargo build could not be started")?.success() {
        bail!("the programs could not be built");
    }
    Ok(())
}

/// Runs one test at full numbers; says whether it passed, and all that it printed.
fn measure(root: &Path, promise: &Promise, test: &str) -> Result<(bool, String)> {
    let (binary, path) = test.split_once(' ').context("a test is named by binary and path")?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(root)
        .env("AEGIS_PROMISES", "full")
        .args(["nextest", "run", "--cargo-quiet", "--profile", "promises", "--no-capture"])
        .args(["--run-ignored", "all"])
        .args(["--package", promise.package]);
    if !promise.features.is_empty() {
        cargo.args(["--features", &promise.features.join(",")]);
    }
    cargo.args(["-E", &format!("binary(={binary}) and test(={path})")]);
    let output = cargo.output().context("cargo nextest could not be started")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        eprint!("{text}{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok((output.status.success(), text))
}

/// Adds what `output` says of the promise `name`.
fn read(output: &str, name: &str, seen: &mut Seen) {
    for line in output.lines() {
        let mut words = line.trim().splitn(4, ' ');
        let told = (words.next(), words.next(), words.next(), words.next());
        if let (Some("promise"), Some(found), Some(cases), Some(rest)) = told
            && found == name
        {
            seen.cases += cases.parse::<u64>().unwrap_or(0);
            seen.words.push(rest.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_of_the_promise_count() {
        let mut seen = Seen::default();
        let output = "running 1 test\npromise P2 40 fine\npromise P20 7 other\n promise P2 2 too\n";
        read(output, "P2", &mut seen);
        assert_eq!((seen.cases, seen.words.join("; ")), (42, "fine; too".to_owned()));
    }
}
