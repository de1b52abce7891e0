//! Groups get equal shares, whatever they bring.

use crate::full;
use crate::pool::{Pool, lane};
use aegis_domain::Entropy;
use aegis_domain::fair::Lane;
use proptest::prelude::*;

/// Jain's index of fairness: 1 when all have the same, 1/n when one has everything (Jain, Chiu and
/// Hawe, "A Quantitative Measure of Fairness", 1984).
fn jain(had: &[f64]) -> f64 {
    let sum: f64 = had.iter().sum();
    let squares: f64 = had.iter().map(|x| x * x).sum();
    sum * sum / (squares * had.len() as f64)
}

/// A group: how much it brings, and how long each piece takes.
struct Group {
    lane: Lane,
    count: u32,
    millis: i64,
}

/// Groups of very different sizes that have `tasks` tasks in all, of very different lengths.
fn uneven(tasks: u32, groups: u32, entropy: &mut Entropy) -> Vec<Group> {
    let weights: Vec<u32> = (1..=groups).map(|n| 1000 / n).collect();
    let sum: u32 = weights.iter().sum();
    let mut made = Vec::new();
    for (n, weight) in weights.iter().enumerate() {
        let millis = [50, 500, 5_000, 60_000][usize::try_from(entropy.up_to(3)).unwrap()];
        let count = (tasks * weight / sum).max(1);
        made.push(Group { lane: lane(&format!("w{n}")), count, millis });
    }
    made
}

/// Runs everything, and returns the least index of all stretches in which the same groups had
/// work, how many stretches those were, and the number of starts in all.
///
/// A stretch counts when it is long enough for everybody to have had 20 turns: before, the index
/// says more of where it was cut off than of the shares.
fn least_index(groups: &[Group], slots: u32, fair: bool) -> (f64, u32, usize) {
    let mut pool = Pool::new(slots);
    for group in groups {
        for n in 0..group.count {
            // Priorities differ too: within a group they decide, between groups they do not.
            let target = if fair { group.lane.clone() } else { lane("one for all") };
            pool.add(&target, &format!("{n}"), u8::try_from(n % 11).unwrap(), group.millis);
        }
    }
    let longest = groups.iter().map(|g| g.millis).max().unwrap();
    let (mut least, mut stretches) = (1.0f64, 0);
    let mut stretch: Option<(Vec<Lane>, Vec<i64>, i64)> = None;
    let had = |pool: &Pool, lanes: &[Lane]| -> Vec<i64> {
        lanes.iter().map(|lane| pool.had.get(lane).copied().unwrap_or(0)).collect()
    };
    while pool.step() {
        let busy: Vec<Lane> =
            groups.iter().map(|g| g.lane.clone()).filter(|lane| pool.waits(lane) > 0).collect();
        match &stretch {
            Some((lanes, before, since)) if *lanes != busy => {
                let lasted = (pool.now - since) * i64::from(slots);
                if lanes.len() > 1 && lasted > longest * 20 * i64::try_from(lanes.len()).unwrap() {
                    let now = had(&pool, lanes);
                    let gained: Vec<f64> =
                        now.iter().zip(before).map(|(now, before)| (now - before) as f64).collect();
                    least = least.min(jain(&gained));
                    stretches += 1;
                }
                stretch = Some((busy.clone(), had(&pool, &busy), pool.now));
            }
            None => stretch = Some((busy.clone(), had(&pool, &busy), pool.now)),
            Some(_) => {}
        }
    }
    (least, stretches, pool.started.len())
}

#[test]
fn ten_thousand_tasks_of_uneven_groups_share_evenly() {
    let rounds = if full() { 20 } else { 2 };
    let mut entropy = Entropy::new(21);
    let (mut least, mut cases, mut stretches) = (1.0f64, 0, 0);
    for round in 0..rounds {
        let groups = uneven(10_000, 5 + round % 16, &mut entropy);
        let expected: u32 = groups.iter().map(|g| g.count).sum();
        let (index, measured, starts) = least_index(&groups, 1 + round % 8, true);
        assert_eq!(starts, expected as usize, "everything was started");
        least = least.min(index);
        cases += starts;
        stretches += measured;
    }
    println!(
        "promise P21 {cases} Jain index {least:.4} at the least, in {stretches} stretches of tasks \
         of uneven groups"
    );
    assert!(stretches >= rounds, "{stretches}");
    assert!(least >= 0.95, "{least}");
}

/// The control: with one line for all, whoever brings most gets most.
#[test]
fn one_line_for_all_is_not_fair() {
    let groups = [
        Group { lane: lane("many"), count: 900, millis: 1000 },
        Group { lane: lane("few"), count: 100, millis: 1000 },
    ];
    let share = |fair: bool| {
        let mut pool = Pool::new(1);
        for group in &groups {
            for n in 0..group.count {
                let target = if fair { group.lane.clone() } else { lane("one for all") };
                let name = group.lane.workspace.clone().unwrap();
                pool.add(&target, &format!("{name} {n:04}"), 5, group.millis);
                pool.now += 1;
            }
        }
        for _ in 0..180 {
            pool.step();
        }
        let few = pool.started.iter().filter(|(_, _, name)| name.starts_with("few")).count();
        jain(&[few as f64, (pool.started.len() - few) as f64])
    };
    assert!(share(true) > 0.99, "{}", share(true));
    assert!(share(false) < 0.6, "{}", share(false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the groups bring: no slot stays free while something waits, and everything starts
    /// once.
    #[test]
    fn nothing_waits_while_a_slot_is_free(
        groups in prop::collection::vec((1u32..40, 1i64..100_000), 1..12),
        slots in 1u32..9,
    ) {
        let mut pool = Pool::new(slots);
        let mut expected = 0;
        for (n, (count, millis)) in groups.iter().enumerate() {
            for task in 0..*count {
                pool.add(&lane(&format!("w{n}")), &format!("{task}"), 5, *millis);
                expected += 1;
            }
        }
        let work: i64 = groups.iter().map(|(count, millis)| i64::from(*count) * millis).sum();
        while pool.step() {}
        prop_assert_eq!(pool.started.len(), expected);
        // Busy until the last ones: at most one piece of work longer than evenly divided.
        let longest = groups.iter().map(|(_, millis)| *millis).max().unwrap();
        prop_assert!(pool.now <= work / i64::from(slots) + longest);
    }
}
