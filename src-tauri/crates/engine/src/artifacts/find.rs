//! Which files below a folder are meant. No link is followed, and the search has an end.

use aegis_domain::{Glob, Matching};
use std::path::Path;

/// Most files and folders that are looked at.
const MAX_ENTRIES: usize = 200_000;
/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 64;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Paths from the folder, in order.
    pub(super) paths: Vec<String>,
    /// Why there may be more.
    pub(super) cut_short: Option<&'static str>,
}

/// Every file below `root`, and every link to one, that looks like one of `globs`.
pub(super) fn matching(root: &Path, globs: &[Glob]) -> Found {
    let mut found = Found::default();
    let mut seen = 0_usize;
    let start: Vec<Matching> = globs.iter().map(Glob::start).collect();
    let mut folders = vec![(String::new(), 0_usize, start)];
    while let Some((folder, depth, at)) = folders.pop() {
        // A folder that may not be read holds nothing that could be kept.
        let Ok(entries) = std::fs::read_dir(root.join(&folder)) else { continue };
        for entry in entries.filter_map(Result::ok) {
            seen += 1;
            if seen > MAX_ENTRIES {
                found.cut_short = Some("there are too many below the folder");
                found.paths.sort();
                return found;
            }
            let name = entry.file_name();
            let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
            let next: Vec<Matching> =
                globs.iter().zip(&at).map(|(glob, at)| glob.step(*at, name)).collect();
            let any = |test: fn(&Glob, Matching) -> bool| {
                globs.iter().zip(&next).any(|(glob, at)| test(glob, *at))
            };
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            if kind.is_dir() {
                if depth < MAX_DEPTH && any(Glob::goes_on) {
                    folders.push((path, depth + 1, next));
                }
            } else if any(Glob::matches) {
                found.paths.push(path);
            }
        }
    }
    found.paths.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(root: &Path, globs: &[&str]) -> Vec<String> {
        let globs: Vec<Glob> = globs.iter().map(|glob| Glob::new(glob).unwrap()).collect();
        matching(root, &globs).paths
    }

    #[test]
    fn files_are_found_below_the_folder_and_not_behind_links() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for file in ["out/a.pdf", "out/deep/er/b.pdf", "out/c.txt", ".git/x.pdf", "d.pdf"] {
            let file = root.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        std::os::unix::fs::symlink(root, root.join("out/loop")).unwrap();
        assert_eq!(find(root, &["out/**/*.pdf"]), ["out/a.pdf", "out/deep/er/b.pdf"]);
        assert_eq!(find(root, &["*.pdf", "out/*.txt"]), ["d.pdf", "out/c.txt"]);
        assert_eq!(find(root, &["**/*.pdf"]).len(), 3);
        assert!(find(root, &["nothing/*"]).is_empty());
    }
}
