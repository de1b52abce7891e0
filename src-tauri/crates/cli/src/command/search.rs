//! `aegis search`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::search;
use crate::value;
use aegis_domain::Timestamp;
use aegis_domain::coarse::Column;
use aegis_protocol::{FindTasks, SearchOrder};
use clap::Args;

/// Find tasks by words in them, in the results of their runs, and in their logs
#[derive(Debug, Args)]
#[command(after_help = "\
Every word has to be there. \"words in a row\" are found as they stand, begin* is
any word that begins so, and -word must not be there; put -- before the first
word when it begins with a dash. Accents and case do not matter. Of a log, the
first and the last 64 KiB are looked through, once its run has ended.

Examples:
  aegis search certificate
  aegis search '\"disk is full\"' --status failed
  aegis search -- backup -test")]
pub(crate) struct Search {
    /// What to look for
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,

    /// Only in this column of the board
    #[arg(long, value_parser = value::column())]
    column: Option<Column>,

    /// Only those that stand so: executing, failed, pending (never ran), or another state
    #[arg(long, value_name = "STATE")]
    status: Option<String>,

    /// Only those that this executor does: shell, reminder; person for your own
    #[arg(long, value_name = "NAME")]
    executor: Option<String>,

    /// Only with this tag; may be given more than once
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,

    /// Only those whose state changed at this time or later (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = value::instant)]
    since: Option<Timestamp>,

    /// Only those whose state changed before this time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = value::instant)]
    until: Option<Timestamp>,

    /// The newest first, instead of what fits best
    #[arg(long)]
    newest: bool,

    /// At most this many tasks
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,

    /// The next page: the place that the page before named
    #[arg(long, value_name = "PLACE")]
    after: Option<String>,
}

impl Search {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let order = if self.newest { SearchOrder::Newest } else { SearchOrder::Best };
        let request = FindTasks {
            text: self.words.join(" "),
            column: self.column,
            status: self.status,
            executor: self.executor,
            tags: self.tags,
            since: self.since,
            until: self.until,
            order,
            after: self.after,
            limit: Some(self.limit),
        };
        let page = engine.call(request).await?;
        out.answer(&page, search::draw)?;
        if page.hits.is_empty() {
            out.note("Nothing was found.");
        }
        if let Some(next) = &page.next {
            out.note(&format!("There is more: say the same with --after {next}"));
        }
        if !page.complete {
            out.note("Not everything was looked through: the index is still being made.");
        }
        Ok(Exit::Success)
    }
}
