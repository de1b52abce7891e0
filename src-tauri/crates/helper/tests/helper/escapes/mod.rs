//! P13: programs that try to get out of their sandbox, each in a way of its own, as root and as an
//! ordinary user, with every mechanism and with none.
//!
//! Each attack is tried without a sandbox too: it has to succeed there, or it shows nothing.

mod attacks;
mod machine;

use aegis_helper::{Mechanism, Profile};
use rstest::rstest;

use attacks::{ATTACKS, Attack, Needs};
use machine::{Bench, Machine, Outcome, User};

/// Every attack, with one mechanism.
fn hold(user: User, mechanism: Mechanism, profile: Profile) {
    let Some(bench) = Bench::new(user) else { return };
    let mut tried = 0;
    let mut failures = Vec::new();
    for attack in ATTACKS.iter().filter(|attack| attack.applies(&bench)) {
        let machine = Machine::new(&bench);
        let outcome = machine.attack_within(attack, profile, vec![mechanism]);
        let expected = match &outcome {
            Outcome::Held(_) => !attack.is_refused(&bench, mechanism),
            Outcome::Refused(_) => attack.is_refused(&bench, mechanism),
            Outcome::GotOut(_) => false,
        };
        if !expected {
            failures.push(format!("{}: {outcome:?}", attack.name));
        }
        if let Some(harm) = machine.harm() {
            failures.push(format!("{}: {harm}", attack.name));
        }
        tried += 1;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    println!(
        "promise P13 {tried} attempts in {} ({}) by {}: 0 escapes",
        mechanism.name(),
        if profile == Profile::Strict { "strict" } else { "workspace" },
        user.name(),
    );
}

#[rstest]
fn no_attack_gets_out(
    #[values(User::Ordinary, User::Root)] user: User,
    #[values(Mechanism::Bubblewrap, Mechanism::Landlock)] mechanism: Mechanism,
    #[values(Profile::Workspace, Profile::Strict)] profile: Profile,
) {
    hold(user, mechanism, profile);
}

#[rstest]
fn without_a_mechanism_nothing_starts(#[values(User::Ordinary, User::Root)] user: User) {
    let Some(bench) = Bench::new(user) else { return };
    for attack in ATTACKS {
        let machine = Machine::new(&bench);
        let outcome = machine.attack_within(attack, Profile::Workspace, Vec::new());
        let Outcome::Refused(why) = &outcome else { panic!("{}: {outcome:?}", attack.name) };
        assert!(why.contains("was not started"), "{why}");
        assert_eq!(machine.harm(), None, "{}", attack.name);
    }
    println!("promise P13 {} attempts with neither: all refused", ATTACKS.len());
}

/// The control: each attack succeeds where nothing is in its way, or else the kernel itself does
/// not offer what it needs.
#[rstest]
fn every_attack_gets_out_where_there_is_no_sandbox(
    #[values(User::Ordinary, User::Root)] user: User,
) {
    let Some(bench) = Bench::new(user) else { return };
    let mut failures = Vec::new();
    let mut without = Vec::new();
    for attack in ATTACKS.iter().filter(|attack| attack.applies(&bench)) {
        let machine = Machine::new(&bench);
        let outcome = machine.attack_freely(attack);
        match (&outcome, attack.needs) {
            (Outcome::GotOut(_), _) => {}
            (_, Needs::Kernel) => without.push(attack.name),
            (_, Needs::Root) if user == User::Ordinary => {}
            _ => failures.push(format!("{}: {outcome:?}", attack.name)),
        }
    }
    println!("this kernel does not offer: {without:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The number that is promised.
#[test]
fn there_are_sixty_attacks_and_no_two_of_one_name() {
    let mut names: Vec<_> = ATTACKS.iter().map(|attack| attack.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ATTACKS.len());
    let everywhere = ATTACKS.iter().filter(|attack| attack.needs != Needs::Kernel).count();
    assert!(everywhere >= 60, "{everywhere}");
    let _: &[Attack] = ATTACKS;
}
