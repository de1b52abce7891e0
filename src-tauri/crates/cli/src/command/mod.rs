//! The commands, one family a file.

mod approvals;
mod backup;
mod clean;
mod completions;
mod doctor;
mod engine;
mod events;
mod export;
mod fact;
mod hook;
mod import;
mod key;
mod man;
mod mcp;
mod metrics;
mod quick_add;
mod report;
mod resource;
mod roots;
mod rules;
mod schedule;
mod search;
mod serve;
mod settings;
mod spending;
mod task;
mod template;

pub(crate) use task::confirm;

use crate::connection::{Engine, Purpose};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use clap::Subcommand;

/// What the program is asked to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make tasks, look at them, and say what is to happen with them
    #[command(subcommand)]
    Task(task::Task),
    /// What you are asked, and your answers
    Approvals(approvals::Approvals),
    /// What agents may do without asking, and what they may not do at all
    #[command(subcommand)]
    Rules(rules::Rules),
    /// What models have cost, today and this month
    Spending(spending::Spending),
    /// Find tasks by words in them, in the results of their runs, and in their logs
    Search(search::Search),
    /// Make a task from one line of plain words
    QuickAdd(quick_add::QuickAdd),
    /// When things happen: what is coming, and what would
    #[command(subcommand)]
    Schedule(schedule::ScheduleCommand),
    /// Tasks with gaps, from which tasks are made
    #[command(subcommand)]
    Template(template::Template),
    /// Facts that conditions can name, such as fact.mood
    #[command(subcommand)]
    Fact(fact::Fact),
    /// Resources that tasks share while they run, such as a GPU
    #[command(subcommand)]
    Resource(resource::Resource),
    /// Keys in the system's keychain, such as that of Anthropic's API
    #[command(subcommand)]
    Key(key::Key),
    /// Say something of the run whose program this is called from
    #[command(subcommand)]
    Report(report::Report),
    /// Note a tool call of a session of your own, as a hook of Claude Code
    Hook(hook::Hook),
    /// Run the engine without a window, until it is told to stop
    Serve(serve::Serve),
    /// How the engine is; hold it, and stop it
    #[command(subcommand)]
    Engine(engine::Engine),
    /// What happened, and what happens
    Events(events::Events),
    /// Offer the board to another agent, as an MCP server on standard input and output
    Mcp(mcp::Mcp),
    /// How Aegis itself does: queue, times, outcomes
    Metrics(metrics::Metrics),
    /// The folders that commands may work in
    #[command(subcommand)]
    Roots(roots::Roots),
    /// Settings
    #[command(subcommand)]
    Settings(settings::Settings),
    /// Copies of everything but the logs of runs
    #[command(subcommand)]
    Backup(backup::Backup),
    /// Write everything down as lines of JSON
    Export(export::Export),
    /// Take in what `aegis export` wrote
    Import(import::Import),
    /// Remove what is older than the settings say; a running engine does so every day
    Clean(clean::Clean),
    /// Check whether everything is well, and say what to do if not
    Doctor(doctor::Doctor),
    /// Print what makes a shell complete `aegis`
    Completions(completions::Completions),
    /// Print the manual, as a page for `man`
    Man(man::Man),
}

/// Does it.
///
/// # Errors
/// What is to be told on standard error.
pub(crate) async fn run(command: Command, out: &mut Output) -> Result<Exit, Error> {
    match command {
        Command::Task(task) => task.run(out).await,
        Command::Approvals(approvals) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| {
                approvals.run(engine, out).await
            })
            .await
        }
        Command::Rules(rules) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| rules.run(engine, out).await)
                .await
        }
        Command::Spending(spending) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| {
                spending.run(engine, out).await
            })
            .await
        }
        Command::Search(search) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| search.run(engine, out).await)
                .await
        }
        Command::Clean(clean) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| clean.run(engine, out).await)
                .await
        }
        Command::QuickAdd(quick_add) => {
            if quick_add.needs_no_engine() {
                return quick_add.offline(out);
            }
            with_engine(Purpose::OneCommand, out, async |engine, out| {
                quick_add.run(engine, out).await
            })
            .await
        }
        Command::Schedule(schedule) => schedule.run(out).await,
        Command::Template(template) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| {
                template.run(engine, out).await
            })
            .await
        }
        Command::Fact(fact) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| fact.run(engine, out).await)
                .await
        }
        Command::Resource(resource) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| {
                resource.run(engine, out).await
            })
            .await
        }
        Command::Key(key) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| key.run(engine, out).await)
                .await
        }
        Command::Report(report) => report.run(out),
        Command::Hook(hook) => hook.run(out).await,
        Command::Serve(serve) => serve.run(out).await,
        Command::Engine(engine) => engine.run(out).await,
        Command::Events(events) => events.run(out).await,
        Command::Mcp(mcp) => mcp.run().await,
        Command::Metrics(metrics) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| {
                metrics.run(engine, out).await
            })
            .await
        }
        Command::Roots(roots) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| roots.run(engine, out).await)
                .await
        }
        Command::Settings(settings) => {
            with_engine(Purpose::OneCommand, out, async |engine, out| {
                settings.run(engine, out).await
            })
            .await
        }
        Command::Backup(backup) => backup.run(out).await,
        Command::Export(export) => export.run(out).await,
        Command::Import(import) => import.run(out),
        Command::Doctor(doctor) => doctor.run(out).await,
        Command::Completions(completions) => completions.run(out),
        Command::Man(man) => man.run(out),
    }
}

/// Reaches the engine, or becomes it for the time of one command.
async fn with_engine(
    purpose: Purpose,
    out: &mut Output,
    command: impl AsyncFnOnce(&Engine, &mut Output) -> Result<Exit, Error>,
) -> Result<Exit, Error> {
    let engine = Engine::connect(purpose).await?;
    if let Some(sentence) = engine.complaint() {
        out.note(&sentence);
    }
    let result = command(&engine, out).await;
    engine.close().await;
    result
}
