//! Aegis' own figures as people see them.

use super::{Canvas, Cell, Column, Fields, Table, Tone, time};
use aegis_domain::metrics::{Metrics, Outcomes, Ratio, Spread};
use chrono::TimeDelta;

/// The figures, and how runs ended by executor.
pub(crate) fn draw(metrics: &Metrics, canvas: &Canvas) -> String {
    let sampled = &metrics.sampled;
    let window = metrics.window;
    let mut fields = Fields::new();
    fields
        .add("Since", time::exact(window.from, canvas))
        .add("Uptime", percent(metrics.uptime))
        .add("Runs", runs(metrics))
        .add("Succeeded", of(metrics.outcomes.success(), "results"))
        .add("At the first try", of(metrics.first_time_success, "first results"))
        .add("Retries", of(metrics.retries, "runs"))
        .add("Throughput", format!("{} an hour", tenths(metrics.throughput_permille())))
        .add("Waiting now", metrics.queue_now.to_string())
        .add("Waiting", depth(&sampled.queue))
        .add("Time to start", times(&metrics.time_to_start_ms, 1_000))
        .add("Run", times(&metrics.run_ms, 1_000))
        .add("Slots in use", percent(metrics.utilisation))
        .add("Answer to a command", times(&sampled.commands, 1))
        .add("Commit", times(&sampled.commits, 1))
        .add("Commands a commit", depth(&sampled.batches));
    let mut drawn = fields.draw(canvas);
    if !metrics.by_executor.is_empty() {
        drawn.push('\n');
        drawn.push_str(&by_executor(metrics, canvas));
    }
    drawn
}

fn runs(metrics: &Metrics) -> String {
    let more = if metrics.cut_short { " (there were more; these are the newest)" } else { "" };
    format!("{}{more}", metrics.runs)
}

fn by_executor(metrics: &Metrics, canvas: &Canvas) -> String {
    let mut table = Table::new([
        Column::new("Executor"),
        Column::new("Succeeded").right(),
        Column::new("Failed").right(),
        Column::new("Cancelled").right(),
        Column::new("Cut short").right().dispensable(),
        Column::new("Errors").gives_way(),
    ]);
    for (name, outcomes) in &metrics.by_executor {
        table.row([
            Cell::toned(Tone::Strong, name),
            Cell::new(outcomes.succeeded.to_string()),
            Cell::new(outcomes.failed.to_string()),
            Cell::new(outcomes.cancelled.to_string()),
            Cell::new(outcomes.cut_short.to_string()),
            Cell::toned(Tone::Faint, errors(outcomes)),
        ]);
    }
    table.draw(canvas)
}

fn errors(outcomes: &Outcomes) -> String {
    let one = |(category, count): (&aegis_domain::ErrorCategory, &u64)| {
        format!("{} {count}", category.name())
    };
    outcomes.errors.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Thousandths with one digit behind the point.
fn tenths(permille: u64) -> String {
    format!("{}.{}", permille / 1000, permille % 1000 / 100)
}

fn percent(ratio: Ratio) -> String {
    ratio
        .permille()
        .map_or_else(|| "–".to_owned(), |permille| format!("{}.{} %", permille / 10, permille % 10))
}

fn of(ratio: Ratio, what: &str) -> String {
    match ratio.whole {
        0 => "–".to_owned(),
        whole => format!("{} ({} of {whole} {what})", percent(ratio), ratio.part),
    }
}

/// Counts: the mean and the most.
fn depth(spread: &Spread) -> String {
    let mean = (spread.total * 1000).checked_div(spread.count);
    mean.map_or_else(
        || "–".to_owned(),
        |mean| format!("{} on average, {} at most", tenths(mean), spread.max),
    )
}

/// Spans of time, in units of so many microseconds.
fn times(spread: &Spread, micros: u64) -> String {
    let span =
        |percent| spread.percentile(percent).map(|value| shown(value.saturating_mul(micros)));
    match (span(50), span(95)) {
        (Some(half), Some(most)) => {
            format!(
                "half within {half}, 95 % within {most}, at most {}",
                shown(spread.max * micros)
            )
        }
        _ => "–".to_owned(),
    }
}

fn shown(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros}µs"),
        1_000..10_000 => format!("{}.{}ms", micros / 1_000, micros % 1_000 / 100),
        _ => time::span(TimeDelta::milliseconds(i64::try_from(micros / 1_000).unwrap_or(i64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::NOON;
    use aegis_domain::ErrorCategory;
    use aegis_domain::metrics::{Material, Sample, Window};

    #[test]
    fn figures_are_told_with_what_they_are_part_of() {
        let window = Window::last(None, None, NOON).unwrap();
        let mut metrics = Metrics::of(window, &Material::default());
        insta::assert_snapshot!("nothing_yet", draw(&metrics, &Canvas::for_tests(100)));
        metrics.runs = 12;
        metrics.outcomes = Outcomes { succeeded: 9, failed: 3, ..Outcomes::default() };
        let errors = [(ErrorCategory::Timeout, 1), (ErrorCategory::CommandFailed, 2)].into();
        let shell = Outcomes { succeeded: 9, failed: 3, errors, ..Outcomes::default() };
        metrics.by_executor = [("shell".to_owned(), shell)].into();
        metrics.retries = Ratio { part: 1, whole: 12 };
        metrics.first_time_success = Ratio { part: 2, whole: 3 };
        metrics.uptime = Ratio { part: 999, whole: 1000 };
        metrics.utilisation = Ratio { part: 1, whole: 8 };
        metrics.cut_short = true;
        let mut sampled = Sample::default();
        [120, 450, 90_000].into_iter().for_each(|micros| sampled.commands.add(micros));
        [1, 7].into_iter().for_each(|depth| sampled.queue.add(depth));
        metrics.sampled = sampled;
        [12, 2_500, 4_000_000].into_iter().for_each(|millis| metrics.run_ms.add(millis));
        insta::assert_snapshot!(draw(&metrics, &Canvas::for_tests(100)));
    }
}
