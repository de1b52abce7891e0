//! Data directories with names that are hard to work with.

use crate::harness::home::Home;
use crate::harness::program::aegis;
use crate::harness::serve::Serve;
use crate::harness::tasks;

fn serves_and_answers(home: &Home) {
    let _serve = Serve::start(home);
    let number = tasks::create_script(home, "echo reached");
    tasks::wait_for_state(home, number, "completed");
    assert!(tasks::log(home, number).contains("reached"));
    let status = aegis(home, &["engine", "status", "--json"]).exits(0).json();
    assert_eq!(status["host"], "serve", "the command asked the engine that serves");
    aegis(home, &["serve"]).refuses(5, &["already"]);
}

#[test]
fn a_path_that_is_too_long_for_a_socket_works() {
    let home = Home::new().with_data_in(&format!("{}/{}", "d".repeat(100), "e".repeat(100)));
    serves_and_answers(&home);
}

#[test]
fn a_path_with_spaces_and_other_scripts_works() {
    let home = Home::new().with_data_in("my data – données – بيانات");
    serves_and_answers(&home);
}

#[test]
fn without_aegis_home_everything_lies_where_the_desktop_puts_it() {
    let home = Home::new().with_xdg_folders();
    serves_and_answers(&home);
    let [database] = &home.databases()[..] else { panic!("one database in {:?}", home.data()) };
    assert!(database.starts_with(home.home().join(".local/share/aegis")));
    assert!(home.home().join(".local/state/aegis").is_dir(), "Aegis' own log");
}

#[test]
fn a_data_directory_that_is_a_file_is_named() {
    let home = Home::new();
    std::fs::write(home.data(), "not a folder").unwrap();
    let name = home.data().file_name().unwrap().to_str().unwrap();
    aegis(&home, &["task", "list"]).refuses(4, &[name]);
    aegis(&home, &["serve"]).refuses(4, &[name]);
    assert_eq!(std::fs::read(home.data()).unwrap(), b"not a folder");
}
