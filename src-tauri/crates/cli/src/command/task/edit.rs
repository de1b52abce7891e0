//! `aegis task edit`.

use super::confirm;
use crate::clock;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::flags::{ClearArg, Fields, KIND, Limits, SandboxArgs, ScheduleArgs};
use crate::output::Output;
use crate::value;
use aegis_domain::schedule::ZoneName;
use aegis_domain::{Schedule, TaskEdit, TaskRef, Timestamp};
use aegis_protocol::EditTask;
use clap::Args;

/// Change what it is, when it runs, or what it waits for
#[derive(Debug, Args)]
#[command(
    override_usage = "aegis task edit <TASK> <OPTIONS>",
    after_help = "\
What is not named stays. Tags, tasks of --after, resources and review criteria
take the place of the old ones; a schedule does so as a whole. Parameters and
metadata are added, or changed where there are some of that name.

Examples:
  aegis task edit 12 --priority high --tag money
  aegis task edit 12 --daily 07:00,19:00 --zone Europe/Berlin
  aegis task edit 12 --after 7 --otherwise continue
  aegis task edit 12 --clear after --clear budget"
)]
pub(crate) struct Edit {
    /// Which: its number, its short id, its slug, or its id
    #[arg(value_parser = value::task)]
    task: TaskRef,

    #[command(flatten)]
    changes: Changes,
}

#[derive(Debug, Default, Args)]
struct Changes {
    /// Take a field away, named by the option that sets it; as often as there are some
    #[arg(long, value_enum, value_name = "FIELD")]
    clear: Vec<ClearArg>,

    #[command(flatten)]
    fields: Fields,

    #[command(flatten)]
    sandbox: SandboxArgs,

    /// Start it by hand only, with `aegis task run`
    #[arg(long, help_heading = "Schedule", conflicts_with = KIND)]
    manual: bool,

    /// Whenever the tasks of --after have ended, each time anew
    #[arg(long, help_heading = "Schedule", conflicts_with_all = [KIND, "manual"])]
    follow: bool,

    #[command(flatten)]
    schedule: ScheduleArgs,

    #[command(flatten)]
    limits: Limits,
}

impl Edit {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let edit = self.changes.into_edit(out.now(), clock::zone)?;
        let card = engine.call(EditTask { task: self.task, edit }).await?;
        confirm(engine, out, &card, |card| card)
    }
}

impl Changes {
    fn into_edit(self, now: Timestamp, zone: impl FnOnce() -> ZoneName) -> Result<TaskEdit, Error> {
        let schedule = match self.schedule.schedule(self.limits, now, zone)? {
            None if self.manual => Some(Schedule::Manual),
            None if self.follow => Some(Schedule::After),
            schedule => schedule,
        };
        let mut patch = self.fields.into_patch()?;
        if let Some(schedule) = schedule {
            patch.set("schedule", schedule)?;
        }
        if let Some(sandbox) = self.sandbox.settings()? {
            patch.set("executor", serde_json::json!({ "settings": { "sandbox": sandbox } }))?;
        }
        for field in self.clear {
            let set = patch.0.insert(field.field().to_owned(), field.patch());
            if set.is_some_and(|before| before != field.patch()) {
                return Err(Error::usage(
                    "A field cannot be set and cleared at once.",
                    "Leave either the option or its --clear out.",
                ));
            }
        }
        if patch.0.is_empty() {
            return Err(Error::usage(
                "No change is named.",
                "Say what is to change, such as --title, --priority or --daily.",
            ));
        }
        Ok(TaskEdit(patch.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;
    use crate::command::Command;
    use crate::command::task::Task;
    use crate::exit::Exit;
    use crate::render::samples::NOON;
    use rstest::rstest;
    use serde_json::{Value, json};
    use std::ffi::OsString;

    fn edit(words: &[&str]) -> Result<Value, Error> {
        let all = ["aegis", "task", "edit", "12"].iter().chain(words);
        let cli = args::parse(&all.map(OsString::from).collect::<Vec<_>>()).unwrap();
        let Command::Task(Task::Edit(edit)) = cli.command else { panic!("{words:?}") };
        let zone = || ZoneName::new("Europe/Berlin");
        edit.changes.into_edit(NOON, zone).map(|edit| Value::Object(edit.0))
    }

    #[rstest]
    #[case(&["--title", " New "], json!({ "title": " New " }))]
    #[case(&["--description", ""], json!({ "description": "" }))]
    #[case(&["--priority", "high", "--tag", "a"], json!({ "priority": 8, "tags": ["a"] }))]
    #[case(&["--clear", "tag", "--clear", "after"], json!({ "tags": null, "dependencies": null }))]
    #[case(&["--clear", "estimate", "--estimate", "1h", "--clear", "budget"], json!(null))]
    #[case(&["--manual"], json!({ "schedule": { "kind": "manual" } }))]
    #[case(&["--follow"], json!({ "schedule": { "kind": "after" } }))]
    #[case(&["--daily", "07:00"], json!({ "schedule": { "kind": "recurring",
        "rule": { "type": "daily", "times": ["07:00"] }, "zone": "Europe/Berlin" } }))]
    #[case(&["--after", "7"], json!({ "dependencies": [{ "join": "all", "on": [{ "task": "#7" }] }] }))]
    #[case(&["--param", "city=Berlin"], json!({ "parameters": { "city": { "default": "Berlin" } } }))]
    #[case(&["--sandbox", "strict", "--max-memory", "2G"], json!({ "executor": { "settings": {
        "sandbox": { "profile": "strict", "limits": { "memory_bytes": 2147483648_u64 } } } } }))]
    #[case(&["--clear", "sandbox"], json!({ "executor": { "settings": { "sandbox": null } } }))]
    #[case(&["--clear", "sandbox", "--no-network"], json!(null))]
    #[case(&["--icon", "☂"], json!({ "metadata": { "ui": { "icon": "☂" } } }))]
    fn an_edit_holds_what_is_named(#[case] words: &[&str], #[case] patch: Value) {
        match edit(words) {
            Ok(edit) => assert_eq!(edit, patch),
            Err(error) => {
                assert!(patch.is_null(), "{error}");
                assert_eq!(error.exit(), Exit::Usage);
            }
        }
    }

    #[test]
    fn an_edit_without_a_change_is_refused() {
        assert!(edit(&[]).unwrap_err().to_string().contains("No change"));
        assert!(edit(&["--zone", "UTC"]).unwrap_err().to_string().contains("--zone"));
    }
}
