use super::*;
use std::fs;
use tempfile::TempDir;

struct Place {
    dir: TempDir,
    artifacts: Artifacts,
    budget: Arc<Mutex<Budget>>,
    _limits: watch::Sender<ArtifactLimits>,
}

impl Place {
    fn new(file_bytes: u64, files: u32, run_bytes: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("work")).unwrap();
        let limits = ArtifactLimits { file_bytes, files, run_bytes };
        let (limits, watch) = watch::channel(limits);
        let artifacts = Artifacts::new(dir.path().join("artifacts"), watch);
        Self { dir, artifacts, budget: Arc::default(), _limits: limits }
    }

    fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.work().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    async fn matching(&self, globs: &[&str]) -> Collected {
        let globs = globs.iter().map(|glob| Glob::new(glob).unwrap()).collect();
        self.artifacts.collect(&self.work(), Left::Matching(globs), &self.budget).await
    }

    async fn named(&self, path: &str) -> Collected {
        self.artifacts.collect(&self.work(), Left::File(path.into()), &self.budget).await
    }

    fn copies(&self) -> usize {
        let folders = fs::read_dir(self.dir.path().join("artifacts")).into_iter().flatten();
        folders.map(|folder| fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
    }
}

fn told(collected: &Collected) -> Vec<(String, u64, Option<LeftOut>)> {
    let why = |kept: &Kept| match kept {
        Kept::Copy { .. } => None,
        Kept::LeftOut { why } => Some(*why),
    };
    collected.artifacts.iter().map(|a| (a.path.clone(), a.bytes, why(&a.kept))).collect()
}

#[tokio::test]
async fn files_are_copied_once_by_their_content() {
    let place = Place::new(1000, 10, 10_000);
    place.write("out/a.txt", "same");
    place.write("out/b.txt", "same");
    place.write("out/c.txt", "other");
    let collected = place.matching(&["out/*.txt"]).await;
    assert_eq!(told(&collected).len(), 3);
    assert_eq!(place.copies(), 2);
    // SHA-256 of "same", as sha256sum(1) says.
    let sha = "0967115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5";
    assert_eq!(collected.artifacts[0].sha256(), Some(sha));
    let copy = place.artifacts.file(sha).unwrap();
    assert_eq!(fs::read_to_string(&copy).unwrap(), "same");
    // The file may change; the copy does not.
    place.write("out/a.txt", "new");
    assert_eq!(fs::read_to_string(&copy).unwrap(), "same");
    assert!(place.artifacts.file("../../etc/passwd").is_none());
    assert!(collected.notes.iter().any(|note| note.contains("out/a.txt")), "{:?}", collected.notes);
}

#[tokio::test]
async fn what_is_too_large_too_many_or_too_much_is_listed_and_left_out() {
    let place = Place::new(10, 2, 15);
    place.write("a-large", &"x".repeat(11));
    place.write("b", &"1".repeat(8));
    place.write("c-much", &"2".repeat(8));
    place.write("d", "3");
    place.write("e-many", "4");
    let collected = place.matching(&["*"]).await;
    let left_out = |name: &str, bytes, why| (name.to_owned(), bytes, why);
    assert_eq!(
        told(&collected),
        [
            left_out("a-large", 11, Some(LeftOut::TooLarge)),
            left_out("b", 8, None),
            left_out("c-much", 8, Some(LeftOut::TooMuch)),
            left_out("d", 1, None),
            left_out("e-many", 1, Some(LeftOut::TooMany)),
        ]
    );
    let notes = collected.notes.join("\n");
    assert!(notes.contains("a-large (too large)"), "{notes}");
    assert_eq!(place.copies(), 2);
}

#[tokio::test]
async fn what_lies_elsewhere_is_not_kept_however_it_is_named() {
    let place = Place::new(1000, 10, 10_000);
    fs::write(place.dir.path().join("secret"), "s").unwrap();
    std::os::unix::fs::symlink("../secret", place.work().join("link")).unwrap();
    std::os::unix::fs::symlink(place.dir.path(), place.work().join("up")).unwrap();
    let absolute = place.dir.path().join("secret").to_string_lossy().into_owned();
    for path in ["../secret", "link", "up/secret", "a/../../secret", absolute.as_str(), "", "."] {
        let collected = place.named(path).await;
        assert!(collected.artifacts.is_empty(), "{path}");
        assert!(collected.notes[0].contains("was not kept"), "{:?}", collected.notes);
    }
    assert!(place.matching(&["**/*"]).await.artifacts.is_empty());
    assert_eq!(place.copies(), 0);
    // The control: the same file within the folder is kept, by either kind of path.
    place.write("own", "s");
    let own = place.work().join("own").to_string_lossy().into_owned();
    for path in ["own", "./x/../own", own.as_str()] {
        assert_eq!(told(&place.named(path).await), [("own".to_owned(), 1, None)]);
    }
}

#[tokio::test]
async fn only_so_many_are_listed_without_a_copy() {
    let place = Place::new(0, 10, 10);
    for index in 0..250 {
        place.write(&index.to_string(), "x");
    }
    let collected = place.matching(&["*"]).await;
    assert_eq!(collected.artifacts.len(), 200);
    let notes = collected.notes.join("\n");
    assert!(notes.contains("50 more files were left out"), "{notes}");
}

#[tokio::test]
async fn copies_that_nobody_names_can_be_found_and_removed() {
    let place = Place::new(1000, 10, 10_000);
    place.write("a", "a");
    place.write("b", "b");
    let collected = place.matching(&["*"]).await;
    let used = collected.artifacts[0].sha256().unwrap().to_owned();
    let in_use = HashSet::from([used.clone()]);
    let now: Timestamp = "2000-01-01T00:00:00Z".parse().unwrap();
    assert!(place.artifacts.unreferenced(&in_use, now).unwrap().is_empty(), "too young");
    let later: Timestamp = "2100-01-01T00:00:00Z".parse().unwrap();
    let unused = place.artifacts.unreferenced(&in_use, later).unwrap();
    assert_eq!(unused.len(), 1);
    place.artifacts.remove(&unused).unwrap();
    place.artifacts.remove(&unused).unwrap();
    assert_eq!(place.copies(), 1);
    assert!(place.artifacts.file(&used).is_some());
}

#[tokio::test]
async fn a_file_that_holds_a_key_is_not_copied() {
    let mut place = Place::new(1 << 20, 10, 1 << 20);
    let key = (
        aegis_domain::KeyName::new("db").unwrap(),
        aegis_domain::Secret::new("correct horse").unwrap(),
    );
    // At the seam of what is read at once.
    let long = format!("{}correct horse{}", "x".repeat(128 * 1024 - 5), "y".repeat(100));
    place.write("a.txt", &long);
    place.write("b.txt", "ends with correct horse");
    place.write("c.txt", "harmless");
    // The control: unknown, it is copied.
    let collected = place.named("b.txt").await;
    assert_eq!(told(&collected)[0].2, None);
    let known = Redactor::new(&std::collections::BTreeMap::from([key]));
    place.artifacts = place.artifacts.without(watch::channel(Arc::new(known)).1);
    let collected = place.matching(&["*.txt"]).await;
    let why: Vec<_> = told(&collected).into_iter().map(|(.., why)| why).collect();
    assert_eq!(why, [Some(LeftOut::HoldsAKey), Some(LeftOut::HoldsAKey), None]);
}
