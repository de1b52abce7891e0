//! What working directories mean, and how they are refused.

use super::*;
use rstest::rstest;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use tempfile::TempDir;

/// A machine with `home` (allowed), and `elsewhere` (not).
struct Machine {
    dir: TempDir,
    allowed: Vec<PathBuf>,
}

impl Machine {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["home/src", "elsewhere"] {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        let allowed = vec![fs::canonicalize(dir.path().join("home")).unwrap()];
        Self { dir, allowed }
    }

    fn path(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.dir.path()).unwrap().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).into_os_string().into_string().unwrap()
    }

    fn refuse(&self, cwd: &str) -> (Invalid, Failure) {
        let refused = || resolve(Some(cwd), self).unwrap_err();
        (refused().into(), refused().into())
    }
}

impl AllowedRoots for Machine {
    fn allowed_roots(&self) -> Vec<PathBuf> {
        self.allowed.clone()
    }

    fn home(&self) -> PathBuf {
        self.path("home")
    }
}

#[test]
fn what_may_be_worked_in() {
    let machine = Machine::new();
    symlink(machine.path("home/src"), machine.path("home/link")).unwrap();
    let cases = [
        (None, "home"),
        (Some("~".to_owned()), "home"),
        (Some("~/".to_owned()), "home"),
        (Some("~/src".to_owned()), "home/src"),
        (Some("~//src/../src/.".to_owned()), "home/src"),
        (Some(machine.text("home/src")), "home/src"),
        (Some(machine.text("home/link")), "home/src"),
    ];
    for (cwd, real) in cases {
        assert_eq!(resolve(cwd.as_deref(), &machine).unwrap(), machine.path(real), "{cwd:?}");
    }
}

#[rstest]
#[case("")]
#[case("src")]
#[case("./src")]
#[case("~root")]
fn a_path_that_starts_nowhere_is_refused(#[case] cwd: &str) {
    let (invalid, _) = Machine::new().refuse(cwd);
    assert_eq!(invalid.field, "cwd");
    assert_eq!(invalid.message, format!("“{cwd}” does not say from where it starts."));
    assert_eq!(invalid.hint, "Begin it with / or with ~/ (your home directory).");
}

#[test]
fn a_folder_outside_is_refused_with_the_way_to_allow_it() {
    let machine = Machine::new();
    let (elsewhere, home) = (machine.text("elsewhere"), machine.text("home"));
    let (invalid, failure) = machine.refuse(&elsewhere);
    let message = format!("{elsewhere} is outside the folders that Aegis may work in ({home}).");
    assert_eq!(invalid.message, message);
    assert_eq!(invalid.hint, format!("Allow it with: aegis roots add {elsewhere}"));
    assert_eq!(failure.category, ErrorCategory::SandboxDenied);
    assert_eq!(failure.message, message);
}

#[test]
fn neither_a_link_nor_dots_lead_outside() {
    let machine = Machine::new();
    symlink(machine.path("elsewhere"), machine.path("home/link")).unwrap();
    for way in ["~/link", "~/../elsewhere", "~/src/../../elsewhere/."] {
        let (invalid, _) = machine.refuse(way);
        let expected = format!("leads to {}, which is outside", machine.text("elsewhere"));
        assert!(invalid.message.contains(&expected), "{}", invalid.message);
    }
}

/// `/home/me` does not allow `/home/meg`.
#[test]
fn a_name_that_begins_like_an_allowed_one_is_another_folder() {
    let machine = Machine::new();
    fs::create_dir(machine.path("home2")).unwrap();
    let (_, failure) = machine.refuse(&machine.text("home2"));
    assert_eq!(failure.category, ErrorCategory::SandboxDenied);
}

#[test]
fn what_is_no_folder_is_refused() {
    let machine = Machine::new();
    fs::write(machine.path("home/file"), "").unwrap();
    symlink("loop", machine.path("home/loop")).unwrap();
    let home = machine.text("home");
    let cases = [
        ("~/gone", format!("{home}/gone does not exist."), ErrorCategory::FileNotFound),
        ("~/file", format!("{home}/file is not a folder."), ErrorCategory::FileNotFound),
        ("~/file/x", format!("{home}/file/x is not a folder."), ErrorCategory::FileNotFound),
    ];
    for (cwd, message, category) in cases {
        let (invalid, failure) = machine.refuse(cwd);
        assert_eq!((invalid.message, failure.category), (message, category), "{cwd}");
    }
    for unusable in ["~/loop", "/\0", &format!("/{}", "x".repeat(5_000))] {
        let (invalid, failure) = machine.refuse(unusable);
        assert!(invalid.message.contains(" cannot be used: "), "{}", invalid.message);
        assert!(invalid.message.chars().count() < 300, "{}", invalid.message);
        assert_eq!(failure.category, ErrorCategory::SyntaxError);
    }
}

#[test]
fn a_folder_that_may_not_be_searched_is_refused() {
    let machine = Machine::new();
    let locked = machine.path("home/locked");
    fs::create_dir_all(locked.join("below")).unwrap();
    set_permissions(&locked, Permissions::from_mode(0o000)).unwrap();
    let result = resolve(Some("~/locked/below"), &machine);
    set_permissions(&locked, Permissions::from_mode(0o755)).unwrap();
    // Root may search every folder.
    match (result, rustix::process::geteuid().is_root()) {
        (Ok(_), true) => {}
        (Err(error @ CwdError::Forbidden(_)), false) => {
            assert_eq!(error.category(), ErrorCategory::PermissionDenied);
        }
        (result, _) => panic!("{result:?}"),
    }
}

#[test]
fn without_any_allowed_folder_nothing_is_allowed() {
    let machine = Machine { allowed: Vec::new(), ..Machine::new() };
    let refused = resolve(None, &machine).unwrap_err().to_string();
    assert!(refused.ends_with("may work in (none so far)."), "{refused}");
}

#[test]
fn many_allowed_folders_are_not_all_listed() {
    let roots: Vec<PathBuf> = (1..=6).map(|n| PathBuf::from(format!("/r{n}"))).collect();
    assert_eq!(listed(&roots), "/r1, /r2, /r3, /r4, and 2 more");
}

#[rstest]
#[case("/srv/x", "/srv/x")]
#[case("/srv/my files", "'/srv/my files'")]
#[case("/srv/it's", r"'/srv/it'\''s'")]
#[case("/srv/$(reboot)", "'/srv/$(reboot)'")]
fn what_is_to_be_typed_can_be_typed(#[case] path: &str, #[case] word: &str) {
    assert_eq!(shell_word(path), word);
}

#[rstest]
#[case(None, "~")]
#[case(Some("~"), "~")]
#[case(Some("/home/me"), "~")]
#[case(Some("/home/me/"), "~")]
#[case(Some("~/src"), "~/src")]
#[case(Some("/home/me/src/"), "~/src")]
#[case(Some("/home/meg"), "/home/meg")]
#[case(Some("/srv//x/"), "/srv/x")]
#[case(Some("src"), "src")]
fn a_place_is_shown_as_people_write_it(#[case] cwd: Option<&str>, #[case] place: &str) {
    assert_eq!(shown(cwd, Path::new("/home/me")), place);
}
