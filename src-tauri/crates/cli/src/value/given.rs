//! Names with values: parameters, facts, metadata.

use aegis_domain::Parameter;
use serde_json::Value;

const ASSIGNMENT: &str = "write a name, = and a value, such as city=Berlin";
const PARAMETER: &str = "write a name, and a value to use when none is given, such as city or \
                         city=Berlin";

/// JSON where the text is JSON, else the text itself. A whole number with more digits than JSON's
/// readers keep stays text, so that none is lost.
pub(crate) fn json_or_text(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(Value::Number(number)) if number.is_f64() && !text.contains(['.', 'e', 'E']) => {
            Value::from(text)
        }
        Ok(value) => value,
        Err(_) => Value::from(text),
    }
}

/// `name=value`, the value read as [`json_or_text`] does. Which names are allowed is a rule, and
/// not looked at here.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn assignment(text: &str) -> Result<(String, Value), &'static str> {
    let (name, value) = text.split_once('=').ok_or(ASSIGNMENT)?;
    Ok((named(name, ASSIGNMENT)?, json_or_text(value)))
}

/// A parameter with its default, `name=default`, or one that has to be given, `name`.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn parameter(text: &str) -> Result<(String, Parameter), &'static str> {
    let (name, default) = match text.split_once('=') {
        Some((name, default)) => (name, Some(json_or_text(default))),
        None => (text, None),
    };
    Ok((named(name, PARAMETER)?, Parameter { default, ..Parameter::default() }))
}

fn named(name: &str, hint: &'static str) -> Result<String, &'static str> {
    let name = name.trim();
    if name.is_empty() { Err(hint) } else { Ok(name.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("Berlin", json!("Berlin"))]
    #[case("4", json!(4))]
    #[case("1.50", json!(1.5))]
    #[case("1e3", json!(1000.0))]
    #[case("true", json!(true))]
    #[case("null", json!(null))]
    #[case("\"4\"", json!("4"))]
    #[case("[1, 2]", json!([1, 2]))]
    #[case("", json!(""))]
    #[case("01234", json!("01234"))]
    #[case("18446744073709551615", json!(18_446_744_073_709_551_615_u64))]
    #[case("18446744073709551616", json!("18446744073709551616"))]
    #[case("{broken", json!("{broken"))]
    fn a_value_is_json_if_it_can_be(#[case] text: &str, #[case] value: Value) {
        assert_eq!(json_or_text(text), value);
    }

    #[test]
    fn a_value_may_have_any_characters() {
        assert_eq!(
            assignment("url=http://x/?a=b").unwrap(),
            ("url".into(), "http://x/?a=b".into())
        );
        assert_eq!(assignment("empty=").unwrap(), ("empty".into(), "".into()));
        for text in ["", "city", "=Berlin", " =x"] {
            assert_eq!(assignment(text), Err(ASSIGNMENT), "{text}");
        }
    }

    #[test]
    fn a_parameter_without_a_default_has_to_be_given() {
        let (name, required) = parameter("city").unwrap();
        assert_eq!((name.as_str(), required.default), ("city", None));
        assert_eq!(parameter("city=").unwrap().1.default, Some(json!("")));
        assert_eq!(parameter("days=3").unwrap().1.default, Some(json!(3)));
        assert_eq!(parameter("=3"), Err(PARAMETER));
    }
}
