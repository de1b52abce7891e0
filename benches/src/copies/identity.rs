//! Who the copies are.

use aegis_domain::{Entropy, ShortId, TaskId};
use uuid::{Builder, Uuid};

/// The identities of one copy.
pub struct Identity {
    pub task: Uuid,
    pub occurrence: Uuid,
    pub run: Uuid,
    pub short: String,
}

impl Identity {
    /// Of the `n`th copy; no two are alike.
    pub fn of(n: u64) -> Self {
        let task = uuid(n, 0);
        let short = ShortId::candidates(TaskId(task)).next();
        Self {
            task,
            occurrence: uuid(n, 1),
            run: uuid(n, 2),
            short: short.map_or_else(String::new, |short| short.to_string()),
        }
    }
}

/// In the order of `n`, as ids of tasks are that were made one after the other. The last 30 bits,
/// which short ids are made of, are another number for each `n` below 2^30.
fn uuid(n: u64, kind: u64) -> Uuid {
    const BEGAN: u64 = 1_750_000_000_000;
    let mut entropy = Entropy::new(n * 3 + kind);
    let mut random = [0u8; 10];
    random[..8].copy_from_slice(&entropy.next().to_be_bytes());
    let last = (n.wrapping_mul(0x9e37_79b1) & 0x3fff_ffff) as u32;
    let above = (entropy.next() as u32) & 0xc000_0000;
    random[6..].copy_from_slice(&(above | last).to_be_bytes());
    Builder::from_unix_timestamp_millis(BEGAN + n, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_are_alike() {
        let mut seen = HashSet::new();
        for n in 0..20_000 {
            let Identity { task, occurrence, run, short } = Identity::of(n);
            for id in [task.to_string(), occurrence.to_string(), run.to_string(), short] {
                assert!(seen.insert(id), "{n}");
            }
        }
    }
}
