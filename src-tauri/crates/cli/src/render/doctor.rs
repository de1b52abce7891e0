//! What `aegis doctor` found.

use super::{Canvas, Tone, visible};
use aegis_runtime::{Check, Diagnosis, Verdict};

/// One line a check; what to do stands below it.
pub(crate) fn draw(diagnosis: &Diagnosis, canvas: &Canvas) -> String {
    let width = diagnosis.checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    diagnosis.checks.iter().map(|check| line(check, width, canvas)).collect()
}

fn line(check: &Check, width: usize, canvas: &Canvas) -> String {
    let (tone, word) = match check.verdict {
        Verdict::Ok => (Tone::Done, "ok"),
        Verdict::Warning => (Tone::Attention, "warning"),
        Verdict::Problem => (Tone::Failed, "problem"),
    };
    let word = canvas.paint.apply(tone, &format!("{word:7}"));
    let message = visible::cell(&check.message);
    let mut line = format!("{word}  {:width$}  {message}\n", check.name);
    if let Some(hint) = &check.hint {
        line.push_str(&format!("{:7}  {:width$}  {}\n", "", "", visible::cell(hint)));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_stands_below_what_was_seen() {
        let check = |name, verdict, message: &str, hint: Option<&str>| Check {
            name,
            verdict,
            message: message.to_owned(),
            hint: hint.map(str::to_owned),
        };
        let diagnosis = Diagnosis {
            healthy: true,
            checks: vec![
                check("lock", Verdict::Ok, "Nobody\u{1b}[2J holds it.", None),
                check("backups", Verdict::Warning, "There is no backup.", Some("Make one.")),
            ],
        };
        assert_eq!(
            draw(&diagnosis, &Canvas::for_tests(80)),
            "ok       lock     Nobody^[[2J holds it.\n\
             warning  backups  There is no backup.\n\
             \u{20}                 Make one.\n"
        );
    }
}
