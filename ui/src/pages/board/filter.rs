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
    let named = |name: &Option<String>, sign: char| {
        let name = name.as_ref().map(|name| format!("{sign}{}", name.to_lowercase()));
        name.is_some_and(|name| name.contains(word))
    };
    let texts = [
        Some(card.title.as_str()),
        card.place.as_deref(),
        card.executor.as_deref(),
        card.schedule.as_deref(),
    ];
    number == word
        || number[1..] == *word
        || card.short_id.as_str() == word
        || card.tags.iter().any(|own| own.as_str().contains(tag))
        || named(&card.assignee, '@')
        || named(&card.workspace, '~')
        || texts.into_iter().flatten().any(|text| text.to_lowercase().contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::sample;
    use aegis_domain::Tag;
    use aegis_domain::coarse::Column;
    use rstest::rstest;

    fn card() -> CardView {
        CardView {
            short_id: aegis_domain::ShortId::from_stored("ab12cd".to_owned()),
            title: "Renew the TLS Certificates".to_owned(),
            executor: Some("shell".to_owned()),
            place: Some("~/src/infra".to_owned()),
            tags: vec![Tag::new("ops").unwrap()],
            assignee: Some("Ada".to_owned()),
            workspace: Some("shop".to_owned()),
            schedule: Some("every weekday at 07:00 (Europe/Berlin)".to_owned()),
            ..sample::card(42, Column::Done)
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
    #[case("@ada", None, true)]
    #[case("ada", None, true)]
    #[case("@shop", None, false)]
    #[case("~shop", None, true)]
    #[case("weekday", None, true)]
    fn shows(#[case] query: &str, #[case] executor: Option<&'static str>, #[case] shown: bool) {
        assert_eq!(Filter::new(query, executor).shows(&card()), shown);
    }
}
