//! A schedule's words where there is little room.

/// The words without the zone in brackets: `every day at 07:00 (Europe/Berlin)` is read on a wall clock anyway, and
/// the whole is a hover away.
pub(crate) fn without_zone(words: &str) -> String {
    let is_zone = |inside: &str| !inside.is_empty() && !inside.contains(' ');
    match words.split_once(" (").and_then(|(before, rest)| {
        let (inside, after) = rest.split_once(')')?;
        is_zone(inside).then(|| format!("{before}{after}"))
    }) {
        Some(short) => short,
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("every weekday at 07:00 (Europe/Berlin)", "every weekday at 07:00")]
    #[case("every day at 07:00 (UTC), until 3 Dec", "every day at 07:00, until 3 Dec")]
    #[case("every 45 minutes", "every 45 minutes")]
    #[case("cron 0 9 * * 1 (on Mondays at 9)", "cron 0 9 * * 1 (on Mondays at 9)")]
    #[case("odd (", "odd (")]
    fn the_zone_is_left_out(#[case] words: &str, #[case] short: &str) {
        assert_eq!(without_zone(words), short);
    }
}
