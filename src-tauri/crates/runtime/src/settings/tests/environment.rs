//! What the environment overrides.

use super::*;

#[test]
fn the_environment_overrides_slots_and_the_view_says_so() {
    let user = User::with_file("slots = 3\n");
    let opened = |slots| with(&user.paths, &[("TASK_MAX_CONCURRENT", slots)]);
    let settings = opened("12").unwrap();
    let view = settings.view();
    assert_eq!((view.slots, view.slots_override.as_deref()), (12, Some("TASK_MAX_CONCURRENT")));
    assert_eq!(view.overrides[0].settings, ["slots"]);
    let view = settings.update(slots(4)).unwrap();
    assert_eq!(view.slots, 12, "the environment still counts");
    assert_eq!(settings.policy().borrow().limits.total, 12);
    assert_eq!(user.file(), "slots = 4\n", "and the file counts again without it");
    for wrong in ["0", "5000000000", "many", "-1", "auto"] {
        let error = opened(wrong).unwrap_err();
        assert!(matches!(error, SettingsError::Variable { .. }), "{error}");
    }
    let view = opened("").unwrap().view();
    assert_eq!((view.slots, view.overrides), (4, Vec::new()), "an empty text says nothing");
}

#[test]
fn the_environment_overrides_the_look_at_the_machine() {
    let user = User::with_file("pressure = true\n");
    let settings = with(&user.paths, &[("AEGIS_PRESSURE", "off")]).unwrap();
    let view = settings.view();
    assert!(!view.pressure && !settings.policy().borrow().pressure);
    assert_eq!(view.overrides[0].settings, ["pressure"]);
    let error: ApiError = with(&user.paths, &[("AEGIS_PRESSURE", "maybe")]).unwrap_err().into();
    assert_eq!(error.message, "AEGIS_PRESSURE is “maybe”, and has to be on or off.");
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
    let said = [("MCP_SERVER_URL", "https://localhost:3000/mcp?x=1")];
    let view = with(&user.paths, &said).unwrap().view();
    let shown: Vec<_> =
        view.overrides.iter().map(|o| (o.variable.as_str(), o.value.as_str())).collect();
    assert_eq!(shown, said);
    assert!(view.overrides.iter().all(|o| o.settings.is_empty()));
}

#[test]
fn the_environment_says_where_claude_code_is_before_the_file_does() {
    let user = User::with_file("claude_path = \"/opt/claude\"\n");
    let of = |settings: &Settings| (settings.claude_path(), settings.view().claude_path);
    let place = |path: &str| (Some(path.into()), path.to_owned());
    assert_eq!(of(&user.settings()), place("/opt/claude"));
    let settings = with(&user.paths, &[("CLAUDE_CLI_PATH", "/usr/bin/claude")]).unwrap();
    assert_eq!(of(&settings), place("/usr/bin/claude"));
    assert_eq!(settings.view().overrides[0].settings, ["claude_path"]);
    let settings = user.settings();
    let update = |path: &str| {
        settings.update(UpdateSettings { claude_path: Some(path.into()), ..Default::default() })
    };
    assert_eq!(update("claude").unwrap_err().field.as_deref(), Some("claude_path"));
    assert!(update("").is_ok());
    assert_eq!(of(&settings), (None, String::new()));
}

#[test]
fn a_variable_that_cannot_be_is_refused_with_a_sentence() {
    let user = User::new();
    for (variable, value) in [
        ("TASK_MAX_CONCURRENT", "auto"),
        ("TASK_MAX_CONCURRENT", "5000000000"),
        ("AEGIS_PRESSURE", "maybe"),
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
