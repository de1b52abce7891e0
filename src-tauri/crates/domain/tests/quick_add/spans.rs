//! Which parts of a line are marked as understood.

use crate::at_desk::read;
use aegis_domain::quick_add::SpanKind::{
    self, Agent, Command, Dependency, Executor, Place, Priority, Tag, Time, Workspace,
};
use rstest::rstest;

#[rstest]
#[case("run: cargo --version in ~/src", &[("run:", Executor), ("cargo --version", Command), ("in ~/src", Place)])]
#[case("at 16:00, p8 #ci run:make", &[("at 16:00", Time), ("p8", Priority), ("#ci", Tag), ("run:", Executor), ("make", Command)])]
#[case("run: ls in '/a b' ", &[("run:", Executor), ("ls", Command), ("in '/a b'", Place)])]
#[case("run: echo 'a b ", &[("run:", Executor), ("echo 'a b", Command)])]
#[case("run: in /tmp", &[("run:", Executor), ("in /tmp", Place)])]
#[case("run:", &[("run:", Executor)])]
#[case("  remind me in 1 minute, to stretch #größe. p8!", &[("remind me", Executor), ("in 1 minute", Time), ("#größe", Tag), ("p8", Priority)])]
#[case("remind me to stretch at 25:00", &[("remind me", Executor), ("at 25:00", Time)])]
#[case("remind me in 5 minutes to call at 16:00", &[("remind me", Executor), ("in 5 minutes", Time)])]
#[case("remind me every day to stretch", &[("remind me", Executor), ("every day", Time)])]
#[case("every weekday at 7am, until 1 march, p8 run: ls", &[("every weekday at 7am", Time), ("until 1 march", Time), ("p8", Priority), ("run:", Executor), ("ls", Command)])]
#[case("remind me every 45 min to stretch between 9 and 17 on weekdays", &[("remind me", Executor), ("every 45 min", Time), ("between 9 and 17", Time), ("on weekdays", Time)])]
#[case("exercise every weekday at 7am utc #health", &[("every weekday at 7am utc", Time), ("#health", Tag)])]
#[case("@claude, fix ~web after #12, #14 p8", &[("@claude", Agent), ("~web", Workspace), ("after #12, #14", Dependency), ("p8", Priority)])]
#[case("after #12 claude: fix  it ", &[("after #12", Dependency), ("claude:", Executor), ("fix  it", Command)])]
#[case("remind me biweekly to stretch", &[("remind me", Executor), ("biweekly", Time)])]
#[case("über #größe \"p5\" p11", &[("#größe", Tag), ("p11", Priority)])]
#[case("dinner at 19:00", &[])]
#[case("", &[])]
fn the_parts_that_mean_something_are_marked(
    #[case] text: &str,
    #[case] expected: &[(&str, SpanKind)],
) {
    let reading = read(text);
    let marked: Vec<_> =
        reading.spans.iter().map(|span| (&text[span.start..span.end], span.kind)).collect();
    assert_eq!(marked, expected);
}
