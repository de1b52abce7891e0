//! Commands: what is started, where and when.

use crate::at_desk::{due, read, task};
use aegis_domain::{NewTask, Schedule, ShellSettings};
use rstest::rstest;

fn settings(task: &NewTask) -> ShellSettings {
    let spec = task.executor.clone().unwrap();
    assert_eq!(spec.name.as_str(), ShellSettings::EXECUTOR);
    serde_json::from_value(spec.settings).unwrap()
}

#[rstest]
#[case("run: cargo --version", &["cargo", "--version"], None)]
#[case("run: cargo --version in ~/src", &["cargo", "--version"], Some("~/src"))]
#[case("run:cargo --version", &["cargo", "--version"], None)]
#[case("RUN: ls", &["ls"], None)]
#[case("  run:   ls   -la  ", &["ls", "-la"], None)]
#[case("run: ls in /tmp", &["ls"], Some("/tmp"))]
#[case("run: ls in ./sub", &["ls"], Some("./sub"))]
#[case("run: ls in ../other", &["ls"], Some("../other"))]
#[case("run: ls in ~", &["ls"], Some("~"))]
#[case("run: ls in \"~/My Projects\"", &["ls"], Some("~/My Projects"))]
#[case("run: ls in '/srv/a b'", &["ls"], Some("/srv/a b"))]
#[case("run: ls in ~/My\\ Projects", &["ls"], Some("~/My Projects"))]
#[case("run: ls in src", &["ls", "in", "src"], None)]
#[case("run: ls in /tmp now", &["ls", "in", "/tmp", "now"], None)]
#[case("run: echo \"in\" /tmp", &["echo", "in", "/tmp"], None)]
#[case("run: ls in \"\"", &["ls", "in", ""], None)]
#[case("run: in in /tmp", &["in"], Some("/tmp"))]
#[case("run: git commit -m 'fix: it is p5 #now'", &["git", "commit", "-m", "fix: it is p5 #now"], None)]
#[case("run: printf \"%s\\n\" a\\ b", &["printf", "%s\\n", "a b"], None)]
#[case("run: echo '' x", &["echo", "", "x"], None)]
#[case("run: echo 'a|b' \"c>d\" e\\;f", &["echo", "a|b", "c>d", "e;f"], None)]
#[case("run: grep größe datei.txt", &["grep", "größe", "datei.txt"], None)]
#[case("run: git log HEAD~3", &["git", "log", "HEAD~3"], None)]
#[case("run: make CC=clang", &["make", "CC=clang"], None)]
fn a_command_is_split_into_words(
    #[case] text: &str,
    #[case] argv: &[&str],
    #[case] cwd: Option<&str>,
) {
    let task = task(text);
    let settings = settings(&task);
    assert_eq!(settings.command, argv);
    assert_eq!(settings.cwd.as_deref(), cwd);
    assert_eq!(task.schedule, Schedule::Now);
}

