//! From the arguments to the request: which of them go together, and what they mean.

use super::{Create, Executor};
use crate::document;
use crate::error::Error;
use crate::flags::{Agent, Patch, SandboxArgs};
use crate::value;
use aegis_domain::schedule::ZoneName;
use aegis_domain::{
    ClaudeCodeSettings, ExecutorSpec, NewTask, Pause, ReminderSettings, SandboxSettings, Schedule,
    ShellSettings, Timestamp, Title, placeholder,
};
use aegis_protocol::{ApiError, ErrorKind};
use serde_json::Value;

/// Who does it, as far as the arguments say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Shell,
    Reminder,
    Claude,
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
        if self.cwd.is_some() && !matches!(work, Work::Shell | Work::Claude) {
            return Err(Error::usage(
                "--cwd says where a command or a session works, but there is none.",
                "Put the command after `--`, or leave --cwd out.",
            ));
        }
        if self.pause.is_some() && work != Work::Shell {
            return Err(Error::usage(
                "--pause says how a command is held, but there is none.",
                "Put the command after `--`, or leave --pause out.",
            ));
        }
        let confined = matches!(work, Work::Shell | Work::Claude);
        if self.sandbox != SandboxArgs::default() && !confined {
            return Err(Error::usage(
                "A sandbox keeps a command from something, but there is none.",
                "Put the command after `--`, or leave the options of the sandbox out.",
            ));
        }
        if !self.shell.is_absent() && work != Work::Shell {
            return Err(Error::usage(
                "Something is said of a command, such as a variable, but there is none.",
                "Put the command after `--`, or say what a shell is to run with --script.",
            ));
        }
        if let Some(option) = self.agent.first().filter(|_| work != Work::Claude) {
            return Err(Error::usage(
                format!("{option} is said of a session of Claude Code, but there is none."),
                "Say what it is to do with --claude, or leave the option out.",
            ));
        }
        if self.fields.title.is_none() && self.prompt().is_none() && work != Work::Shell {
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

    /// What Claude Code is to do, as far as it is said.
    fn prompt(&self) -> Option<String> {
        let after = || (!self.command.is_empty()).then(|| self.command.join(" "));
        let named = self.executor == Some(Executor::ClaudeCode);
        self.claude.clone().or_else(|| named.then(after).flatten())
    }

    fn work(&self) -> Result<Work, Error> {
        let timed = self.follow || !self.schedule.is_absent();
        if let Some(executor) = self.executor
            && executor != Executor::ClaudeCode
            && self.claude.is_some()
        {
            return Err(Error::usage(
                "--claude and another executor do not go together.",
                "Leave one of the two out.",
            ));
        }
        if self.claude.is_some() && !self.command.is_empty() {
            return Err(Error::usage(
                "What Claude Code is to do is said twice.",
                "Say it with --claude or after `--`, not both.",
            ));
        }
        match (self.executor, self.command.is_empty() && !self.shell.has_script()) {
            (Some(Executor::ClaudeCode), _) => Ok(Work::Claude),
            (None, true) if self.claude.is_some() => Ok(Work::Claude),
            (Some(Executor::Shell) | None, false) => Ok(Work::Shell),
            (Some(Executor::Reminder), true) => Ok(Work::Reminder),
            (None, true) if timed => Ok(Work::Reminder),
            (None, true) => Ok(Work::Yours),
            (Some(Executor::Shell), true) => Err(Error::usage(
                "The shell executor needs a command.",
                "Put it after `--`, or use --script: aegis task create -- cargo --version",
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
        let prompt = self.prompt();
        let schedule = match self.schedule.schedule(self.limits, now, zone)? {
            Some(schedule) => schedule,
            None if self.follow => Schedule::After,
            None if self.manual || work == Work::Yours => Schedule::Manual,
            None => Schedule::Now,
        };
        let title = self.fields.title.clone();
        let has_parameters = !self.fields.parameters.is_empty();
        let prompt_title = prompt.as_deref().map(|prompt| Title::lossy(prompt, "prompt").into());
        let mut patch = self.fields.into_patch()?;
        let settings = self.shell.into_settings()?;
        let default_title = || match &settings.script {
            Some(script) => script_title(script),
            None => default_title(&self.command),
        };
        patch.set("title", title.or(prompt_title).unwrap_or_else(default_title))?;
        patch.set("schedule", schedule)?;
        match work {
            Work::Shell => {
                let cwd = self.cwd.as_deref().map(value::folder).transpose()?;
                let pause = self.pause.map(Pause::from);
                let settings = ShellSettings { command: self.command, cwd, pause, ..settings };
                let sandbox = self.sandbox.settings()?;
                let settings = ShellSettings { sandbox, ..settings };
                patch.set("executor", shell(settings, has_parameters))?;
            }
            Work::Claude => {
                let sandbox = self.sandbox.settings()?;
                let cwd = self.cwd.as_deref().map(value::folder).transpose()?;
                patch.set("executor", claude(prompt, cwd, self.agent, sandbox, has_parameters)?)?;
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
fn shell(settings: ShellSettings, has_parameters: bool) -> ExecutorSpec {
    let mut spec = settings.into_spec();
    if !has_parameters {
        escape(&mut spec.settings);
    }
    spec
}

fn escape(value: &mut Value) {
    match value {
        Value::String(text) => *text = placeholder::escape(text),
        Value::Array(items) => items.iter_mut().for_each(escape),
        Value::Object(fields) => fields.values_mut().for_each(escape),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The first line of a script that says something.
fn script_title(script: &str) -> String {
    let mut lines = script.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    Title::lossy(first.unwrap_or_default(), "script").into()
}

/// The prompt as typed, with braces as in a command.
fn claude(
    prompt: Option<String>,
    cwd: Option<String>,
    agent: Agent,
    sandbox: Option<SandboxSettings>,
    has_parameters: bool,
) -> Result<ExecutorSpec, Error> {
    let written = |text: String| if has_parameters { text } else { placeholder::escape(&text) };
    let settings = ClaudeCodeSettings {
        prompt: prompt.map(written),
        cwd: cwd.map(written),
        sandbox,
        ..agent.into_settings()?
    };
    Ok(settings.into_spec())
}

/// The command line as one would type it, made to fit a title.
fn default_title(command: &[String]) -> String {
    Title::lossy(&shell_words::join(command), "command").into()
}

#[cfg(test)]
mod tests;
