use super::*;
use rstest::rstest;

fn effort(tools: u32, acts: u32, files: u32, tokens: u64) -> Effort {
    Effort { tools, acts, files, tokens }
}

/// Occurrences that did something, the newest first.
fn busy(efforts: &[Effort]) -> Vec<Past> {
    efforts.iter().map(|effort| Past { effort: *effort, idle: 0 }).collect()
}

const WORKS: Effort = Effort { tools: 12, acts: 4, files: 1, tokens: 2_000 };
const LOOKS: Effort = Effort { tools: 6, acts: 0, files: 0, tokens: 2_000 };
const ANSWERS: Effort = Effort { tools: 0, acts: 0, files: 0, tokens: 2_000 };
const NOTHING: Effort = Effort { tools: 0, acts: 0, files: 0, tokens: 5 };

#[rstest]
// It used tools every time before, and none now, whatever it wrote.
#[case(NOTHING, WORKS, Some(Sign::NoTool))]
#[case(ANSWERS, WORKS, Some(Sign::NoTool))]
#[case(NOTHING, LOOKS, Some(Sign::NoTool))]
// It looked around and changed nothing, and changed something every time before.
#[case(LOOKS, WORKS, Some(Sign::NoTrace))]
#[case(effort(3, 0, 0, 9_000), effort(0, 0, 2, 2_000), Some(Sign::NoTrace))]
// It never uses tools, and now it hardly says anything.
#[case(NOTHING, ANSWERS, Some(Sign::FewTokens))]
#[case(effort(1, 0, 0, 5), LOOKS, Some(Sign::FewTokens))]
// The same as ever is nothing to speak of.
#[case(WORKS, WORKS, None)]
#[case(LOOKS, LOOKS, None)]
#[case(ANSWERS, ANSWERS, None)]
#[case(NOTHING, NOTHING, None)]
// What changed something did something, however short.
#[case(effort(1, 1, 0, 5), WORKS, None)]
#[case(effort(0, 0, 1, 5), WORKS, None)]
// Half of the usual words are words.
#[case(effort(0, 0, 0, 1_000), ANSWERS, None)]
#[case(effort(0, 0, 0, 200), ANSWERS, None)]
#[case(effort(0, 0, 0, 199), ANSWERS, Some(Sign::FewTokens))]
fn work_is_held_against_what_it_did_before(
    #[case] now: Effort,
    #[case] before: Effort,
    #[case] sign: Option<Sign>,
) {
    let idle = judge(now, &busy(&[before; 5]));
    assert_eq!(idle.map(|idle| idle.sign), sign);
}

#[test]
fn a_task_that_only_sometimes_does_something_is_not_suspected() {
    let past = busy(&[WORKS, ANSWERS, WORKS, WORKS, WORKS]);
    assert_eq!(judge(ANSWERS, &past), None);
    // The one that did nothing is what makes the difference.
    assert!(judge(ANSWERS, &busy(&[WORKS; 5])).is_some());
}

#[test]
fn without_a_past_nothing_is_said() {
    for few in 0..LEAST_COMPARED {
        assert_eq!(judge(NOTHING, &busy(&vec![WORKS; few])), None);
    }
    let idle = judge(NOTHING, &busy(&[WORKS; LEAST_COMPARED])).unwrap();
    assert_eq!((idle.compared, idle.usual, idle.in_a_row), (3, 12, 1));
}

/// What did nothing is no measure, until there is nothing else to look back at.
#[test]
fn doing_nothing_again_and_again_is_counted_and_gets_usual_in_the_end() {
    let mut past = busy(&[WORKS; 5]);
    let mut told = Vec::new();
    for _ in 0..40 {
        let idle = judge(NOTHING, &past);
        told.push(idle.map(|idle| idle.in_a_row));
        past.insert(0, Past { effort: NOTHING, idle: idle.map_or(0, |idle| idle.in_a_row) });
    }
    let counted: Vec<_> = (1..=18).map(Some).collect();
    assert_eq!(told[..18], counted);
    assert!(told[18..].iter().all(Option::is_none), "{told:?}");
}

#[test]
fn it_says_what_shows_it() {
    let say = |now, before| judge(now, &busy(&[before; 5])).unwrap().to_string();
    assert_eq!(
        say(NOTHING, WORKS),
        "Succeeded, and did nothing: no tool was used; its last 5 used 12 on average."
    );
    assert_eq!(
        say(LOOKS, WORKS),
        "Succeeded, and did nothing: nothing was changed and no file left behind; its last 5 did \
         so 5 times on average."
    );
    assert_eq!(
        say(NOTHING, ANSWERS),
        "Succeeded, and did nothing: 5 tokens were written; its last 5 wrote 2000 on average."
    );
    let mut past = busy(&[WORKS; 5]);
    past.insert(0, Past { effort: NOTHING, idle: 1 });
    let again = judge(NOTHING, &past).unwrap().to_string();
    assert!(again.ends_with("on average. That is 2 times in a row."), "{again}");
}
