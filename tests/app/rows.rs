//! The documents that say what Aegis does: every row stands there once, and names only tests that exist.
//!
//! A test is named as `cargo nextest run` prints it: the binary, a space, the path of the function.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Ids with one letter: that letter, the first and the last number.
type Range = (&'static str, u32, u32);

/// What `docs/rows.md` has to list.
const ROWS: [Range; 12] = [
    ("A", 1, 13),
    ("B", 1, 8),
    ("C", 1, 16),
    ("D", 1, 8),
    ("E", 1, 8),
    ("F", 1, 10),
    ("G", 1, 11),
    ("H", 1, 11),
    ("I", 1, 16),
    ("J", 1, 6),
    ("K", 1, 7),
    ("L", 0, 4),
];

/// What `docs/promises.md` has to list beside S7b.
const PROMISES: [Range; 2] = [("S", 1, 12), ("P", 1, 21)];

/// What stands in a row's third cell while nothing shows it.
const NOT_YET: &str = "not yet";

#[test]
fn every_row_stands_in_the_document_once_and_names_tests_that_exist() {
    let problems = check_rows(&document("rows.md"));
    assert!(problems.is_empty(), "docs/rows.md:\n{}", problems.join("\n"));
}

#[test]
fn every_promise_stands_in_the_document_once_and_names_tests_that_exist() {
    let text = document("promises.md");
    let mut wanted = ids(&PROMISES);
    wanted.push("S7b".to_owned());
    let mut problems = missing_and_repeated(&text, &wanted);
    problems.extend(test_names(&text).iter().filter_map(|name| find(name).err()));
    assert!(problems.is_empty(), "docs/promises.md:\n{}", problems.join("\n"));
}

/// The positive control: each fault that these tests are to see, put in on purpose.
#[test]
fn a_false_row_is_seen() {
    let rows = ids(&ROWS).into_iter().map(|id| format!("| {id} | x | {NOT_YET} | | |"));
    let sound: Vec<String> = rows.collect();
    let with = |first: &str| check_rows(&format!("{first}\n{}", sound[1..].join("\n")));
    let named = |name: &str| format!("| A1 | x | x | `{name}` | |");
    let sees = |first: &str, what: &str| {
        let problems = with(first);
        assert!(
            problems.iter().any(|problem| problem.contains(what)),
            "{what:?} was not seen in {first}, but {problems:?}"
        );
    };
    assert!(with(&named("aegis-tests::app rows::a_false_row_is_seen")).is_empty());
    sees("", "A1 is missing");
    sees(&sound[1], "A2 stands there 2 times");
    sees("| A0 | x | not yet | | |", "A0 is no row");
    sees("| A1 | x | x | | |", "A1 names no test");
    sees("| A1 | x | not yet | `aegis-api no::test` | |", "not yet there, but names a test");
    sees(&named("aegis-tests::app rows::no_such_test"), "no test `no_such_test`");
    sees(&named("aegis-tests::app rows::document"), "no test `document`");
    sees(&named("aegis-tests::app no_such::a_false_row_is_seen"), "no module `no_such`");
    sees(&named("aegis-tests::no_such rows::a_false_row_is_seen"), "no binary");
    sees(&named("no-such-package rows::a_false_row_is_seen"), "no package");
    sees(&named("aegis-tests::app screenshots::every_state_light_and_dark"), "is ignored");
}

/// What is wrong with the text of `docs/rows.md`.
fn check_rows(text: &str) -> Vec<String> {
    let mut problems = missing_and_repeated(text, &ids(&ROWS));
    for cells in table(text) {
        let [id, _, shown, held, ..] = cells.as_slice() else {
            problems.push(format!("{} has fewer than four cells", cells.join(" | ")));
            continue;
        };
        let names = test_names(held);
        match (shown.as_str() == NOT_YET, names.is_empty()) {
            (true, false) => problems.push(format!("{id} is not yet there, but names a test")),
            (false, true) => problems.push(format!("{id} names no test")),
            _ => {}
        }
        let faults = names.iter().filter_map(|name| find(name).err());
        problems.extend(faults.map(|fault| format!("{id}: {fault}")));
    }
    problems
}

fn missing_and_repeated(text: &str, wanted: &[String]) -> Vec<String> {
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for cells in table(text) {
        *times.entry(cells.first().cloned().unwrap_or_default()).or_default() += 1;
    }
    let mut problems = Vec::new();
    for id in wanted {
        match times.remove(id) {
            None => problems.push(format!("{id} is missing")),
            Some(1) => {}
            Some(times) => problems.push(format!("{id} stands there {times} times")),
        }
    }
    problems.extend(times.into_keys().map(|id| format!("{id} is no row")));
    problems
}

fn ids(ranges: &[Range]) -> Vec<String> {
    let each = |&(letter, first, last): &Range| {
        (first..=last).map(move |number| format!("{letter}{number}"))
    };
    ranges.iter().flat_map(each).collect()
}

/// The cells of every line that begins with an id: a capital letter and a digit.
fn table(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("| "));
    let rows = lines.filter(|line| {
        let mut start = line.chars();
        start.next().is_some_and(|c| c.is_ascii_uppercase())
            && start.next().is_some_and(|c| c.is_ascii_digit())
    });
    rows.map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The quoted parts of a text that name a test: a binary of the workspace and a path in it.
fn test_names(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2);
    let named = quoted.filter(|part| {
        part.split_once(' ').is_some_and(|(binary, path)| {
            (binary.contains('-') || binary.starts_with("xtask"))
                && (path.contains('_') || path.contains("::"))
                && path.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
        })
    });
    named.map(str::to_owned).collect()
}

