//! S5: programs started a second, with the helper that each of them has.

use crate::durability::Synchronous;
use crate::finding::{Finding, Verdict};
use crate::floor::process;
use crate::own::{Own, Until};
use crate::site::Site;
use crate::stats::median;
use aegis_domain::ShellSettings;
use aegis_doubles::WallClock;
use aegis_executors::{HelperPath, Sandboxes, ShellExecutor, allow_listed};
use aegis_ports::AllowedRoots;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Runs at once, and threads of the floors.
const AT_ONCE: u32 = 4;
/// Memory that an application may well have.
const HEAP: usize = 512 * 1024 * 1024;

/// Everything twice: as it is, and with a large heap.
pub fn measure(site: &Site) -> Result<Finding> {
    let helper = site.program(HelperPath::PROGRAM)?;
    let small = Seen::take(site, &helper)?;
    let bytes = site.size.pick(HEAP, HEAP, HEAP / 64);
    let heap = touched(bytes);
    let large = Seen::take(site, &helper)?;
    // It has to be there for as long as it is measured.
    drop(std::hint::black_box(heap));
    let share = median(&ratios(&small.own, &small.chain));
    let slower = median(&small.own) / median(&large.own);
    let mut raw = vec![format!(
        "{AT_ONCE} of each at once; the program is `{}`; NORMAL; posix_spawn is the standard library's",
        process::PROGRAM
    )];
    let heaped = format!("with {} MB of heap, touched", bytes / 1024 / 1024);
    for (name, seen) in [("as it is", &small), (&heaped, &large)] {
        raw.push(format!(
            "{name}: aegis {:.0}/s; floor: helper → child {:.0}/s; floor: posix_spawn {:.0}/s",
            median(&seen.own),
            median(&seen.chain),
            median(&seen.bare),
        ));
    }
    Ok(Finding {
        name: "S5",
        figure: format!(
            "{:.0}/s = {:.0} % of helper → child; {slower:.2} × slower with 512 MB of heap",
            median(&small.own),
            share * 100.0
        ),
        target: "≥ 85 %; ≤ 1.5 ×",
        verdict: Verdict::of(share >= 0.85 && slower <= 1.5),
        raw,
    })
}

/// Rounds, each a turn of everything.
#[derive(Default)]
struct Seen {
    bare: Vec<f64>,
    chain: Vec<f64>,
    own: Vec<f64>,
}

impl Seen {
    fn take(site: &Site, helper: &Path) -> Result<Self> {
        let turn = site.size.turn();
        let mut seen = Self::default();
        for _ in 0..site.size.rounds() {
            seen.bare.push(process::bare(AT_ONCE, turn / 2)?);
            seen.chain.push(process::chain(helper, AT_ONCE, turn)?);
            let dir = tempfile::tempdir_in(&site.work)?;
            let own = Own::open(dir, Synchronous::Normal, shell(helper)?, AT_ONCE)?;
            let settings =
                ShellSettings { command: vec![process::PROGRAM.to_owned()], ..Default::default() };
            let work = own.work_of(&settings.into_spec(), AT_ONCE, Until::Time(turn))?;
            seen.own.push(work.per_second());
            own.stop()?;
        }
        Ok(seen)
    }
}

fn shell(helper: &Path) -> Result<Arc<ShellExecutor>> {
    let env = allow_listed([("PATH", process::SEARCH)]);
    let (_, limit) = tokio::sync::watch::channel(Duration::from_secs(300));
    let (helper, clock) = (HelperPath::at(helper)?, Arc::new(WallClock));
    let (roots, (_, policy)) =
        (Arc::new(Anywhere), tokio::sync::watch::channel(Default::default()));
    let sandboxes = Sandboxes::new(policy, roots.clone(), Vec::new());
    Ok(Arc::new(ShellExecutor::new(helper, env, roots, sandboxes, clock, limit)))
}

fn ratios(own: &[f64], floor: &[f64]) -> Vec<f64> {
    own.iter().zip(floor).map(|(own, floor)| own / floor).collect()
}

/// So many bytes, each page of which is in memory.
fn touched(bytes: usize) -> Vec<u8> {
    let mut heap = vec![0u8; bytes];
    for page in heap.chunks_mut(4096) {
        page[0] = 1;
    }
    heap
}

/// Work may happen anywhere.
struct Anywhere;

impl AllowedRoots for Anywhere {
    fn allowed_roots(&self) -> Vec<PathBuf> {
        vec![PathBuf::from("/")]
    }

    fn home(&self) -> PathBuf {
        PathBuf::from("/")
    }
}
