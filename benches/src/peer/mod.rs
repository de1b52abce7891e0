//! Other queues on SQLite, doing the same thing: submit → durable → claimed → handler entered →
//! completion durable, with work that does nothing.
//!
//! Each is a program of its own (`benches/peers/`) that works for some seconds and says in a line
//! what it did, and which pragmas its own connection had. What they are and how they were set is
//! in `benches/README.md`.

mod run;

use crate::durability::Synchronous;
use crate::site::Site;
use crate::stats::median;
use anyhow::Result;
use run::Turn;
use std::collections::BTreeMap;
use std::time::Duration;

/// A peer in one of the ways in which it can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Peer {
    name: &'static str,
    /// How submitters and workers are spread: the peer's best one counts.
    layout: &'static str,
    program: Program,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Program {
    Python,
    Node,
    Apalis,
}

const fn peer(name: &'static str, layout: &'static str, program: Program) -> Peer {
    Peer { name, layout, program }
}

/// Everybody.
///
/// `in turn`: one thread submits and works in turn, so nobody waits for a lock. `apart`: a process
/// submits, another one works. `…-connections`: the peer's own worker beside the submitters, in one
/// process with so many connections.
const PEERS: &[Peer] = &[
    peer("huey", "in-turn", Program::Python),
    peer("huey", "apart", Program::Python),
    peer("litequeue", "in-turn", Program::Python),
    peer("litequeue", "apart", Program::Python),
    peer("honker", "in-turn", Program::Python),
    peer("honker", "apart", Program::Python),
    peer("plainjob", "in-turn", Program::Node),
    peer("plainjob", "apart", Program::Node),
    peer("apalis-sqlite", "one-connection", Program::Apalis),
    peer("apalis-sqlite", "four-connections", Program::Apalis),
];

/// What the peers did, over all rounds.
#[derive(Default)]
pub struct Field {
    seen: BTreeMap<(Peer, u32), Vec<Turn>>,
}

impl Field {
    /// Gives every peer a turn with each of these numbers of submitters.
    pub fn round(
        &mut self,
        site: &Site,
        sync: Synchronous,
        submitters: &[u32],
        turn: Duration,
    ) -> Result<()> {
        if !site.with_peers {
            return Ok(());
        }
        for peer in PEERS {
            for count in submitters {
                let turn = run::turn(site, *peer, sync, *count, turn)?;
                self.seen.entry((*peer, *count)).or_default().push(turn);
            }
        }
        Ok(())
    }

    /// The best peer with so many submitters whose durability is the one that was asked for:
    /// its name, and its median of completions a second.
    pub fn best(&self, sync: Synchronous, submitters: u32) -> Option<(&'static str, f64)> {
        self.seen
            .iter()
            .filter(|((_, count), turns)| {
                *count == submitters && turns.iter().all(|turn| turn.synchronous == sync.name())
            })
            .map(|((peer, _), turns)| (peer.name, rate(turns)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// A line for each peer, layout and number of submitters.
    pub fn raw(&self, sync: Synchronous) -> Vec<String> {
        self.seen
            .iter()
            .map(|((peer, submitters), turns)| {
                let counts = turns.iter().all(|turn| turn.synchronous == sync.name());
                let last = turns.last();
                format!(
                    "{} {} {submitters} {}: {:.0}/s; {}; journal_mode={} synchronous={}{}",
                    peer.name,
                    peer.layout,
                    if *submitters == 1 { "submitter" } else { "submitters" },
                    rate(turns),
                    last.map_or("", |turn| &turn.version),
                    last.map_or("", |turn| &turn.journal_mode),
                    last.map_or("", |turn| &turn.synchronous),
                    if counts { "" } else { " (cannot be set to this: does not count)" },
                )
            })
            .collect()
    }
}

fn rate(turns: &[Turn]) -> f64 {
    median(&turns.iter().map(Turn::per_second).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(tasks: u64, synchronous: &str) -> Turn {
        Turn {
            tasks,
            seconds: 1.0,
            journal_mode: "wal".to_owned(),
            synchronous: synchronous.to_owned(),
            version: "1".to_owned(),
        }
    }

    #[test]
    fn the_best_peer_is_one_of_the_same_durability_and_number_of_submitters() {
        let quick = peer("quick", "in-turn", Program::Python);
        let slow = peer("slow", "in-turn", Program::Python);
        let unsafe_one = peer("unsafe", "in-turn", Program::Python);
        let mut field = Field::default();
        field.seen.insert((slow, 1), vec![turn(10, "FULL"), turn(12, "FULL"), turn(11, "FULL")]);
        field.seen.insert((quick, 1), vec![turn(20, "FULL"), turn(900, "FULL"), turn(21, "FULL")]);
        field.seen.insert((quick, 64), vec![turn(500, "FULL")]);
        field.seen.insert((unsafe_one, 1), vec![turn(800, "NORMAL")]);
        assert_eq!(field.best(Synchronous::Full, 1), Some(("quick", 21.0)));
        assert_eq!(field.best(Synchronous::Normal, 1), Some(("unsafe", 800.0)));
        assert_eq!(field.best(Synchronous::Normal, 64), None);
        let raw = field.raw(Synchronous::Full);
        let not_counted: Vec<_> =
            raw.iter().filter(|line| line.contains("does not count")).collect();
        assert!(not_counted.len() == 1 && not_counted[0].starts_with("unsafe"), "{raw:?}");
    }
}
