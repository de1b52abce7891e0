use super::*;

fn help(path: &[&str]) -> String {
    let mut program = program().term_width(80);
    program.build();
    let mut command = &mut program;
    for name in path {
        command = command.find_subcommand_mut(name).unwrap();
    }
    let mut command = command.clone().term_width(80);
    command.render_long_help().to_string()
}

/// Every command with a path of its own.
fn paths() -> Vec<Vec<String>> {
    fn collect(command: &clap::Command, path: &[String], all: &mut Vec<Vec<String>>) {
        all.push(path.to_vec());
        for sub in command.get_subcommands() {
            let mut path = path.to_vec();
            path.push(sub.get_name().to_owned());
            collect(sub, &path, all);
        }
    }
    let mut all = Vec::new();
    collect(&program(), &[], &mut all);
    all
}

#[test]
fn the_command_line_is_sound() {
    program().debug_assert();
}

#[test]
fn help_of_every_command() {
    for path in paths() {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let name = std::iter::once("aegis").chain(path.iter().copied()).collect::<Vec<_>>();
        insta::assert_snapshot!(name.join("-"), help(&path));
    }
}

#[test]
fn json_is_understood_before_and_after_the_command() {
    for words in [["aegis", "--json", "task", "list"], ["aegis", "task", "list", "--json"]] {
        assert!(parse(&words.map(OsString::from)).unwrap().json);
    }
}

#[test]
fn the_words_of_a_command_belong_to_it() {
    let words = ["aegis", "task", "create", "--", "jq", "--json"].map(OsString::from);
    assert!(!parse(&words).unwrap().json);
    assert!(!wants_json(&words));
    assert!(wants_json(&["aegis", "task", "lisst", "--json"].map(OsString::from)));
}