#[rstest]
#[case("run: ls | wc -l", "ls | wc -l", "|", None)]
#[case("run: make && make install in ~/src", "make && make install", "&&", Some("~/src"))]
#[case("run: a || b", "a || b", "||", None)]
#[case("run: sleep 1; ls", "sleep 1; ls", ";", None)]
#[case("run: ls > out.txt", "ls > out.txt", ">", None)]
#[case("run: ls >> out.txt", "ls >> out.txt", ">>", None)]
#[case("run: sort < in.txt", "sort < in.txt", "<", None)]
#[case("run: echo $HOME", "echo $HOME", "$", None)]
#[case("run: echo `date`", "echo `date`", "`", None)]
#[case("run: ls *.rs", "ls *.rs", "*", None)]
#[case("run: ls a?.rs", "ls a?.rs", "?", None)]
#[case("run: (cd x; ls)", "(cd x; ls)", "(", None)]
#[case("run: ls ~/src", "ls ~/src", "~", None)]
#[case("run: ls ~", "ls ~", "~", None)]
#[case("run: RUST_LOG=debug cargo run", "RUST_LOG=debug cargo run", "RUST_LOG=", None)]
#[case("run: sleep 9 &", "sleep 9 &", "&", None)]
#[case("run: echo 'a b' | cat in /tmp", "echo 'a b' | cat", "|", Some("/tmp"))]
#[case("run: ls in ~/a;ls", "ls in ~/a;ls", "~", None)]
fn a_command_with_shell_syntax_runs_in_a_shell_and_says_so(
    #[case] text: &str,
    #[case] script: &str,
    #[case] because: &str,
    #[case] cwd: Option<&str>,
) {
    let reading = read(text);
    let task = reading.task.unwrap();
    let settings = settings(&task);
    assert_eq!(settings.command, ["sh", "-c", script]);
    assert_eq!(settings.cwd.as_deref(), cwd);
    assert_eq!(task.title, script);
    assert_eq!(reading.assumptions, [format!("Runs in a shell, because of “{because}”.")]);
}

#[rstest]
#[case("at 16:00 run: make", "2026-11-21 16:00:00", None, &[])]
#[case("in 10 minutes run: make", "2026-11-21 14:40:00", None, &[])]
#[case("tomorrow at 7am, run: make", "2026-11-22 07:00:00", None, &[])]
#[case("16:00 run: make", "2026-11-21 16:00:00", None, &[])]
#[case("p8 #ci at 16:00 run: make", "2026-11-21 16:00:00", Some(8), &["ci"])]
#[case("!low run: make", "Now", Some(2), &[])]
#[case("#a #b run:make", "Now", None, &["a", "b"])]
fn a_time_a_priority_and_tags_stand_before_a_command(
    #[case] text: &str,
    #[case] at: &str,
    #[case] priority: Option<u8>,
    #[case] tags: &[&str],
) {
    let task = task(text);
    assert_eq!(due(&task), at);
    assert_eq!((task.title.as_str(), task.priority), ("make", priority));
    assert_eq!(task.tags, tags);
}

#[rstest]
#[case("run: make p8", "p8")]
#[case("run: make #ci", "#ci")]
#[case("run: make in 10 minutes", "in 10 minutes")]
#[case("run: make at 16:00 p8 #ci", "at 16:00 p8 #ci")]
fn after_the_prefix_everything_is_the_command(#[case] text: &str, #[case] tail: &str) {
    let reading = read(text);
    let task = reading.task.unwrap();
    assert_eq!(settings(&task).command.join(" "), format!("make {tail}"));
    assert_eq!((task.priority, task.schedule, task.tags.len()), (None, Schedule::Now, 0));
    let said = format!("“{tail}” is part of the command; what is not goes before “run:”.");
    assert_eq!(reading.assumptions, [said]);
}

#[test]
fn an_expansion_in_quotes_stays_and_that_is_said() {
    let reading = read("run: echo \"costs $5\"");
    assert_eq!(settings(&reading.task.unwrap()).command, ["echo", "costs $5"]);
    assert!(reading.assumptions[0].contains("inside double quotes"), "{:?}", reading.assumptions);
}

#[test]
fn a_long_command_is_kept_whole_under_a_title_that_fits() {
    let argument = "x".repeat(1_900);
    let task = task(&format!("run: echo {argument}"));
    assert_eq!(settings(&task).command, ["echo", argument.as_str()]);
    assert_eq!(task.title.chars().count(), aegis_domain::MAX_TITLE);
}

#[test]
fn braces_in_a_command_mean_themselves() {
    let task = crate::at_desk::task("run: docker ps --format {{.Names}}");
    let settings = task.executor.unwrap().settings;
    let filled = aegis_domain::placeholder::fill(&settings, &serde_json::json!({}));
    assert_eq!(filled["command"][3], "{{.Names}}");
}
