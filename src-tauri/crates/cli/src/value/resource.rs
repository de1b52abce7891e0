//! Shares of resources: `gpu`, `gpu:2`.

use aegis_domain::ResourceNeed;

/// A resource, and how much of it: 1 when nobody says. What may be the name of one is a rule, and
/// not looked at here.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn resource(text: &str) -> Result<ResourceNeed, &'static str> {
    let refuse = "write a name, and how much is needed, such as gpu or gpu:2";
    // A name may have colons of its own.
    let (name, amount) = match text.rsplit_once(':') {
        Some((name, amount)) if amount.bytes().all(|b| b.is_ascii_digit()) => (name, Some(amount)),
        _ => (text, None),
    };
    let amount = amount.map_or(Ok(1), str::parse).map_err(|_| refuse)?;
    if name.is_empty() {
        return Err(refuse);
    }
    Ok(ResourceNeed { name: name.to_owned(), amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_and_how_much_of_it() {
        for (text, name, amount) in
            [("gpu", "gpu", 1), ("gpu:2", "gpu", 2), ("db:main", "db:main", 1), ("a:b:3", "a:b", 3)]
        {
            assert_eq!(resource(text), Ok(ResourceNeed { name: name.to_owned(), amount }));
        }
        for text in ["", ":2", "gpu:", "gpu:99999999999"] {
            assert!(resource(text).is_err_and(|sentence| sentence.contains("gpu:2")), "{text}");
        }
    }
}
