//! From the arguments to the request: which of them go together, and what they mean.

use super::{Create, Executor, PauseArg};
use crate::document;
use crate::error::Error;
use crate::flags::{Patch, SandboxArgs};
use crate::value;
use aegis_domain::schedule::ZoneName;
use aegis_domain::{
    NewTask, Pause, ReminderSettings, Schedule, ShellSettings, Timestamp, Title, placeholder,
};
use aegis_protocol::{ApiError, ErrorKind};
use serde_json::Value;

/// Who does it, as far as the arguments say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Shell,
    Reminder,
    /// A person.
    Yours,
}

impl Create {
    /// Refuses arguments that do not go together.
    ///
    /// # Errors
    /// [`Error::Usage`], with what to do.
    pub(in crate::command::task) fn check(&self) -> Result<(), Error> {
        if self.json_file.is_some() {
            return self.check_alone();
        }
        let work = self.work()?;
        if self.cwd.is_some() && work != Work::Shell {
            return Err(Error::usage(
                "--cwd says where a command works, but there is none.",
                "Put the command after `--`, or leave --cwd out.",
            ));
        }
        if self.pause.is_some() && work != Work::Shell {
            return Err(Error::usage(
                "--pause says how a command is held, but there is none.",
                "Put the command after `--`, or leave --pause out.",
            ));
        }
        if self.sandbox != SandboxArgs::default() && work != Work::Shell {
            return Err(Error::usage(
                "A sandbox keeps a command from something, but there is none.",
                "Put the command after `--`, or leave the options of the sandbox out.",
            ));
        }
        if self.fields.title.is_none() && work != Work::Shell {
            return Err(Error::usage(
                "The task has no title and no command.",
                "Say what is to be done with --title, or put a command after `--`.",
            ));
        }
        if self.wait && work == Work::Yours {
            return Err(Error::usage(
                "A task that you do yourself cannot be waited for.",
                "Put a command after `--`, or leave --wait out.",
            ));
        }
        if self.wait && !self.schedule.is_absent() {
            return Err(Error::usage(
                "--wait stays until the task has run, and this one does not start now.",
                "Leave --wait out, or let the task start at once.",
            ));
        }
        Ok(())
    }

    /// A file says all there is to say.
    fn check_alone(&self) -> Result<(), Error> {
        // How often it is made is nothing that the task says.
        let alone = Self {
            json_file: self.json_file.clone(),
            wait: self.wait,
            key: self.key.clone(),
            unique: self.unique.clone(),
            unique_while: self.unique_while.clone(),
            unique_existing: self.unique_existing,
            ..Self::default()
        };
        if *self == alone {
            return Ok(());
        }
        Err(Error::usage(
            "--json-file holds the whole task, so no other option can say something of it.",
            "Leave the other options out, or put what they say into the file.",
        ))
    }

    fn work(&self) -> Result<Work, Error> {
        let timed = self.follow || !self.schedule.is_absent();
        match (self.executor, self.command.is_empty()) {
            (Some(Executor::Shell) | None, false) => Ok(Work::Shell),
            (Some(Executor::Reminder), true) => Ok(Work::Reminder),
            (None, true) if timed => Ok(Work::Reminder),
            (None, true) => Ok(Work::Yours),
            (Some(Executor::Shell), true) => Err(Error::usage(
                "The shell executor needs a command.",
                "Put it after `--`: aegis task create --executor shell -- cargo --version",
            )),
            (Some(Executor::Reminder), false) => Err(Error::usage(
                "A reminder runs no command.",
                "Leave the command out, or use --executor shell.",
            )),
        }
    }

    /// The request, for arguments that were given at `now` by somebody whose clocks show the time
    /// of `zone`.
    ///
    /// # Errors
    /// [`Error::Usage`] as [`Create::check`], and for a time, a folder or a file that cannot be
    /// said; [`Error::Api`] for a condition or a file that cannot be understood.
    pub(super) fn into_request(
        self,
        now: Timestamp,
        zone: impl FnOnce() -> ZoneName,
    ) -> Result<NewTask, Error> {
        self.check()?;
        if let Some(file) = &self.json_file {
            return document::read("task", file);
        }
        let work = self.work()?;
        let schedule = match self.schedule.schedule(self.limits, now, zone)? {
            Some(schedule) => schedule,
            None if self.follow => Schedule::After,
            None if self.manual || work == Work::Yours => Schedule::Manual,
            None => Schedule::Now,
        };
        let title = self.fields.title.clone();
        let has_parameters = !self.fields.parameters.is_empty();
        let mut patch = self.fields.into_patch()?;
        patch.set("title", title.unwrap_or_else(|| default_title(&self.command)))?;
        patch.set("schedule", schedule)?;
        match work {
            Work::Shell => {
                let cwd = self.cwd.as_deref().map(value::folder).transpose()?;
                let sandbox = self.sandbox.settings()?;
                let settings = shell(self.command, cwd, self.pause, has_parameters);
                patch.set("executor", ShellSettings { sandbox, ..settings }.into_spec())?;
            }
            Work::Reminder => patch.set("executor", ReminderSettings::default().into_spec())?,
            Work::Yours => {}
        }
        new_task(patch)
    }
}

fn new_task(patch: Patch) -> Result<NewTask, Error> {
    serde_json::from_value(Value::Object(patch.0)).map_err(|error| {
        let message = format!("The options make no task: {error}.");
        ApiError::new(ErrorKind::Internal, message).into()
    })
}

/// The command as typed: braces in it mean something only where the task has parameters.
fn shell(
    command: Vec<String>,
    cwd: Option<String>,
    pause: Option<PauseArg>,
    has_parameters: bool,
) -> ShellSettings {
    let written = |text: String| if has_parameters { text } else { placeholder::escape(&text) };
    let command = command.into_iter().map(written).collect();
    let (cwd, pause) = (cwd.map(written), pause.map(Pause::from));
    ShellSettings { command, cwd, pause, ..ShellSettings::default() }
}

/// The command line as one would type it, made to fit a title.
fn default_title(command: &[String]) -> String {
    Title::lossy(&shell_words::join(command), "command").into()
}

#[cfg(test)]
mod tests;
