use super::*;
use aegis_protocol::ErrorKind;
use std::os::unix::fs::{PermissionsExt, symlink};
use tempfile::TempDir;

struct User {
    root: TempDir,
    paths: Paths,
}

impl User {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().join("home");
        fs::create_dir_all(home.join("src")).unwrap();
        fs::create_dir(root.path().join("work")).unwrap();
        let all = root.path().join("aegis");
        let paths = Paths::all_in(&all, &home);
        Self { root, paths }
    }

    fn with_file(text: &str) -> Self {
        let user = Self::new();
        fs::create_dir_all(user.paths.config_file().parent().unwrap()).unwrap();
        fs::write(user.paths.config_file(), text).unwrap();
        user
    }

    fn settings(&self) -> Settings {
        Settings::with_override(&self.paths, None).unwrap()
    }

    fn file(&self) -> String {
        fs::read_to_string(self.paths.config_file()).unwrap()
    }

    fn folder(&self, name: &str) -> String {
        self.root.path().join(name).display().to_string()
    }
}

fn sound(sound: bool) -> UpdateSettings {
    UpdateSettings { sound: Some(sound), ..UpdateSettings::default() }
}

fn slots(slots: u32) -> UpdateSettings {
    UpdateSettings { slots: Some(slots), ..UpdateSettings::default() }
}

#[test]
fn without_a_file_the_settings_are_the_defaults_and_no_file_is_made() {
    let user = User::new();
    let view = user.settings().view();
    assert_eq!((view.slots, view.slots_override, view.sound), (5, None, true));
    assert_eq!(view.allowed_roots, ["~"]);
    assert!(!user.paths.config_file().exists());
}

#[test]
fn changes_are_there_after_a_restart() {
    let user = User::new();
    let settings = user.settings();
    settings.update(slots(8)).unwrap();
    let view = settings.update(sound(false)).unwrap();
    assert_eq!((view.slots, view.sound), (8, false));
    assert_eq!(user.settings().view(), view);
    let mode = fs::metadata(user.paths.config_file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_change_reaches_who_watches_at_once() {
    let user = User::new();
    let settings = user.settings();
    let mut watched = settings.slots();
    assert_eq!(*watched.borrow_and_update(), 5);
    settings.update(slots(2)).unwrap();
    assert!(watched.has_changed().unwrap());
    assert_eq!(*watched.borrow_and_update(), 2);
}

#[test]
fn what_a_person_wrote_into_the_file_stays() {
    let user = User::with_file("# mine\nsound = true   # at home\n\nslots = 3\n");
    let settings = user.settings();
    settings.update(sound(false)).unwrap();
    assert_eq!(user.file(), "# mine\nsound = false   # at home\n\nslots = 3\n");
}

#[test]
fn a_change_does_not_undo_one_made_by_hand() {
    let user = User::with_file("slots = 3\n");
    let settings = user.settings();
    fs::write(user.paths.config_file(), "slots = 4\n").unwrap();
    let view = settings.update(sound(false)).unwrap();
    assert_eq!((view.slots, view.sound), (4, false));
    assert_eq!(*settings.slots().borrow(), 4);
}

#[test]
fn the_file_may_be_a_link_and_keeps_its_permissions() {
    let user = User::with_file("");
    let real = user.root.path().join("dotfiles.toml");
    fs::write(&real, "slots = 3\n").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_file(user.paths.config_file()).unwrap();
    symlink(&real, user.paths.config_file()).unwrap();
    user.settings().update(slots(9)).unwrap();
    assert_eq!(fs::read_to_string(&real).unwrap(), "slots = 9\n");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o644);
    assert!(fs::symlink_metadata(user.paths.config_file()).unwrap().is_symlink());
}

#[test]
fn a_broken_file_is_an_error_that_names_the_line() {
    let cases = [
        ("slots = 3\nsound = maybe\n", 2),
        ("slots = 3\n\n\nsuond = true\n", 4),
        ("slots = \"many\"\n", 1),
        ("# none\nslots = 0\n", 2),
        ("slots = 65\n", 1),
        ("slots = 3\nslots = 4\n", 2),
        ("allowed_roots = \"~\"\n", 1),
    ];
    for (text, line) in cases {
        let user = User::with_file(text);
        let error: ApiError = Settings::with_override(&user.paths, None).unwrap_err().into();
        assert_eq!(error.kind, ErrorKind::Invalid, "{text}");
        let place = format!("“{}” are broken in line {line}:", user.paths.config_file().display());
        assert!(error.message.contains(&place), "{text}: {}", error.message);
        assert!(error.hint.unwrap().starts_with("Correct that line"));
        assert_eq!(user.file(), text, "it is left alone");
    }
}

#[test]
fn a_file_that_broke_meanwhile_is_not_written_over() {
    let user = User::with_file("slots = 3\n");
    let settings = user.settings();
    fs::write(user.paths.config_file(), "slots = \n").unwrap();
    assert_eq!(settings.update(sound(false)).unwrap_err().kind, ErrorKind::Invalid);
    assert_eq!(user.file(), "slots = \n");
    assert_eq!(settings.view().slots, 3);
}

#[test]
fn a_file_that_is_not_text_is_an_error() {
    let user = User::with_file("");
    fs::write(user.paths.config_file(), [0xff, 0xfe]).unwrap();
    let error = Settings::with_override(&user.paths, None).unwrap_err();
    assert!(matches!(error, SettingsError::Unreadable { .. }), "{error}");
}

#[test]
fn the_environment_overrides_slots_and_the_view_says_so() {
    let user = User::with_file("slots = 3\n");
    let settings = Settings::with_override(&user.paths, Some("12".into())).unwrap();
    let view = settings.view();
    assert_eq!((view.slots, view.slots_override.as_deref()), (12, Some("TASK_MAX_CONCURRENT")));
    let view = settings.update(slots(4)).unwrap();
    assert_eq!(view.slots, 12, "the environment still counts");
    assert_eq!(*settings.slots().borrow(), 12);
    assert_eq!(user.file(), "slots = 4\n", "and the file counts again without it");
    for wrong in ["0", "65", "many", "-1"] {
        let error = Settings::with_override(&user.paths, Some(wrong.into())).unwrap_err();
        assert!(matches!(error, SettingsError::Variable { .. }), "{error}");
    }
    assert_eq!(Settings::with_override(&user.paths, Some(String::new())).unwrap().view().slots, 4);
}

#[test]
fn slots_have_bounds() {
    let user = User::new();
    for wrong in [0, 65, u32::MAX] {
        let error = user.settings().update(slots(wrong)).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::Invalid, Some("slots")));
    }
    assert!(!user.paths.config_file().exists(), "nothing was written");
}

