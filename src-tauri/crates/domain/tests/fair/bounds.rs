//! How long anybody can wait at most.

use crate::full;
use crate::pool::{Pool, lane};
use aegis_domain::Entropy;
use aegis_domain::fair::Caps;

/// Priority 0 among a stream of priority 10 in the same group is overtaken by what gets ready in
/// the next ten minutes, and by nothing else.
#[test]
fn priority_zero_is_overtaken_for_ten_minutes_and_no_longer() {
    let rounds = if full() { 100 } else { 5 };
    let mut entropy = Entropy::new(7);
    for _ in 0..rounds {
        let group = lane("busy");
        let mut pool = Pool::new(2);
        // More arrives than can be done: without the bound it would never start.
        let every = 500 + i64::try_from(entropy.up_to(400)).unwrap();
        for n in 0..20 {
            pool.add(&group, &format!("before {n}"), 10, 2_000);
        }
        pool.run_until(1_000);
        pool.add(&group, "patient", 0, 2_000);
        let asked = pool.now;
        let mut arrived = Vec::new();
        let done = |pool: &Pool| pool.started.iter().any(|(_, _, name)| name == "patient");
        while !done(&pool) {
            pool.run_until(pool.now + every);
            arrived.push((format!("urgent {}", arrived.len()), pool.now));
            pool.add(&group, &arrived.last().unwrap().0, 10, 2_000);
            pool.fill();
            assert!(pool.now < Pool::minutes(120), "it starves");
        }
        let before: Vec<_> =
            pool.started.iter().take_while(|(_, _, name)| name != "patient").collect();
        for (name, ready_at) in &arrived {
            let overtook = before.iter().any(|(_, _, started)| started == name);
            // To the millisecond: of two equal places the older one goes first.
            let within = ready_at - asked < Pool::minutes(10);
            assert_eq!(overtook, within, "{name}, ready {} ms later", ready_at - asked);
        }
    }
    println!(
        "promise P21 {rounds} priority 0 was overtaken by what came within ten minutes, and by \
         nothing else"
    );
}

/// A group that comes new, whatever its priority, waits for one more start of each other group at
/// most.
#[test]
fn a_new_group_waits_for_one_start_of_each_other() {
    let rounds = if full() { 500 } else { 30 };
    let mut entropy = Entropy::new(8);
    let mut most = 0;
    for _ in 0..rounds {
        let others = 1 + entropy.up_to(20);
        let mut pool = Pool::new(1 + u32::try_from(entropy.up_to(4)).unwrap());
        for n in 0..others {
            let millis = 10 + i64::try_from(entropy.up_to(30_000)).unwrap();
            for task in 0..50 {
                pool.add(&lane(&format!("w{n}")), &format!("{task}"), 10, millis);
            }
        }
        for _ in 0..entropy.up_to(100) {
            pool.step();
        }
        pool.fill();
        let new = lane("new");
        pool.add(&new, "first", 0, 1000);
        let before = pool.started.len();
        while !pool.started.iter().any(|(_, lane, _)| *lane == new) {
            assert!(pool.step());
        }
        let place = pool.started.iter().position(|(_, lane, _)| *lane == new).unwrap();
        let overtaken = place - before;
        assert!(overtaken <= usize::try_from(others).unwrap(), "{overtaken} of {others}");
        most = most.max(overtaken);
    }
    println!(
        "promise P21 {rounds} a new group waited for {most} starts of up to 21 others, one of each \
         at the most"
    );
}

/// A group that may not start more keeps nobody else from it, and saves nothing up meanwhile.
#[test]
fn a_limit_holds_its_group_and_no_other() {
    let mut pool = Pool::new(4);
    pool.limits.workspaces = Caps([("tight".to_owned(), 1)].into());
    for n in 0..100 {
        pool.add(&lane("tight"), &format!("{n}"), 10, 1_000);
        pool.add(&lane("free"), &format!("{n}"), 0, 1_000);
    }
    pool.run_until(10_000);
    let of = |name: &str| pool.had[&lane(name)];
    assert_eq!((of("tight"), of("free")), (10_000, 30_000));
    pool.limits.workspaces = Caps::default();
    let before = (of("tight"), of("free"));
    pool.run_until(20_000);
    let of = |name: &str| pool.had[&lane(name)];
    let gained = (of("tight") - before.0, of("free") - before.1);
    assert!((gained.0 - gained.1).abs() <= 4_000, "{gained:?}");
}
