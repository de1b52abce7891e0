//! What has to have happened before: “after #12 and #14”.

use super::Problem;
use super::mark::{names_a_task, task_number};
use super::time::Found;
use super::word::{Word, is_at, joint};
use crate::{Dependency, DependencyGroup, Join, TaskRef};

/// Most tasks that are read: one more than a task may wait for, so that too many are refused.
const MOST: usize = 101;

/// The tasks at the beginning of `words` that have to be done before.
pub(crate) fn after(
    words: &[Word<'_>],
) -> Option<Found<Result<DependencyGroup<TaskRef>, Problem>>> {
    if !is_at(words, 0, "after") {
        return None;
    }
    let mut used = 1;
    let mut gap = 0;
    let (mut all, mut any) = (false, false);
    let mut tasks = Ok(Vec::new());
    for _ in 0..MOST {
        let Some(word) = words.get(used + gap).filter(|word| names_a_task(word)) else { break };
        tasks = tasks.and_then(|mut tasks: Vec<TaskRef>| {
            let task = task_number(word)?;
            if !tasks.contains(&task) {
                tasks.push(task);
            }
            Ok(tasks)
        });
        any |= gap == 1 && is_at(words, used, "or");
        all |= gap == 1 && !is_at(words, used, "or");
        used += gap + 1;
        gap = joint(words, used).unwrap_or(0);
        gap = gap.max(usize::from(is_at(words, used, "or")));
    }
    if used == 1 {
        return None;
    }
    let join = if any { Join::Any } else { Join::All };
    let group = tasks.and_then(|tasks| {
        if all && any {
            return Err(Problem::new(
                "“and” and “or” stand in one list of tasks.",
                "Use one of them: after #12 and #14, or after #12 or #14.",
            ));
        }
        Ok(DependencyGroup { join, on: tasks.into_iter().map(Dependency::on).collect() })
    });
    Some(Found::new(group, used))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_add::word::split;
    use rstest::rstest;

    #[rstest]
    #[case("after #12 run", 2, "#12", Join::All)]
    #[case("after #12 and #14", 4, "#12 #14", Join::All)]
    #[case("After #12, #13", 3, "#12 #13", Join::All)]
    #[case("after #12, #13, and #14,", 5, "#12 #13 #14", Join::All)]
    #[case("after #12 #13", 3, "#12 #13", Join::All)]
    #[case("after #12 & #12", 4, "#12", Join::All)]
    #[case("after #12 or #13", 4, "#12 #13", Join::Any)]
    #[case("after #12 and run", 2, "#12", Join::All)]
    fn tasks_are_listed(
        #[case] said: &str,
        #[case] words: usize,
        #[case] tasks: &str,
        #[case] join: Join,
    ) {
        let found = after(&split(said)).unwrap();
        let group = found.what.unwrap();
        let shown: Vec<_> = group.on.iter().map(|edge| edge.task.to_string()).collect();
        assert_eq!((found.words, shown.join(" ").as_str(), group.join), (words, tasks, join));
    }

    #[rstest]
    #[case("after #12 and #13 or #14", "“and” and “or” stand in one list of tasks.")]
    #[case("after #99999999999999999999999", "There is no task “#99999999999999999999999”.")]
    fn what_cannot_be_waited_for_is_a_problem(#[case] said: &str, #[case] message: &str) {
        assert_eq!(after(&split(said)).unwrap().what.unwrap_err().message, message);
    }

    #[rstest]
    #[case("after lunch")]
    #[case("after #lunch")]
    #[case("after")]
    #[case("#12")]
    #[case("after \"#12\"")]
    fn other_words_are_no_dependency(#[case] said: &str) {
        assert_eq!(after(&split(said)), None, "{said}");
    }
}