/// Looks a test up in the sources.
///
/// # Errors
/// A sentence that says what is not there.
fn find(name: &str) -> Result<(), String> {
    let (binary, path) = name.split_once(' ').unwrap_or((name, ""));
    let (package, target) = match binary.split_once("::") {
        Some((package, target)) => (package, Some(target)),
        None => (binary, None),
    };
    let folder = packages()
        .remove(package)
        .ok_or_else(|| format!("{name}: there is no package `{package}`"))?;
    let mut file = crate_root(&folder, target)
        .ok_or_else(|| format!("{name}: there is no binary `{binary}`"))?;
    let (modules, function) = path.rsplit_once("::").unwrap_or(("", path));
    for module in modules.split("::").filter(|module| !module.is_empty()) {
        file = module_file(&file, module)
            .ok_or_else(|| format!("{name}: there is no module `{module}`"))?;
    }
    match attributes(&read(&file), function) {
        Some(found) if found.contains("#[ignore") => Err(format!("{name}: the test is ignored")),
        Some(_) => Ok(()),
        None => Err(format!("{name}: {} has no test `{function}`", shown(&file))),
    }
}

/// The folders of the workspace's packages, by name.
fn packages() -> BTreeMap<String, PathBuf> {
    let root = workspace();
    let crates = fs::read_dir(root.join("src-tauri/crates")).expect("the crates");
    let crates = crates.map(|entry| entry.expect("a crate").path());
    let others = ["tests", "ui", "xtask", "."].map(|folder| root.join(folder));
    let named = crates.chain(others).filter_map(|folder| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        let package = manifest.split("[package]").nth(1)?;
        let name = package.split("name = \"").nth(1)?.split('"').next()?;
        Some((name.to_owned(), folder))
    });
    named.collect()
}

/// The first file of a library (no target), of a program (`bin/<name>`) or of an integration test.
fn crate_root(package: &Path, target: Option<&str>) -> Option<PathBuf> {
    let candidates = match target.map(|target| (target, target.strip_prefix("bin/"))) {
        None => vec!["src/lib.rs".to_owned()],
        Some((_, Some(_))) => vec!["src/main.rs".to_owned(), "src-tauri/src/main.rs".to_owned()],
        Some((test, None)) => {
            vec![
                format!("tests/{test}/main.rs"),
                format!("tests/{test}.rs"),
                format!("{test}/main.rs"),
            ]
        }
    };
    candidates.iter().map(|path| package.join(path)).find(|path| path.is_file())
}

/// Where the module `name` of `file` stands: in a file of its own, or inside `file`.
fn module_file(file: &Path, name: &str) -> Option<PathBuf> {
    let text = read(file);
    let declared = |end: &str| {
        let wanted = format!("mod {name}{end}");
        text.lines().any(|line| line == wanted || line.ends_with(&format!(" {wanted}")))
    };
    if declared(" {") {
        return Some(file.to_owned());
    }
    if !declared(";") {
        return None;
    }
    let parent = file.parent()?;
    let folder = match file.file_stem()?.to_str()? {
        "lib" | "main" | "mod" => parent.to_owned(),
        module => parent.join(module),
    };
    [folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")]
        .into_iter()
        .find(|path| path.is_file())
}

/// What stands above the test of this name, back to the empty line or the brace that ends what comes
/// before. Functions of the same name that are no tests do not count.
fn attributes(text: &str, function: &str) -> Option<String> {
    let name = format!("fn {function}(");
    let mut found = text.match_indices(&name).map(|(start, _)| {
        let above = text[..start].rsplit('\n').skip(1);
        let above = above.take_while(|line| !line.trim().is_empty() && line.trim() != "}");
        above.collect::<Vec<_>>().join("\n")
    });
    found.find(|above| is_test(above))
}

fn is_test(attributes: &str) -> bool {
    ["#[test]", "#[tokio::test", "#[rstest]", "#[wasm_bindgen_test"]
        .iter()
        .any(|mark| attributes.contains(mark))
}

fn document(name: &str) -> String {
    read(&workspace().join("docs").join(name))
}

/// Of the clone that is tested: another one may share the folder of what is built.
fn workspace() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    Path::new(&own).parent().expect("the workspace").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(workspace()).unwrap_or(path).display().to_string()
}
