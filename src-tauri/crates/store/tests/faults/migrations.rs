//! A new form of the database is all or nothing, wherever it is interrupted.

use crate::disk::Dice;
use crate::faults::{Kind, Plan};
use crate::forms::{self, description_of, form_of};
use crate::{full, vfs};
use aegis_domain::TaskRef;
use aegis_store::{Store, StoreOptions, latest_version};
use std::path::Path;
use tempfile::tempdir;

/// The form that an interruption has left, which is the old one or the new one, and nothing in
/// between; then the next start ends well.
async fn is_old_or_new(dir: &Path, old: i64) {
    let before = tempdir().unwrap();
    forms::of(before.path(), old);
    let form = form_of(dir);
    if form == old {
        assert_eq!(description_of(dir), description_of(before.path()), "half of a step is there");
    } else {
        assert_eq!(form, latest_version(), "half of the steps are there");
    }
    let store = Store::open(dir, StoreOptions::default()).unwrap();
    let name: TaskRef = "#1".parse().unwrap();
    let task = store.read(move |r| r.task(&name)).await.unwrap().unwrap();
    assert_eq!(task.definition.title.as_str(), "list containers");
    store.close();
    assert_eq!(form_of(dir), latest_version());
}

/// Lets every call of the first start in turn fail, from each earlier form.
#[tokio::test]
async fn a_new_form_that_meets_a_fault_is_all_or_nothing() {
    vfs::install();
    let mut met = 0;
    for old in 1..latest_version() {
        for kind in [Kind::Full, Kind::Broken] {
            for call in (1..).step_by(if full() { 1 } else { 25 }) {
                let dir = tempdir().unwrap();
                forms::of(dir.path(), old);
                let watching = vfs::watch(dir.path(), call | 1);
                watching.fail(Some(Plan::for_good(kind, call)));
                let opened = Store::open(dir.path(), StoreOptions::default());
                let failed = watching.failures() > 0;
                watching.fail(None);
                if let Ok(store) = opened {
                    store.close();
                }
                if !failed {
                    break;
                }
                met += 1;
                is_old_or_new(dir.path(), old).await;
            }
        }
    }
    assert!(met > 5, "only {met} faults were met");
}

/// Cuts the power at any moment of the first start, from each earlier form.
#[tokio::test]
async fn a_new_form_that_is_cut_off_is_all_or_nothing() {
    vfs::install();
    let (mut olds, mut news) = (0, 0);
    for old in 1..latest_version() {
        for seed in 0..if full() { 40 } else { 2 } {
            let dir = tempdir().unwrap();
            forms::of(dir.path(), old);
            let mut dice = Dice::new(seed);
            let watching = vfs::watch(dir.path(), dice.next() | 1).cut_every(20);
            Store::open(dir.path(), StoreOptions::default()).unwrap().close();
            for cut in watching.take_cuts() {
                let left = tempdir().unwrap();
                vfs::write_image(left.path(), &cut.image);
                if form_of(left.path()) == old {
                    olds += 1;
                } else {
                    news += 1;
                }
                is_old_or_new(left.path(), old).await;
            }
        }
    }
    assert!(olds > 0 && news > 0, "{olds} before, {news} after");
}
