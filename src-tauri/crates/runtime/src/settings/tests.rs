mod environment;

use super::*;
use aegis_protocol::{ErrorKind, GroupKind, SetLimit};
use std::os::unix::fs::{PermissionsExt, symlink};
use tempfile::TempDir;

const SMALL: Machine = Machine { cores: 2, memory: 4 << 30 };

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
        with(&self.paths, &[]).unwrap()
    }

    fn file(&self) -> String {
        fs::read_to_string(self.paths.config_file()).unwrap()
    }

    fn folder(&self, name: &str) -> String {
        self.root.path().join(name).display().to_string()
    }
}

/// With what the environment says.
fn with(paths: &Paths, variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let environment = Environment::read(|wanted| {
        let found = variables.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| (*value).to_owned())
    })?;
    Settings::with(paths, environment, SMALL)
}

fn sound(sound: bool) -> UpdateSettings {
    UpdateSettings { sound: Some(sound), ..UpdateSettings::default() }
}

fn slots(slots: u32) -> UpdateSettings {
    UpdateSettings { slots: Some(slots.into()), ..UpdateSettings::default() }
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
    let mut watched = settings.policy();
    assert_eq!(watched.borrow_and_update().limits.total, 5);
    settings.update(slots(2)).unwrap();
    assert!(watched.has_changed().unwrap());
    assert_eq!(watched.borrow_and_update().limits.total, 2);
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
    assert_eq!(settings.policy().borrow().limits.total, 4);
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
        ("slots = -1\n", 1),
        ("slots = \"all\"\n", 1),
        ("max_agents = 0\n", 1),
        ("[limits.workspaces]\naegis = 0\n", 2),
        ("[limits.planets]\nearth = 1\n", 1),
        ("[offsets]\nshell = 11\n", 2),
        ("retries = 101\n", 1),
        ("sound = true\ncommand_timeout_secs = 0\n", 2),
        ("slots = 3\nslots = 4\n", 2),
        ("allowed_roots = \"~\"\n", 1),
    ];
    for (text, line) in cases {
        let user = User::with_file(text);
        let error: ApiError = with(&user.paths, &[]).unwrap_err().into();
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
    let error = with(&user.paths, &[]).unwrap_err();
    assert!(matches!(error, SettingsError::Unreadable { .. }), "{error}");
}

#[test]
fn what_a_run_leaves_behind_has_limits_that_can_be_set() {
    let user = User::new();
    let settings = user.settings();
    let mut limits = settings.artifact_limits();
    assert_eq!(limits.borrow_and_update().file_bytes, 100 << 20);
    let update = UpdateSettings {
        artifact_file_mb: Some(1),
        artifact_files: Some(2),
        artifact_run_mb: Some(3),
        ..UpdateSettings::default()
    };
    settings.update(update).unwrap();
    let limits = *limits.borrow_and_update();
    assert_eq!((limits.file_bytes, limits.files, limits.run_bytes), (1 << 20, 2, 3 << 20));
    for (field, update) in [
        ("artifact_files", UpdateSettings { artifact_files: Some(501), ..Default::default() }),
        ("retries", UpdateSettings { retries: Some(101), ..Default::default() }),
        (
            "agent_timeout_secs",
            UpdateSettings { agent_timeout_secs: Some(0), ..Default::default() },
        ),
    ] {
        let error = settings.update(update).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::Invalid, Some(field)));
    }
}

#[test]
fn slots_are_one_or_more() {
    let user = User::new();
    let error = user.settings().update(slots(0)).unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::Invalid, Some("slots")));
    assert!(!user.paths.config_file().exists(), "nothing was written");
    assert_eq!(user.settings().update(slots(1000)).unwrap().slots, 1000, "any number from 1 up");
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
    assert_eq!(settings.policy().borrow().limits.total, 5);
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
    let broken = with(&user.paths, &[]).unwrap_err().to_string();
    assert!(broken.contains("in line 2") && broken.contains("36500"), "{broken}");
}

