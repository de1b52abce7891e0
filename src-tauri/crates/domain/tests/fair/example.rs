//! The example with the tasks A to E of the pool's first description: three workers, two at work,
//! and the free one takes the most urgent of what waits.

use crate::pool::{Pool, lane};

/// Every task in a lane of its own, or all in one.
fn order(lane_of: impl Fn(&str) -> &str) -> Vec<String> {
    let mut pool = Pool::new(3);
    for (name, priority) in [("A", 5), ("B", 5)] {
        pool.add(&lane(lane_of(name)), name, priority, 60_000);
        pool.fill();
        pool.now += 1;
    }
    // HIGH, NORMAL and LOW wait, whatever the order in which they came.
    for (name, priority) in [("E", 2), ("D", 5), ("C", 8)] {
        pool.add(&lane(lane_of(name)), name, priority, 100);
        pool.now += 1;
    }
    while pool.step() {}
    pool.started.iter().map(|(_, _, name)| name.clone()).collect()
}

#[test]
fn the_free_worker_takes_the_most_urgent() {
    assert_eq!(order(|_| "one"), ["A", "B", "C", "D", "E"]);
}

#[test]
fn so_it_does_when_each_belongs_to_a_group_of_its_own() {
    assert_eq!(order(|name| name), ["A", "B", "C", "D", "E"]);
}
