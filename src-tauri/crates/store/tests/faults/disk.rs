//! What a disk holds, and what it may hold after the power was cut.
//!
//! What was synced is there. Of what was written since, any part may be: a write may be missing
//! while a later one is there, half of one may be there, a file may have an earlier length, and a
//! name may stand for the file that it stood for before. Only the bytes that somebody wrote are at
//! stake, not their neighbours: SQLite counts on that too (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`).

use std::collections::BTreeMap;

/// What is written at once, or not at all, unless it is torn.
const SECTOR: usize = 512;

/// A stream of numbers that a seed decides (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    /// Yes, in so many of a hundred cases.
    pub fn percent(&mut self, yes: u64) -> bool {
        self.below(100) < yes
    }
}

#[derive(Debug)]
enum Op {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

#[derive(Debug, Default)]
struct File {
    durable: Vec<u8>,
    /// What was done since the last sync, in order.
    since: Vec<Op>,
}

impl File {
    /// The content when of every thousand sectors that were written so many have reached the disk.
    fn after_cut(&self, dice: &mut Dice, arrived: u64) -> Vec<u8> {
        let mut content = self.durable.clone();
        for op in &self.since {
            match op {
                Op::Length(len) => {
                    if dice.below(1000) < arrived {
                        content.resize(*len, 0);
                    }
                }
                Op::Write { at, bytes } => {
                    for (offset, piece) in sectors(*at, bytes) {
                        if dice.below(1000) < arrived {
                            put(&mut content, offset, torn(piece, dice));
                        }
                    }
                }
            }
        }
        content
    }

    fn settle(&mut self) {
        for op in self.since.drain(..) {
            match op {
                Op::Length(len) => self.durable.resize(len, 0),
                Op::Write { at, bytes } => put(&mut self.durable, at, &bytes),
            }
        }
    }
}

/// A write, sector by sector.
fn sectors(at: usize, bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let here = at + from;
        let to = bytes.len().min(from + SECTOR - here % SECTOR);
        let piece = bytes.get(from..to).filter(|piece| !piece.is_empty())?;
        from = to;
        Some((here, piece))
    })
}

/// One sector of a hundred is torn: only its first bytes arrived.
fn torn<'a>(piece: &'a [u8], dice: &mut Dice) -> &'a [u8] {
    if dice.percent(1) { &piece[..dice.below(piece.len() as u64) as usize] } else { piece }
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(bytes);
}

/// Files by name.
pub type Image = BTreeMap<String, Vec<u8>>;

/// A folder on a disk.
#[derive(Debug, Default)]
pub struct Disk {
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    /// The names as they are on the disk itself.
    durable_names: BTreeMap<String, usize>,
}

impl Disk {
    /// A disk on which these files are safe.
    pub fn of(image: &Image) -> Self {
        let mut disk = Self::default();
        for (name, content) in image {
            disk.names.insert(name.clone(), disk.files.len());
            disk.files.push(File { durable: content.clone(), since: Vec::new() });
        }
        disk.durable_names = disk.names.clone();
        disk
    }

    fn file(&mut self, name: &str) -> &mut File {
        let next = self.files.len();
        let at = *self.names.entry(name.to_owned()).or_insert(next);
        if at == next {
            self.files.push(File::default());
        }
        &mut self.files[at]
    }

    /// The file is there from now on.
    pub fn open(&mut self, name: &str) {
        self.file(name);
    }

    pub fn write(&mut self, name: &str, at: usize, bytes: &[u8]) {
        self.file(name).since.push(Op::Write { at, bytes: bytes.to_owned() });
    }

    pub fn set_len(&mut self, name: &str, len: usize) {
        self.file(name).since.push(Op::Length(len));
    }

    pub fn sync(&mut self, name: &str) {
        self.file(name).settle();
    }

    /// A sync that reported an error: a part has arrived, and the system forgets the rest. A later
    /// sync that succeeds says nothing of it (fsync(2), since Linux 4.13).
    pub fn sync_failed(&mut self, name: &str, dice: &mut Dice) {
        let file = self.file(name);
        file.durable = file.after_cut(dice, 500);
        file.since.clear();
    }

    pub fn sync_names(&mut self) {
        self.durable_names = self.names.clone();
    }

    pub fn remove(&mut self, name: &str) {
        self.names.remove(name);
    }

    /// What is found when the power is back.
    pub fn after_cut(&self, dice: &mut Dice) -> Image {
        // None, few, half, most, all of what was under way.
        let arrived = [0, 50, 500, 950, 1000][dice.below(5) as usize];
        let mut image = Image::new();
        let names: std::collections::BTreeSet<_> =
            self.names.keys().chain(self.durable_names.keys()).collect();
        for name in names {
            let new_name = dice.below(1000) < arrived;
            let names = if new_name { &self.names } else { &self.durable_names };
            if let Some(at) = names.get(name) {
                image.insert(name.clone(), self.files[*at].after_cut(dice, arrived));
            }
        }
        image
    }
}

#[test]
fn what_was_synced_is_there_and_of_the_rest_any_part() {
    let mut disk = Disk::default();
    disk.open("a");
    disk.write("a", 0, &[1; 2048]);
    disk.sync("a");
    disk.sync_names();
    disk.write("a", 0, &[2; 2048]);
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..500 {
        let image = disk.after_cut(&mut Dice::new(seed));
        let content = &image["a"];
        assert_eq!(content.len(), 2048);
        assert!(content.iter().all(|byte| matches!(byte, 1 | 2)));
        seen.insert([0, 512, 1024, 1536].map(|at| content[at]));
    }
    assert_eq!(seen.len(), 16, "every combination of four sectors: {seen:?}");
}

#[test]
fn a_name_that_was_not_synced_may_be_the_old_one() {
    let mut disk = Disk::of(&Image::from([("wal".to_owned(), b"old".to_vec())]));
    disk.remove("wal");
    disk.open("wal");
    disk.write("wal", 0, b"new");
    disk.sync("wal");
    let after = |disk: &Disk, seed| disk.after_cut(&mut Dice::new(seed)).remove("wal");
    let seen: std::collections::BTreeSet<_> = (0..100).map(|seed| after(&disk, seed)).collect();
    assert_eq!(seen, [Some(b"new".to_vec()), Some(b"old".to_vec())].into());
    disk.sync_names();
    assert!((0..100).all(|seed| after(&disk, seed) == Some(b"new".to_vec())));
}

#[test]
fn what_a_failed_sync_lost_a_later_one_does_not_bring_back() {
    let lost = (0..100).filter(|seed| {
        let mut disk = Disk::default();
        disk.open("a");
        disk.sync_names();
        disk.write("a", 0, b"1");
        disk.sync_failed("a", &mut Dice::new(*seed));
        disk.sync("a");
        disk.after_cut(&mut Dice::new(*seed))["a"].is_empty()
    });
    assert!((20..80).contains(&lost.count()));
}