fn limit(of: GroupKind, name: &str, most: Option<u32>) -> UpdateSettings {
    let limits = vec![SetLimit { of, name: name.to_owned(), most }];
    UpdateSettings { limits, ..UpdateSettings::default() }
}

#[test]
fn auto_follows_from_the_machine() {
    let user = User::with_file("slots = \"auto\"\nmax_agents = \"auto\"\n");
    let view = user.settings().view();
    assert_eq!((view.slots, view.slots_auto), (4, true));
    assert_eq!((view.max_agents, view.max_agents_auto), (2, true));
    let settings = user.settings();
    settings.update(slots(7)).unwrap();
    assert_eq!(user.file(), "slots = 7\nmax_agents = \"auto\"\n");
    let auto = UpdateSettings { slots: Some(Count::AUTO), ..UpdateSettings::default() };
    assert_eq!(settings.update(auto).unwrap().slots, 4);
    assert_eq!(user.file(), "slots = \"auto\"\nmax_agents = \"auto\"\n");
}

#[test]
fn limits_are_kept_in_tables_and_what_a_person_wrote_there_stays() {
    let user = User::with_file("sound = true\n\n[limits.workspaces]\n# mine\naegis = 3 # three\n");
    let settings = user.settings();
    settings.update(limit(GroupKind::Executor, "shell", Some(2))).unwrap();
    settings.update(limit(GroupKind::Workspace, "~other", Some(1))).unwrap();
    let view = settings.update(limit(GroupKind::Agent, "*", Some(4))).unwrap();
    assert_eq!(view.limits.executors.of("shell"), Some(2));
    assert_eq!(view.limits.workspaces.of("other"), Some(1));
    assert_eq!(view.limits.agents.of("anybody"), Some(4));
    assert!(user.file().contains("# mine\naegis = 3 # three\n"), "{}", user.file());
    assert_eq!(user.settings().view(), view, "{}", user.file());
    assert_eq!(settings.policy().borrow().limits.executors.of("shell"), Some(2));
    settings.update(limit(GroupKind::Workspace, "aegis", None)).unwrap();
    assert_eq!(user.settings().view().limits.workspaces.of("aegis"), None);
    for (name, most) in [("", Some(1)), ("a\u{7}b", Some(1)), ("shell", Some(0))] {
        let error = settings.update(limit(GroupKind::Executor, name, most)).unwrap_err();
        assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::Invalid, Some("limits")));
    }
}

#[test]
fn an_executor_can_be_put_ahead() {
    let user = User::new();
    let settings = user.settings();
    let offset = |steps| {
        let offsets = [("shell".to_owned(), steps)].into();
        UpdateSettings { offsets, ..UpdateSettings::default() }
    };
    assert_eq!(settings.update(offset(-3)).unwrap().offsets["shell"], -3);
    assert!(user.file().ends_with("[offsets]\nshell = -3\n"), "{}", user.file());
    assert!(settings.update(offset(0)).unwrap().offsets.is_empty());
    let error = settings.update(offset(11)).unwrap_err();
    assert_eq!((error.kind, error.field.as_deref()), (ErrorKind::Invalid, Some("offsets")));
}

#[test]
fn a_file_that_was_changed_by_hand_is_read_again() {
    let user = User::with_file("slots = 3\n");
    let settings = user.settings();
    let mut watched = settings.policy();
    watched.borrow_and_update();
    fs::write(user.paths.config_file(), "slots = 4\npressure = false\n").unwrap();
    settings.read_again().unwrap();
    assert!(watched.has_changed().unwrap());
    let policy = watched.borrow_and_update().clone();
    assert_eq!((policy.limits.total, policy.pressure), (4, false));
    fs::write(user.paths.config_file(), "slots = \n").unwrap();
    assert!(settings.read_again().is_err());
    assert_eq!(settings.view().slots, 4, "what it said before counts on");
}

fn daily(budget: &str) -> UpdateSettings {
    UpdateSettings { daily_budget: Some(budget.to_owned()), ..UpdateSettings::default() }
}

