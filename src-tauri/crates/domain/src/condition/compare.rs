//! How JSON values compare.

use serde_json::{Number, Value};
use std::cmp::Ordering;

/// Whether there is something: neither null, false, 0, nor an empty text, array or object.
pub(super) fn is_given(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => order_of_numbers(number, &Number::from(0)) != Ordering::Equal,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// Whether both are the same. Unlike for `serde_json`, 1 and 1.0 are.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => order_of_numbers(a, b) == Ordering::Equal,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        _ => left == right,
    }
}

/// The order of two numbers, or of two texts by code point. Nothing else has one.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => Some(order_of_numbers(a, b)),
        // UTF-8 sorts like the code points that it encodes.
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether `part` is a part of the text, an element of the array or a key of the object `whole`.
pub(super) fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::String(whole), Value::String(part)) => whole.contains(part),
        (Value::Array(items), _) => items.iter().any(|item| equal(item, part)),
        (Value::Object(fields), Value::String(key)) => fields.contains_key(key),
        _ => false,
    }
}

/// 2⁶⁴ and −2⁶³: the integers of JSON values lie between.
const ABOVE: f64 = 18_446_744_073_709_551_616.0;
const BELOW: f64 = -9_223_372_036_854_775_808.0;

/// By their exact values: an integer is never rounded to a float.
fn order_of_numbers(left: &Number, right: &Number) -> Ordering {
    match (integer(left), integer(right)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(a), None) => order_of_mixed(a, float(right)),
        (None, Some(b)) => order_of_mixed(b, float(left)).reverse(),
        // JSON has neither NaN nor infinities.
        (None, None) => float(left).partial_cmp(&float(right)).unwrap_or(Ordering::Equal),
    }
}

fn order_of_mixed(integer: i128, float: f64) -> Ordering {
    if float >= ABOVE {
        return Ordering::Less;
    }
    if float < BELOW {
        return Ordering::Greater;
    }
    // Between the two bounds the cast keeps the whole part as it is.
    let by_whole = integer.cmp(&(float.trunc() as i128));
    by_whole.then_with(|| 0.0.partial_cmp(&float.fract()).unwrap_or(Ordering::Equal))
}

fn integer(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64), Ordering::Greater)]
    #[case(json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992.0), Ordering::Greater)]
    #[case(json!(u64::MAX), json!(18_446_744_073_709_551_616.0), Ordering::Less)]
    #[case(json!(i64::MIN), json!(-9_223_372_036_854_775_808.0), Ordering::Equal)]
    #[case(json!(i64::MIN), json!(-9_223_372_036_854_777_856.0), Ordering::Greater)]
    #[case(json!(i64::MIN), json!(u64::MAX), Ordering::Less)]
    #[case(json!(1), json!(1.0), Ordering::Equal)]
    #[case(json!(0), json!(-0.0), Ordering::Equal)]
    #[case(json!(-1), json!(-1.5), Ordering::Greater)]
    #[case(json!(2), json!(1.5), Ordering::Greater)]
    #[case(json!(0), json!(-0.5), Ordering::Greater)]
    #[case(json!(0), json!(1e-300), Ordering::Less)]
    #[case(json!(1e300), json!(2e300), Ordering::Less)]
    #[case(json!("Z"), json!("a"), Ordering::Less)]
    #[case(json!("\u{ffff}"), json!("\u{10000}"), Ordering::Less)]
    fn values_are_ordered_exactly(
        #[case] left: Value,
        #[case] right: Value,
        #[case] expected: Ordering,
    ) {
        assert_eq!(order(&left, &right), Some(expected));
        assert_eq!(order(&right, &left), Some(expected.reverse()));
        assert_eq!(equal(&left, &right), expected == Ordering::Equal);
    }

    #[test]
    fn numbers_are_equal_wherever_they_stand() {
        assert!(equal(&json!({"a": [1, {"b": 2.0}]}), &json!({"a": [1.0, {"b": 2}]})));
        assert!(!equal(&json!({"a": [1]}), &json!({"a": [1, 2]})));
        assert!(!equal(&json!({"a": 1}), &json!({"b": 1})));
        assert!(contains(&json!([1, 2.0]), &json!(2)));
    }

    proptest! {
        #[test]
        fn integers_and_floats_have_one_order(a in any::<i64>(), b in any::<i32>()) {
            let expected = a.cmp(&i64::from(b));
            prop_assert_eq!(order(&json!(a), &json!(f64::from(b))), Some(expected));
            prop_assert_eq!(order(&json!(f64::from(b)), &json!(a)), Some(expected.reverse()));
        }

        #[test]
        fn rounding_never_makes_numbers_equal(a in (1_i64 << 53)..i64::MAX) {
            // The nearest float is itself an integer, so that comparing integers is the truth.
            let rounded = a as f64;
            let expected = i128::from(a).cmp(&(rounded as i128));
            prop_assert_eq!(order(&json!(a), &json!(rounded)), Some(expected));
        }
    }
}
