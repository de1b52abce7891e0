//! S1 and S2: submit → durable → claimed → completion durable, work that does nothing.

use crate::durability::Synchronous;
use crate::finding::{Finding, Verdict};
use crate::floor;
use crate::own::{NoOp, Own, Until};
use crate::peer::Field;
use crate::site::Site;
use crate::stats::median;
use anyhow::Result;

/// S1: NORMAL, against the best peer.
pub fn normal(site: &Site) -> Result<Finding> {
    let seen = Seen::take(site, Synchronous::Normal, &[1, 64])?;
    let mut figure = Vec::new();
    let mut met = Vec::new();
    for (submitters, rates) in &seen.own {
        let own = median(rates);
        match seen.peers.best(Synchronous::Normal, *submitters) {
            Some((name, best)) => {
                figure.push(format!("{submitters}: {own:.0}/s = {:.2} × {name}", own / best));
                met.push(own >= 2.0 * best);
            }
            None => figure.push(format!("{submitters}: {own:.0}/s")),
        }
    }
    let verdict = if met.len() == seen.own.len() {
        Verdict::of(met.iter().all(|met| *met))
    } else {
        Verdict::NotJudged
    };
    Ok(Finding {
        name: "S1",
        figure: format!("submitters {}", figure.join(", ")),
        target: "≥ 2 × the best peer",
        verdict,
        raw: seen.raw(),
    })
}

/// S2: FULL and 64 submitters, against the unbatched floor.
pub fn full(site: &Site) -> Result<Finding> {
    let seen = Seen::take(site, Synchronous::Full, &[64])?;
    // Each round against its own floor: the disk is another one a minute later.
    let ratios: Vec<f64> = seen
        .own
        .iter()
        .flat_map(|(_, own)| own.iter().zip(&seen.floor).map(|(o, f)| o / f))
        .collect();
    let ratio = median(&ratios);
    let own = seen.own.first().map_or(0.0, |(_, rates)| median(rates));
    Ok(Finding {
        name: "S2",
        figure: format!("{own:.0}/s = {ratio:.1} × the unbatched floor"),
        target: "≥ 15 × the floor",
        verdict: Verdict::of(ratio >= 15.0),
        raw: seen.raw(),
    })
}

/// Rounds of the floor, of Aegis and of the peers.
struct Seen {
    sync: Synchronous,
    floor: Vec<f64>,
    /// By number of submitters.
    own: Vec<(u32, Vec<f64>)>,
    peers: Field,
}

impl Seen {
    fn take(site: &Site, sync: Synchronous, submitters: &[u32]) -> Result<Self> {
        let turn = site.size.turn();
        let mut seen = Self {
            sync,
            floor: Vec::new(),
            own: submitters.iter().map(|count| (*count, Vec::new())).collect(),
            peers: Field::default(),
        };
        for _ in 0..site.size.rounds() {
            seen.floor.push(floor::commit::unbatched(&site.work, sync, turn / 2)?);
            for (count, rates) in &mut seen.own {
                let own = Own::new(&site.work, sync, NoOp::new())?;
                rates.push(own.work(*count, Until::Time(turn))?.per_second());
                own.stop()?;
            }
            seen.peers.round(site, sync, submitters, turn)?;
        }
        Ok(seen)
    }

    fn raw(&self) -> Vec<String> {
        let name = self.sync.name();
        let mut raw = vec![format!(
            "floor: a commit of one row in SQLite {}, {name}: {:.0}/s",
            rusqlite::version(),
            median(&self.floor)
        )];
        for (submitters, rates) in &self.own {
            raw.push(format!(
                "aegis {submitters} {}: {:.0}/s (rounds {}); opened with synchronous={name}",
                if *submitters == 1 { "submitter" } else { "submitters" },
                median(rates),
                rates.iter().map(|r| format!("{r:.0}")).collect::<Vec<_>>().join(", "),
            ));
        }
        raw.extend(self.peers.raw(self.sync));
        raw
    }
}