#[test]
fn a_day_has_a_budget_when_somebody_says_so() {
    let usd = |text: &str| Some(text.parse().unwrap());
    for written in ["daily_budget = 5\n", "daily_budget = \"5.00\"\n", "daily_budget = 5.0\n"] {
        assert_eq!(User::with_file(written).settings().view().daily_budget, usd("5"));
    }
    let user = User::with_file("daily_budget = 5   # enough\n");
    let settings = user.settings();
    let mut watched = settings.terms();
    assert_eq!(watched.borrow_and_update().daily_budget, usd("5"));
    assert_eq!(settings.update(daily("$1.50")).unwrap().daily_budget, usd("1.5"));
    assert_eq!(user.file(), "daily_budget = \"1.50\"   # enough\n");
    assert!(watched.has_changed().unwrap());
    assert_eq!(watched.borrow_and_update().daily_budget, usd("1.5"));
    assert_eq!(settings.update(daily("none")).unwrap().daily_budget, None);
    assert_eq!(user.settings().view().daily_budget, None);
    for wrong in ["0", "-1", "lots", "5,00", "2000000"] {
        let ApiError { kind, field, hint, .. } = settings.update(daily(wrong)).unwrap_err();
        assert_eq!((kind, field.as_deref()), (ErrorKind::Invalid, Some("daily_budget")), "{wrong}");
        assert!(hint.is_some(), "{wrong}");
    }
    for wrong in ["daily_budget = 0\n", "daily_budget = \"lots\"\n", "daily_budget = true\n"] {
        let user = User::with_file(wrong);
        let error = with(&user.paths, &[]).map(|_| ()).unwrap_err();
        assert!(matches!(error, SettingsError::Broken { line: 1, .. }), "{error}");
    }
}

#[test]
fn the_environment_gives_the_day_another_budget_for_now_and_says_so() {
    let user = User::with_file("daily_budget = 5\n");
    for (said, budget) in [("2.50", Some("2.5".parse().unwrap())), ("none", None)] {
        let settings = with(&user.paths, &[("AEGIS_DAILY_BUDGET", said)]).unwrap();
        let view = settings.view();
        assert_eq!(view.daily_budget, budget);
        assert_eq!(view.overrides[0].settings, ["daily_budget"]);
        assert_eq!(settings.terms().borrow().daily_budget, budget);
    }
    let error = with(&user.paths, &[("AEGIS_DAILY_BUDGET", "lots")]).map(|_| ()).unwrap_err();
    let ApiError { message, hint, .. } = error.into();
    assert_eq!(
        message,
        "AEGIS_DAILY_BUDGET is “lots”, and has to be an amount in dollars such as 5 or 1.50, or \
         none."
    );
    assert_eq!(hint.as_deref(), Some("Correct AEGIS_DAILY_BUDGET, or unset it."));
}

#[test]
fn questions_expire_when_somebody_says_so() {
    let user = User::new();
    let settings = user.settings();
    assert_eq!(settings.terms().borrow().question_expiry, None);
    let expiry =
        |secs| UpdateSettings { question_expiry_secs: Some(secs), ..UpdateSettings::default() };
    assert_eq!(settings.update(expiry(259_200)).unwrap().question_expiry_secs, 259_200);
    let days = chrono::TimeDelta::days(3);
    assert_eq!(user.settings().terms().borrow().question_expiry, Some(days));
    for wrong in [1, 59, 400 * 24 * 3600] {
        let ApiError { field, .. } = settings.update(expiry(wrong)).unwrap_err();
        assert_eq!(field.as_deref(), Some("question_expiry_secs"));
        let user = User::with_file(&format!("question_expiry_secs = {wrong}\n"));
        assert!(with(&user.paths, &[]).is_err());
    }
    assert_eq!(settings.update(expiry(0)).unwrap().question_expiry_secs, 0);
    assert_eq!(user.settings().terms().borrow().question_expiry, None);
}
