//! `aegis metrics`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::metrics;
use aegis_protocol::ShowMetrics;
use clap::Args;

/// How Aegis itself does: queue, times, outcomes
#[derive(Debug, Args)]
#[command(after_help = "\
What each figure is made of stands in docs/metrics.md. With --json: everything, with
numerators and denominators, and the course over time.")]
pub(crate) struct Metrics {
    /// Of the last so many hours; 24 when absent
    #[arg(long, value_name = "N", conflicts_with = "days")]
    hours: Option<u32>,

    /// Of the last so many days
    #[arg(long, value_name = "N")]
    days: Option<u32>,
}

impl Metrics {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let Self { hours, days } = self;
        let figures = engine.call(ShowMetrics { hours, days }).await?;
        out.answer(&figures, metrics::draw)?;
        Ok(Exit::Success)
    }
}
