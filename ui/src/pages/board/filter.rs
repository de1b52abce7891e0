//! Which cards are shown.

use aegis_protocol::CardView;

/// What the search field and the chips say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    words: Vec<String>,
    executor: Option<&'static str>,
}

impl Filter {
    /// Every word of `query` must be found in a card.
    pub(super) fn new(query: &str, executor: Option<&'static str>) -> Self {
        Self { words: query.split_whitespace().map(str::to_lowercase).collect(), executor }
    }

    /// Whether every card is shown.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.executor.is_none()
    }

    /// Whether the card is shown.
    pub(super) fn shows(&self, card: &CardView) -> bool {
        let executor =
            self.executor.is_none_or(|executor| card.executor.as_deref() == Some(executor));
        executor && self.words.iter().all(|word| has(card, word))
    }
}

fn has(card: &CardView, word: &str) -> bool {
    let number = format!("#{}", card.number);
    let tag = word.strip_prefix('#').unwrap_or(word);
    let texts = [Some(card.title.as_str()), card.place.as_deref(), card.executor.as_deref()];
    number == word
        || number[1..] == *word
        || card.short_id.as_str() == word
        || card.tags.iter().any(|own| own.as_str().contains(tag))
        || texts.into_iter().flatten().any(|text| text.to_lowercase().contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::coarse::Column;
    use aegis_domain::{Priority, ShortId, Tag, TaskNumber, Timestamp};
    use rstest::rstest;

    fn card() -> CardView {
        CardView {
            id: "01932b6e-7c00-7abc-8def-0123456789ab".parse().unwrap(),
            number: TaskNumber(42),
            short_id: ShortId::from_stored("ab12cd".to_owned()),
            title: "Renew the TLS Certificates".to_owned(),
            column: Column::Done,
            occurrence: None,
            state: None,
            cancelling: false,
            executor: Some("shell".to_owned()),
            place: Some("~/src/infra".to_owned()),
            priority: Priority::NORMAL,
            tags: vec![Tag::new("ops").unwrap()],
            due: None,
            run: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            actions: Vec::new(),
        }
    }

    #[rstest]
    #[case("", None, true)]
    #[case("certificates tls", None, true)]
    #[case("certificates ssh", None, false)]
    #[case("#42", None, true)]
    #[case("42", None, true)]
    #[case("4", None, false)]
    #[case("#ops", None, true)]
    #[case("infra", Some("shell"), true)]
    #[case("infra", Some("reminder"), false)]
    #[case("ab12cd", None, true)]
    fn shows(#[case] query: &str, #[case] executor: Option<&'static str>, #[case] shown: bool) {
        assert_eq!(Filter::new(query, executor).shows(&card()), shown);
    }
}
