//! Who asks: a person, or the run of a task whose program calls `aegis`.

use aegis_domain::RunId;

/// What every process of a run finds in its environment.
const VARIABLE: &str = "AEGIS_RUN";

/// The run whose program this process belongs to, if it does: what runs set off is limited by the
/// engine.
pub(crate) fn of_environment() -> Option<RunId> {
    named(&std::env::var(VARIABLE).ok()?)
}

fn named(id: &str) -> Option<RunId> {
    id.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_id_is_a_run() {
        let id = "0192f0c1-2b3a-7c4d-8e5f-6a7b8c9d0e1f";
        assert_eq!(named(id).unwrap().to_string(), id);
        for text in ["", "1", "run", "../../etc"] {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
