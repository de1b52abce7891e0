//! P1: the power is cut at any moment, and what was acknowledged is there.

use crate::disk::{Dice, Image};
use crate::full;
use crate::ledger::{Deed, Wrong, check};
use crate::vfs::{self, Honesty};
use crate::work::Work;
use aegis_store::{Durability, Store, StoreOptions};
use tempfile::TempDir;

/// What became of simulated power cuts.
#[derive(Debug, Default)]
struct Seen {
    cuts: usize,
    /// In how many something was under way that had not been acknowledged.
    acknowledged: usize,
    wrong: Vec<Wrong>,
}

/// Lives one after the other: each begins with what the last cut left, works, and is cut again and
/// again; `cuts` in all.
async fn lives(cuts: usize, options: StoreOptions, honesty: Honesty, seed: u64) -> Seen {
    let mut seen = Seen::default();
    let mut dice = Dice::new(seed);
    let mut left: (Image, Vec<Deed>) = Default::default();
    for life in 1.. {
        if seen.cuts >= cuts {
            break;
        }
        // Now and then from nothing, so that the first start is cut too.
        if life % 4 == 1 {
            left = Default::default();
        }
        let dir = tempfile::tempdir().unwrap();
        vfs::write_image(dir.path(), &left.0);
        let watching = vfs::watch(dir.path(), dice.next() | 1).honesty(honesty).cut_every(250);
        for _ in &left.1 {
            watching.acknowledge();
        }
        // In every other life the log is folded back beside the work, again and again.
        let log_pages = if life % 2 == 0 { 40 } else { options.log_pages };
        let options = StoreOptions { log_pages, ..options };
        let Ok(store) = Store::open(dir.path(), options) else {
            // Only a disk that lies leaves what cannot be opened, and that has been counted.
            assert_eq!(honesty, Honesty::Lies);
            left = Default::default();
            continue;
        };
        let work = Work::new(&store, &watching, left.1);
        let workers = [1, 1, 4, 16][dice.below(4) as usize];
        for done in work.all_at_once(workers, 48 / workers + 1, &mut dice).await {
            assert!(done.is_ok() || honesty == Honesty::Lies, "{done:?}");
        }
        if dice.percent(50) {
            // In order: the log is folded back, and that is cut too.
            store.close();
        }
        let last = watching.cut();
        let deeds = work.deeds();
        let taken = watching.take_cuts();
        store.close();
        drop(watching);
        left = (last.image.clone(), deeds[..last.acknowledged].to_vec());
        for cut in taken.into_iter().chain([last]) {
            seen.cuts += 1;
            seen.acknowledged += cut.acknowledged;
            if let Err(wrong) = reopen(&cut.image, &deeds[..cut.acknowledged], &mut dice).await {
                seen.wrong.push(wrong);
            }
        }
    }
    seen
}

/// Starts with what a cut left. What stood in shared memory is gone, or garbage.
async fn reopen(image: &Image, deeds: &[Deed], dice: &mut Dice) -> Result<(), Wrong> {
    let dir = TempDir::new().unwrap();
    vfs::write_image(dir.path(), image);
    if dice.percent(30) {
        let garbage: Vec<u8> = (0..32_768).map(|_| dice.next() as u8).collect();
        std::fs::write(dir.path().join("aegis.db-shm"), garbage).unwrap();
    }
    check(dir.path(), deeds).await
}

/// 60 cuts; 10,000 with `AEGIS_PROMISES=full`.
#[tokio::test]
async fn after_ten_thousand_power_cuts_everything_acknowledged_is_there() {
    let cuts = if full() { 10_000 } else { 60 };
    let seen = lives(cuts, StoreOptions::default(), Honesty::Honest, 1).await;
    assert_eq!(seen.wrong, [""; 0], "of {} cuts", seen.cuts);
    assert!(seen.acknowledged > seen.cuts, "too little was at stake: {}", seen.acknowledged);
    println!(
        "promise P1 {} power cuts: 0 of {} acknowledgements lost, integrity_check ok",
        seen.cuts, seen.acknowledged
    );
}

/// The control: what the disk says is safe and is not, is lost.
#[tokio::test]
async fn a_disk_that_lies_about_syncs_loses_what_was_acknowledged() {
    let seen = lives(40, StoreOptions::default(), Honesty::Lies, 2).await;
    assert!(seen.wrong.len() > 10, "{seen:?}");
}

/// `synchronous=NORMAL` may lose the last moments, and no more than that: nothing is damaged.
#[tokio::test]
async fn with_normal_durability_the_last_moments_are_lost_and_nothing_is_damaged() {
    let options = StoreOptions::with(Durability::Normal);
    let seen = lives(if full() { 2_000 } else { 60 }, options, Honesty::Honest, 3).await;
    let damaged: Vec<_> = seen.wrong.iter().filter(|wrong| !wrong.starts_with("lost")).collect();
    assert_eq!(damaged, [""; 0]);
    assert!(!seen.wrong.is_empty(), "a sync that is not made costs something");
}
