//! The categories of tasks.

use aegis_domain::Category;
use clap::builder::{PossibleValuesParser, TypedValueParser};

const ALL: [(&str, Category); 6] = [
    ("user_request", Category::UserRequest),
    ("maintenance", Category::Maintenance),
    ("scheduled", Category::Scheduled),
    ("research", Category::Research),
    ("learning", Category::Learning),
    ("reflection", Category::Reflection),
];

/// A category by its name, as `aegis task create` takes it.
pub(crate) fn category() -> impl TypedValueParser<Value = Category> {
    PossibleValuesParser::new(ALL.map(|(name, _)| name)).try_map(|name| {
        let found = ALL.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, category)| category).ok_or("there is no such category")
    })
}
