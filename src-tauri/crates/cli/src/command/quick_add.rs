//! `aegis quick-add`.

use super::task::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::{Canvas, Tone, visible};
use crate::{clock, origin, value};
use aegis_api::answer;
use aegis_domain::Timestamp;
use aegis_domain::schedule::ZoneName;
use aegis_protocol::{ApiError, ErrorKind, PreviewQuickAdd, QuickAdd as Add, QuickAddReading};
use clap::Args;

/// Make a task from one line of plain words
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    aegis quick-add \"run: cargo --version in ~/src\"\n  \
    aegis quick-add remind me to exercise every weekday at 7am\n  \
    aegis quick-add --dry-run remind me in 1 minute to stretch\n  \
    aegis quick-add --dry-run --now 2026-11-21T12:00:00Z --zone Europe/Berlin …")]
pub(crate) struct QuickAdd {
    /// Only say how it would be understood
    #[arg(long)]
    dry_run: bool,

    /// With --dry-run: as if it were this moment (RFC 3339); with --zone, no engine is needed
    #[arg(long, value_name = "TIME", value_parser = value::instant, requires = "dry_run")]
    now: Option<Timestamp>,

    /// Whose clocks count, such as Europe/Berlin (IANA); your own zone when absent
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,

    /// What is to be done
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
}

impl QuickAdd {
    /// Whether everything is there that the reading follows from.
    pub(super) const fn needs_no_engine(&self) -> bool {
        self.dry_run && self.now.is_some() && self.zone.is_some()
    }

    /// Says how the line would be understood, without an engine.
    pub(super) fn offline(&self, out: &mut Output) -> Result<Exit, Error> {
        let now = self.now.unwrap_or_else(|| out.now());
        let zone = self.zone.as_deref().map_or_else(clock::zone, ZoneName::new);
        let reading = answer::reading(&self.words.join(" "), now, &zone, |_| None)?;
        show(&reading, out)
    }

    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let text = self.words.join(" ");
        let zone = self.zone.map(ZoneName::new);
        if !self.dry_run {
            let origin = origin::of_environment();
            let created = engine.call(Add { text, now: None, zone, origin }).await?;
            return confirm(engine, out, &created, |created| &created.card);
        }
        let reading = engine.call(PreviewQuickAdd { text, now: self.now, zone }).await?;
        show(&reading, out)
    }
}

fn show(reading: &QuickAddReading, out: &mut Output) -> Result<Exit, Error> {
    match (&reading.problem, out.is_json()) {
        // Programs read the problem in the reading.
        (Some(_), true) => {
            out.answer(reading, draw)?;
            Ok(Exit::Rejected)
        }
        (Some(problem), false) => {
            Err(ApiError::new(ErrorKind::Invalid, &problem.message).with_hint(&problem.hint).into())
        }
        (None, _) => {
            out.answer(reading, draw)?;
            Ok(Exit::Success)
        }
    }
}

fn draw(reading: &QuickAddReading, canvas: &Canvas) -> String {
    let assumptions = reading
        .assumptions
        .iter()
        .map(|sentence| canvas.paint.apply(Tone::Faint, &format!("  {}", visible::cell(sentence))));
    let head = visible::cell(&reading.summary).into_owned();
    std::iter::once(head).chain(assumptions).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Captured;
    use crate::played::Played;
    use crate::render::samples;
    use aegis_protocol::{CreatedTask, QuickAddProblem};

    fn engine(problem: Option<QuickAddProblem>) -> Played {
        Played::with(samples::task())
            .answers(move |request: PreviewQuickAdd| {
                Ok(QuickAddReading {
                    now: samples::NOON,
                    spans: Vec::new(),
                    summary: format!("Shell · {}", request.text),
                    assumptions: vec!["It starts at once.".to_owned()],
                    task: None,
                    problem: problem.clone(),
                })
            })
            .answers(|_: Add| Ok(CreatedTask { card: samples::task().card, existing: false }))
    }

    async fn said(dry_run: bool, played: &Played, json: bool) -> (Result<Exit, Error>, Captured) {
        let words = ["run:", "cargo", "test"].map(str::to_owned).to_vec();
        let captured = Captured::new();
        let mut out = captured.output(json);
        let command = QuickAdd { dry_run, now: None, zone: None, words };
        (command.run(&played.engine(false), &mut out).await, captured)
    }

    #[tokio::test]
    async fn the_words_are_one_line() {
        let played = engine(None);
        let (_, captured) = said(false, &played, false).await;
        assert_eq!(played.calls("quick_add.add")[0]["text"], "run: cargo test");
        assert!(captured.stdout().starts_with("#12 "), "{}", captured.stdout());
    }

    #[tokio::test]
    async fn a_dry_run_shows_the_reading_and_makes_nothing() {
        let played = engine(None);
        let (exit, captured) = said(true, &played, false).await;
        assert_eq!(exit.unwrap(), Exit::Success);
        assert_eq!(captured.stdout(), "Shell · run: cargo test\n  It starts at once.\n");
        assert!(played.calls("quick_add.add").is_empty());
    }

    #[tokio::test]
    async fn what_cannot_be_understood_is_refused() {
        let problem =
            QuickAddProblem { message: "When?".to_owned(), hint: "Name a time.".to_owned() };
        let played = engine(Some(problem));
        let (exit, captured) = said(true, &played, false).await;
        let error = exit.unwrap_err();
        assert_eq!((error.exit(), error.hint()), (Exit::Rejected, Some("Name a time.")));
        assert_eq!(captured.stdout(), "");
        let (exit, captured) = said(true, &played, true).await;
        assert_eq!(exit.unwrap(), Exit::Rejected);
        let reading: QuickAddReading = serde_json::from_str(&captured.stdout()).unwrap();
        assert_eq!(reading.problem.unwrap().message, "When?");
    }

    fn offline(line: &str, json: bool) -> (Result<Exit, Error>, Captured) {
        let captured = Captured::new();
        let command = QuickAdd {
            dry_run: true,
            now: Some(samples::NOON),
            zone: Some("Europe/Berlin".to_owned()),
            words: vec![line.to_owned()],
        };
        assert!(command.needs_no_engine());
        (command.offline(&mut captured.output(json)), captured)
    }

    #[test]
    fn a_line_is_read_without_an_engine() {
        let (exit, captured) = offline("remind me tomorrow at 7am to exercise #health p8", true);
        assert_eq!(exit.unwrap(), Exit::Success);
        let reading: QuickAddReading = serde_json::from_str(&captured.stdout()).unwrap();
        let task = reading.task.unwrap();
        assert_eq!((task.title.as_str(), task.priority), ("exercise", Some(8)));
        assert_eq!(reading.now, samples::NOON);
        let at = "2026-11-22T06:00:00Z".parse().unwrap();
        assert_eq!(task.schedule, aegis_domain::Schedule::at(at));
        assert!(reading.spans.iter().any(|span| span.kind == aegis_protocol::QuickAddKind::Time));
    }

    #[test]
    fn what_cannot_be_read_is_refused_without_an_engine() {
        let (exit, captured) = offline("remind me", false);
        assert_eq!(exit.unwrap_err().exit(), Exit::Rejected);
        assert_eq!(captured.stdout(), "");
        let (exit, captured) = offline("remind me", true);
        assert_eq!(exit.unwrap(), Exit::Rejected);
        let reading: QuickAddReading = serde_json::from_str(&captured.stdout()).unwrap();
        assert!(reading.problem.is_some() && reading.task.is_none());
    }
}
