//! From the arguments to the request: which of them go together, and what they mean.

use super::{Create, Executor};
use crate::error::Error;
use crate::value;
use aegis_domain::{
    ExecutorSpec, NewTask, OnInterrupt, Priority, ReminderSettings, Schedule, ShellSettings,
    Timestamp, Title,
};
use chrono::TimeDelta;

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
        let work = self.work()?;
        if self.cwd.is_some() && work != Work::Shell {
            return Err(Error::usage(
                "--cwd says where a command works, but there is none.",
                "Put the command after `--`, or leave --cwd out.",
            ));
        }
        if self.title.is_none() && work != Work::Shell {
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
        Ok(())
    }

    fn work(&self) -> Result<Work, Error> {
        let timed = self.after.is_some() || self.at.is_some();
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

    /// The request, for arguments that were given at `now`.
    ///
    /// # Errors
    /// [`Error::Usage`] as [`Create::check`], and for a time or a folder that cannot be said.
    pub(super) fn into_request(self, now: Timestamp) -> Result<NewTask, Error> {
        self.check()?;
        let work = self.work()?;
        let schedule = self.schedule(work, now)?;
        let title = match self.title {
            Some(title) => title,
            None => default_title(&self.command),
        };
        let executor = match work {
            Work::Shell => {
                let cwd = self.cwd.as_deref().map(value::folder).transpose()?;
                Some(shell(self.command, cwd))
            }
            Work::Reminder => Some(ReminderSettings::default().into_spec()),
            Work::Yours => None,
        };
        Ok(NewTask {
            title,
            description: self.description,
            executor,
            schedule,
            priority: self.priority.map(Priority::get),
            tags: self.tags,
            max_retries: self.retries,
            timeout_secs: self.timeout,
            on_interrupt: self.on_interrupt.map(OnInterrupt::from).unwrap_or_default(),
            review_required: self.review,
            ..NewTask::default()
        })
    }

    fn schedule(&self, work: Work, now: Timestamp) -> Result<Schedule, Error> {
        match (self.after, self.at) {
            // At once is not at an instant: that one would have passed when the engine reads it.
            (Some(after), _) if after.is_zero() => Ok(Schedule::Now),
            (Some(after), _) => TimeDelta::from_std(after)
                .ok()
                .and_then(|after| now.checked_add_signed(after))
                .map(|at| Schedule::At { at })
                .ok_or_else(|| {
                    Error::usage(
                        "--in is further away than any calendar goes.",
                        "Give a shorter time, such as 10m or 2d.",
                    )
                }),
            (None, Some(at)) => Ok(Schedule::At { at }),
            (None, None) if self.manual || work == Work::Yours => Ok(Schedule::Manual),
            (None, None) => Ok(Schedule::Now),
        }
    }
}

fn shell(command: Vec<String>, cwd: Option<String>) -> ExecutorSpec {
    ShellSettings { command, cwd, ..ShellSettings::default() }.into_spec()
}

/// The command line as one would type it, made to fit a title.
fn default_title(command: &[String]) -> String {
    Title::lossy(&shell_words::join(command), "command").into()
}

#[cfg(test)]
mod tests;
