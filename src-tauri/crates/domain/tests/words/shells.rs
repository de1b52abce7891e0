//! Where a value would become a part of what a shell runs.

use aegis_domain::placeholder::refuse_in_shell;
use rstest::rstest;
use serde_json::json;

fn command(words: &[&str]) -> serde_json::Value {
    json!({"command": words})
}

#[rstest]
#[case(&["sh", "-c", "echo {{x}}"], 2)]
#[case(&["/bin/bash", "-lc", "echo {{x}}"], 2)]
#[case(&["bash", "-c", "-e", "echo {{x}}"], 3)]
#[case(&["bash", "-euo", "pipefail", "-c", "echo {{x}}"], 4)]
#[case(&["bash", "-o", "{{x}}", "-c", "true"], 2)]
#[case(&["bash", "--rcfile", "x", "-ic", "echo {{x}}"], 4)]
#[case(&["sh", "-c", "--", "echo {{x}}"], 3)]
#[case(&["sh", "{{x}}", "{{y}}"], 1)]
#[case(&["sh", "-{{x}}", "id"], 1)]
#[case(&["sh", "-s", "{{x}}"], 2)]
#[case(&["zsh", "+x", "-c", "echo {{x}}"], 3)]
#[case(&["fish", "-C", "true", "-c", "echo {{x}}"], 4)]
#[case(&["fish", "-c", "echo {{x}}"], 2)]
#[case(&["fish", "--command=echo {{x}}"], 1)]
#[case(&["fish", "--command", "echo {{x}}"], 2)]
#[case(&["env", "A=1", "sh", "-c", "echo {{x}}"], 4)]
#[case(&["nice", "-n", "5", "timeout", "30", "bash", "-c", "echo {{x}}"], 7)]
#[case(&["busybox", "sh", "-c", "echo {{x}}"], 3)]
#[case(&["find", ".", "-exec", "sh", "-c", "rm {{x}}", ";"], 5)]
#[case(&["sh", "-c", "exec \"$@\"", "sh", "bash", "-c", "echo {{x}}"], 6)]
#[case(&["sh", "run.sh", "bash", "-c", "echo {{x}}"], 4)]
fn a_value_never_becomes_code(#[case] words: &[&str], #[case] at: usize) {
    let refused = refuse_in_shell(&command(words)).unwrap_err();
    assert_eq!(refused.field, "executor");
    assert!(refused.message.contains(&format!("Argument {at} ")), "{words:?}: {refused}");
}

#[rstest]
#[case(&[])]
#[case(&["echo", "{{x}}"])]
#[case(&["git", "commit", "-c", "{{x}}"])]
#[case(&["sh", "-c", "echo \"$1\"", "sh", "{{x}}"])]
#[case(&["bash", "-lc", "echo \"$0\"", "{{x}}"])]
#[case(&["sh", "run.sh", "-c", "{{x}}"])]
#[case(&["sh", "--", "run.sh", "{{x}}"])]
#[case(&["sh", "-c", "echo \\{{x}}"])]
#[case(&["env", "CITY={{x}}", "sh", "-c", "echo $CITY"])]
#[case(&["shellcheck", "-c", "{{x}}"])]
#[case(&["fish", "--command=true", "{{x}}"])]
fn values_that_are_data_are_let_through(#[case] words: &[&str]) {
    assert_eq!(refuse_in_shell(&command(words)), Ok(()), "{words:?}");
}

#[rstest]
#[case(&["sh"], false)]
#[case(&["bash", "-e"], false)]
#[case(&["bash", "-s", "a"], false)]
#[case(&["bash", "run.sh"], true)]
#[case(&["bash", "-c", "cat"], true)]
#[case(&["bash", "-sc", "cat"], true)]
#[case(&["cat"], true)]
fn a_shell_that_is_told_nothing_runs_its_input(#[case] words: &[&str], #[case] fine: bool) {
    let settings = json!({"command": words, "stdin": "echo {{x}}"});
    assert_eq!(refuse_in_shell(&settings).is_ok(), fine, "{words:?}");
}

#[test]
fn settings_of_any_form_are_looked_at() {
    for settings in [json!(null), json!([]), json!({"command": "sh"}), json!({"command": [1, {}]})]
    {
        assert_eq!(refuse_in_shell(&settings), Ok(()), "{settings}");
    }
}
