//! Paths into JSON, as conditions and placeholders write them: `previous.result.files[0]["a b"]`.

mod cursor;
mod misread;

pub(crate) use cursor::Cursor;
pub(crate) use misread::{Misread, What, is_of_number, shown};

use serde_json::Value;

/// A name, and the way from there into its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    root: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    /// Counted from 0.
    Element(u64),
}

impl Path {
    /// The path that begins at the cursor.
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Misread> {
        let root = name(cursor)?;
        let mut steps = Vec::new();
        loop {
            if cursor.eat(".") {
                steps.push(Step::Field(name(cursor)?));
            } else if cursor.eat("[") {
                cursor.skip_space();
                steps.push(subscript(cursor)?);
                cursor.skip_space();
                if !cursor.eat("]") {
                    return Err(cursor.expected("a closing ]"));
                }
            } else {
                return Ok(Self { root, steps });
            }
        }
    }

    /// The name that it begins with.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// Where it leads in an object whose fields are the names that paths begin with; `None` is
    /// nowhere.
    pub(crate) fn find<'v>(&self, names: &'v Value) -> Option<&'v Value> {
        self.follow(names.as_object()?.get(&self.root)?)
    }

    /// Where it leads from the value of its first name.
    pub(crate) fn follow<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.steps.iter().try_fold(root, |value, step| match step {
            Step::Field(name) => value.as_object()?.get(name),
            Step::Element(index) => value.as_array()?.get(usize::try_from(*index).ok()?),
        })
    }
}

fn name(cursor: &mut Cursor<'_>) -> Result<String, Misread> {
    match cursor.peek_name() {
        "" => Err(cursor.expected("a name")),
        name => {
            let name = name.to_owned();
            cursor.eat(&name);
            Ok(name)
        }
    }
}

fn subscript(cursor: &mut Cursor<'_>) -> Result<Step, Misread> {
    match cursor.peek() {
        Some('"' | '\'') => cursor.quoted().map(Step::Field),
        Some(c) if c.is_ascii_digit() => {
            let from = cursor.position();
            let digits = cursor.take_while(|c| c.is_ascii_digit());
            digits.parse().map(Step::Element).map_err(|_| Misread::new(from, What::NotANumber))
        }
        _ => Err(cursor.expected("a number or a quoted name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("a", json!({"b": [10, {"c d": true}], "é": 1}))]
    #[case("a.b[0]", json!(10))]
    #[case("a.b[ 1 ][ 'c d' ]", json!(true))]
    #[case(r#"a["b"][1]["c d"]"#, json!(true))]
    #[case("a.é", json!(1))]
    fn a_path_leads_into_json(#[case] text: &str, #[case] expected: Value) {
        let names = json!({"a": {"b": [10, {"c d": true}], "é": 1}});
        let path = Path::read(&mut Cursor::new(text)).unwrap();
        assert_eq!(path.find(&names), Some(&expected));
        assert_eq!(path.root(), "a");
    }

    #[rstest]
    #[case("b")]
    #[case("a.b.c")]
    #[case("a.b[2]")]
    #[case("a.b[18446744073709551615]")]
    #[case("a.b['0']")]
    #[case("a[0]")]
    fn a_path_may_lead_nowhere(#[case] text: &str) {
        let path = Path::read(&mut Cursor::new(text)).unwrap();
        assert_eq!(path.find(&json!({"a": {"b": [1, 2]}})), None);
        assert_eq!(path.find(&json!([1])), None);
    }

    #[rstest]
    #[case("", 0)]
    #[case("1", 0)]
    #[case("a.", 2)]
    #[case("a.1", 2)]
    #[case("a[", 2)]
    #[case("a[]", 2)]
    #[case("a[-1]", 2)]
    #[case("a[1", 3)]
    #[case("a[18446744073709551616]", 2)]
    #[case("a['b]", 2)]
    fn what_is_no_path_is_refused_where_it_stops(#[case] text: &str, #[case] at: usize) {
        assert_eq!(Path::read(&mut Cursor::new(text)).unwrap_err().at(), at);
    }
}