#[test]
fn folders_are_allowed_once_as_people_write_them() {
    let user = User::new();
    let settings = user.settings();
    let work = user.folder("work");
    assert_eq!(settings.add_root(&work).unwrap().allowed_roots, ["~", &work]);
    assert_eq!(settings.add_root(&format!("{work}/../work/")).unwrap().allowed_roots.len(), 2);
    assert_eq!(settings.add_root("~/src").unwrap().allowed_roots, ["~", &work, "~/src"]);
    assert_eq!(settings.add_root("~").unwrap().allowed_roots.len(), 3);
    assert_eq!(user.settings().view().allowed_roots, ["~", &work, "~/src"]);
}

#[test]
fn a_folder_that_cannot_be_worked_in_is_refused() {
    let user = User::new();
    let settings = user.settings();
    fs::write(user.root.path().join("file"), "").unwrap();
    let cases = ["work", "~ada", "", "/nowhere/at/all", &user.folder("file"), "\0"];
    for path in cases {
        let error = settings.add_root(path).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid, "{path:?}");
        assert_eq!(error.field.as_deref(), Some("path"), "{path:?}");
    }
    assert_eq!(settings.view().allowed_roots, ["~"]);
}

#[test]
fn folders_are_removed_by_any_of_their_names_and_when_they_are_gone() {
    let user = User::new();
    let settings = user.settings();
    let work = user.folder("work");
    settings.add_root(&work).unwrap();
    settings.add_root("~/src").unwrap();
    fs::remove_dir(&work).unwrap();
    assert_eq!(settings.remove_root(&work).unwrap().allowed_roots, ["~", "~/src"]);
    let full = user.folder("home/src");
    assert_eq!(settings.remove_root(&full).unwrap().allowed_roots, ["~"]);
    let error = settings.remove_root(&full).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(settings.remove_root("~").unwrap().allowed_roots.is_empty());
    assert!(settings.allowed_roots().is_empty());
}

