//! How a breaker opens, and how it closes again.

use super::*;
use crate::{Ctx, Failure, Outcome};

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + TimeDelta::seconds(1_000_000 + seconds)
}

fn run(seed: u64) -> RunId {
    RunId(Ctx::new(at(0), seed).uuid())
}

const ILL: Sign = Sign::Ill(ErrorCategory::Network);

/// Fails until it opens; the moment is then 4.
fn opened() -> Breaker {
    let mut breaker = Breaker::default();
    for n in 0..5 {
        assert_eq!(breaker.admits(at(n)), Admits::All);
        let changed = breaker.ended(run(1), &ILL, at(n));
        assert_eq!(changed, n == 4);
    }
    breaker
}

#[test]
fn five_failures_in_a_row_open_it_and_one_answer_between_them_does_not() {
    assert_eq!(opened().admits(at(5)), Admits::Nothing { until: Some(at(34)) });
    let mut breaker = Breaker::default();
    for n in 0..20 {
        let sign = if n % 5 == 4 { Sign::Well } else { ILL };
        breaker.ended(run(1), &sign, at(n));
    }
    assert_eq!(breaker.admits(at(20)), Admits::All);
}

#[test]
fn failures_far_apart_do_not_open_it() {
    let mut breaker = Breaker::default();
    for n in 0..50 {
        breaker.ended(run(1), &ILL, at(n * 31));
        assert_eq!(breaker.admits(at(n * 31)), Admits::All, "four in two minutes at most");
    }
}

#[test]
fn one_trial_after_the_rest_decides() {
    let mut breaker = opened();
    assert_eq!(breaker.admits(at(34)), Admits::Trial);
    assert!(breaker.began(run(2), at(34)));
    assert_eq!(breaker.admits(at(35)), Admits::Nothing { until: None });
    assert!(breaker.ended(run(2), &Sign::Well, at(36)));
    assert_eq!(breaker, Breaker::default());
}

#[test]
fn each_failed_trial_doubles_the_rest_up_to_its_end() {
    let mut breaker = opened();
    let mut now = at(4);
    for expected in [30, 60, 120, 240, 480, 900, 900] {
        let BreakerState::Open { until } = breaker.state else { panic!("it is not open") };
        assert_eq!((until - now).num_seconds(), expected);
        now = until;
        breaker.began(run(2), now);
        assert!(breaker.ended(run(2), &ILL, now));
    }
}

#[test]
fn a_trial_that_was_called_off_is_followed_by_another() {
    let mut breaker = opened();
    breaker.began(run(2), at(40));
    assert!(!breaker.ended(run(3), &Sign::None, at(41)), "it was not the trial");
    assert!(breaker.ended(run(2), &Sign::None, at(41)));
    assert_eq!(breaker.admits(at(41)), Admits::Trial);
}

#[test]
fn what_began_before_the_rest_does_not_end_it() {
    let mut breaker = opened();
    assert!(!breaker.ended(run(3), &Sign::Well, at(6)));
    assert_eq!(breaker.admits(at(6)), Admits::Nothing { until: Some(at(34)) });
}

#[test]
fn a_service_that_asks_for_a_pause_gets_it_and_is_not_ill() {
    let mut breaker = Breaker::default();
    for n in 0..10 {
        breaker.ended(run(1), &Sign::Busy(at(60)), at(n));
    }
    assert_eq!(breaker.admits(at(59)), Admits::Nothing { until: Some(at(60)) });
    assert_eq!(breaker.admits(at(60)), Admits::All);
}

#[test]
fn the_categories_that_are_the_services_fault() {
    let sign = |category| Sign::of(&Outcome::Failed(Failure::new(category, "")));
    let ill: Vec<_> = ErrorCategory::ALL
        .into_iter()
        .filter(|category| matches!(sign(*category), Sign::Ill(_)))
        .collect();
    assert_eq!(ill, [ErrorCategory::Network, ErrorCategory::Auth, ErrorCategory::Internal]);
    assert_eq!(sign(ErrorCategory::CommandFailed), Sign::Well);
    assert_eq!(sign(ErrorCategory::RateLimited), Sign::None);
}

#[test]
fn a_new_engine_knows_what_rests_and_looks_for_a_new_trial() {
    let service = Service { executor: ExecutorName::new("agent"), provider: None };
    let mut breakers = Breakers::default();
    assert!(!breakers.ended(service.clone(), run(1), &Sign::Well, at(0)));
    assert_eq!(breakers.iter().count(), 0, "nothing is kept of what is well");
    for n in 0..5 {
        breakers.ended(service.clone(), run(1), &ILL, at(n));
    }
    breakers.began(&service, run(2), at(50));
    let json = serde_json::to_string(&breakers.to_keep()).unwrap();
    let next = Breakers::from_kept(serde_json::from_str(&json).unwrap());
    assert_eq!(next.admits(&service, at(51)), Admits::Trial);
}
