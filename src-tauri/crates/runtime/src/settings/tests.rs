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
        opened(&self.paths, None).unwrap()
    }

    fn file(&self) -> String {
        fs::read_to_string(self.paths.config_file()).unwrap()
    }

    fn folder(&self, name: &str) -> String {
        self.root.path().join(name).display().to_string()
    }
}

/// With TASK_MAX_CONCURRENT as given, and nothing else.
fn opened(paths: &Paths, slots: Option<&str>) -> Result<Settings, SettingsError> {
    let said: Vec<_> = slots.map(|slots| ("TASK_MAX_CONCURRENT", slots)).into_iter().collect();
    with(paths, &said)
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
        ("retries = 101\n", 1),
        ("sound = true\ncommand_timeout_secs = 0\n", 2),
        ("slots = 3\nslots = 4\n", 2),
        ("allowed_roots = \"~\"\n", 1),
    ];
    for (text, line) in cases {
        let user = User::with_file(text);
        let error: ApiError = opened(&user.paths, None).unwrap_err().into();
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
    let error = opened(&user.paths, None).unwrap_err();
    assert!(matches!(error, SettingsError::Unreadable { .. }), "{error}");
}

#[test]
fn the_environment_overrides_slots_and_the_view_says_so() {
    let user = User::with_file("slots = 3\n");
    let settings = opened(&user.paths, Some("12")).unwrap();
    let view = settings.view();
    assert_eq!((view.slots, view.slots_override.as_deref()), (12, Some("TASK_MAX_CONCURRENT")));
    let view = settings.update(slots(4)).unwrap();
    assert_eq!(view.slots, 12, "the environment still counts");
    assert_eq!(*settings.slots().borrow(), 12);
    assert_eq!(user.file(), "slots = 4\n", "and the file counts again without it");
    for wrong in ["0", "65", "many", "-1"] {
        let error = opened(&user.paths, Some(wrong)).unwrap_err();
        assert!(matches!(error, SettingsError::Variable { .. }), "{error}");
    }
    assert_eq!(opened(&user.paths, Some("")).unwrap().view().slots, 4);
}

fn with(paths: &Paths, variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::with_environment(paths, |wanted| {
        let found = variables.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn the_environment_overrides_time_limits_and_retries() {
    let user = User::with_file("command_timeout_secs = 60\nretries = 1\n");
    let plain = user.settings().view();
    assert_eq!(
        (plain.command_timeout_secs, plain.agent_timeout_secs, plain.retries),
        (60, 1800, 1)
    );
    let said = [("TASK_TIMEOUT_MS", " 1500 "), ("TASK_RETRY_ATTEMPTS", "0")];
    let settings = with(&user.paths, &said).unwrap();
    let view = settings.view();
    assert_eq!((view.command_timeout_secs, view.agent_timeout_secs, view.retries), (2, 2, 0));
    assert_eq!(*settings.command_limit().borrow(), Duration::from_millis(1500));
    assert_eq!(view.overrides[0].settings, ["command_timeout_secs", "agent_timeout_secs"]);
    assert_eq!(view.overrides[1].value, "0");
    let update =
        UpdateSettings { command_timeout_secs: Some(9), retries: Some(7), ..Default::default() };
    let view = settings.update(update).unwrap();
    assert_eq!((view.command_timeout_secs, view.retries), (2, 0), "the environment still counts");
    assert_eq!(user.file(), "command_timeout_secs = 9\nretries = 7\n");
    assert_eq!(*user.settings().command_limit().borrow(), Duration::from_secs(9));
}

#[test]
fn what_nothing_uses_yet_is_kept_and_shown() {
    let user = User::new();
    let said = [
        ("CLAUDE_CLI_PATH", "/opt/claude/bin/claude"),
        ("MCP_SERVER_URL", "https://localhost:3000/mcp?x=1"),
    ];
    let view = with(&user.paths, &said).unwrap().view();
    let shown: Vec<_> =
        view.overrides.iter().map(|o| (o.variable.as_str(), o.value.as_str())).collect();
    assert_eq!(shown, said);
    assert!(view.overrides.iter().all(|o| o.settings.is_empty()));
}

#[test]
fn a_variable_that_cannot_be_is_refused_with_a_sentence() {
    let user = User::new();
    for (variable, value) in [
        ("TASK_TIMEOUT_MS", "0"),
        ("TASK_TIMEOUT_MS", "-5"),
        ("TASK_TIMEOUT_MS", "5m"),
        ("TASK_TIMEOUT_MS", "2592000001"),
        ("TASK_RETRY_ATTEMPTS", "101"),
        ("TASK_RETRY_ATTEMPTS", "three"),
        ("CLAUDE_CLI_PATH", "claude"),
        ("CLAUDE_CLI_PATH", "/bin/cl\u{7}aude"),
        ("MCP_SERVER_URL", "localhost:3000"),
        ("MCP_SERVER_URL", "https://"),
        ("MCP_SERVER_URL", "https://me:secret@host/"),
    ] {
        let error: ApiError = with(&user.paths, &[(variable, value)]).unwrap_err().into();
        assert_eq!(error.kind, ErrorKind::Invalid, "{variable}={value}");
        assert!(error.message.starts_with(variable) && error.message.ends_with('.'), "{error:?}");
        assert!(!error.message.contains("secret") && !error.message.contains('\u{7}'), "{error:?}");
        assert_eq!(error.hint.unwrap(), format!("Correct {variable}, or unset it."));
    }
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