#[test]
fn allowed_folders_are_real_and_there() {
    let user = User::new();
    let settings = user.settings();
    let work = user.folder("work");
    symlink(&work, user.root.path().join("link")).unwrap();
    settings.add_root(&user.folder("link")).unwrap();
    let real = |path: &str| fs::canonicalize(path).unwrap();
    assert_eq!(settings.allowed_roots(), [real(&user.folder("home")), real(&work)]);
    assert!(settings.allows(&real(&work).join("below")));
    assert!(!settings.allows(&real(&user.folder("")).join("workshop")));
    assert!(!settings.allows(Path::new("/")));
    fs::remove_dir(&work).unwrap();
    assert_eq!(settings.allowed_roots().len(), 1);
}

#[test]
fn a_file_that_cannot_be_written_changes_nothing() {
    let user = User::new();
    let settings = user.settings();
    // A file where the folder should be: it holds for root too.
    fs::write(user.paths.config_file().parent().unwrap(), "").unwrap();
    assert!(settings.update(slots(9)).is_err());
    assert_eq!(settings.view().slots, 5);
    assert_eq!(*settings.slots().borrow(), 5);
}

#[test]
fn a_new_file_begins_with_what_it_is() {
    let user = User::new();
    let settings = user.settings();
    settings.update(slots(2)).unwrap();
    settings.update(sound(false)).unwrap();
    let file = user.file();
    assert!(file.starts_with("# The settings of Aegis."), "{file}");
    assert!(file.ends_with("slots = 2\nsound = false\n"), "{file}");
}

fn keep(keep: KeepUpdate) -> UpdateSettings {
    UpdateSettings { keep, ..UpdateSettings::default() }
}

#[test]
fn how_long_things_are_kept_stands_in_a_table_and_changes_alone() {
    let user = User::with_file("slots = 3 # few\n\n[keep] # for long\nlogs_days = 10 # enough\n");
    let settings = user.settings();
    let watched = settings.keep();
    assert_eq!(watched.borrow().logs_days, 10);
    assert_eq!(watched.borrow().history_days, Keep::default().history_days);
    let change = KeepUpdate { logs_days: Some(0), keys_days: Some(2), ..KeepUpdate::default() };
    let view = settings.update(keep(change)).unwrap();
    assert_eq!((view.keep.logs_days, view.keep.keys_days), (0, 2));
    assert_eq!(watched.borrow().keys_days, 2);
    let text = user.file();
    assert!(text.contains("slots = 3 # few") && text.contains("[keep] # for long"), "{text}");
    assert!(text.contains("logs_days = 0 # enough") && text.contains("keys_days = 2"), "{text}");
    assert!(!text.contains("history_days"), "what nobody said stays unsaid: {text}");
    assert_eq!(user.settings().view().keep, view.keep);
}

#[test]
fn a_table_is_made_where_there_is_none() {
    let user = User::new();
    let change = KeepUpdate { logs_mib: Some(100), ..KeepUpdate::default() };
    user.settings().update(keep(change)).unwrap();
    assert_eq!(user.settings().view().keep.logs_mib, 100);
    user.settings().update(slots(2)).unwrap();
    let view = user.settings().view();
    assert_eq!((view.slots, view.keep.logs_mib), (2, 100), "{}", user.file());
}

#[test]
fn more_than_there_can_be_is_refused() {
    let user = User::new();
    let change = KeepUpdate { history_days: Some(36_501), ..KeepUpdate::default() };
    let refused = user.settings().update(keep(change)).unwrap_err();
    assert_eq!(
        (refused.kind, refused.field.as_deref()),
        (ErrorKind::Invalid, Some("history_days"))
    );
    assert!(!user.paths.config_file().exists());
    let user = User::with_file("[keep]\nlogs_days = 99999999\n");
    let broken = Settings::with_override(&user.paths, None).unwrap_err().to_string();
    assert!(broken.contains("in line 2") && broken.contains("36500"), "{broken}");
}
