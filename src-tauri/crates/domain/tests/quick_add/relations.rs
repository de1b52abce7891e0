//! Who does it, where, and after what.

use crate::at_desk::{due, task};
use aegis_domain::{Join, NewTask};
use rstest::rstest;

/// What a task waits for: `#12 and #14`.
fn waits_for(task: &NewTask) -> String {
    let groups = task.dependencies.iter().map(|group| {
        let tasks: Vec<_> = group.on.iter().map(|edge| edge.task.to_string()).collect();
        tasks.join(if group.join == Join::All { " and " } else { " or " })
    });
    groups.collect::<Vec<_>>().join("; ")
}

#[rstest]
#[case("@claude fix the login", "fix the login", Some("claude"), None)]
#[case("fix the login @Claude_2, p8", "fix the login", Some("Claude_2"), None)]
#[case("fix ~web the login", "fix the login", None, Some("web"))]
#[case("~web-2.x @claude fix it #bug", "fix it", Some("claude"), Some("web-2.x"))]
#[case("@claude @claude fix it", "fix it", Some("claude"), None)]
#[case("write to bob@example.com", "write to bob@example.com", None, None)]
#[case("tidy ~/src and ~bob/src", "tidy ~/src and ~bob/src", None, None)]
#[case("walk ~5 km", "walk ~5 km", None, None)]
#[case("ask \"@claude\" about \"~web\"", "ask @claude about ~web", None, None)]
#[case("remind me at 16:00 @bob ~web to deploy", "deploy", Some("bob"), Some("web"))]
#[case("@bob ~web at 16:00 run: make", "make", Some("bob"), Some("web"))]
#[case("@bob ~web claude: fix it", "fix it", Some("bob"), Some("web"))]
#[case("run: ls ~web @bob", "ls ~web @bob", None, None)]
fn an_agent_and_a_workspace_are_marks(
    #[case] text: &str,
    #[case] title: &str,
    #[case] agent: Option<&str>,
    #[case] workspace: Option<&str>,
) {
    let task = task(text);
    assert_eq!(task.title, title);
    assert_eq!((task.assignee.as_deref(), task.workspace.as_deref()), (agent, workspace));
}

#[rstest]
#[case("after #12 run: make", "make", "#12", "Now")]
#[case("after #12 and #14 run: make", "make", "#12 and #14", "Now")]
#[case("after #12, #13 run: make", "make", "#12 and #13", "Now")]
#[case("after #12, #13, and #14: run: make", "make", "#12 and #13 and #14", "Now")]
#[case("after #12 or #13 run: make", "make", "#12 or #13", "Now")]
#[case("at 16:00 after #12 p8 run: make", "make", "#12", "2026-11-21 16:00:00")]
#[case("every day at 7am after #12 run: make", "make", "#12", "daily 07:00")]
#[case("after #12 claude: write the docs", "write the docs", "#12", "Now")]
#[case("write the docs after #12", "write the docs", "#12", "Manual")]
#[case("After #12, write the docs", "write the docs", "#12", "Manual")]
#[case("write after #12 the docs after #13", "write the docs", "#12; #13", "Manual")]
#[case("remind me after #12 to deploy", "deploy", "#12", "Now")]
#[case("remind me to deploy after #12", "deploy", "#12", "Now")]
#[case("remind me at 16:00 to deploy after #12", "deploy", "#12", "2026-11-21 16:00:00")]
#[case("rest after lunch", "rest after lunch", "", "Manual")]
#[case("rest after \"#12\"", "rest after \"#12\"", "", "Manual")]
#[case("see #12 after #lunch", "see #12 after", "", "Manual")]
fn a_task_may_wait_for_others(
    #[case] text: &str,
    #[case] title: &str,
    #[case] waits: &str,
    #[case] when: &str,
) {
    let task = task(text);
    assert_eq!((task.title.as_str(), due(&task).as_str()), (title, when));
    assert_eq!(waits_for(&task), waits);
}
