//! Reading a condition, by recursive descent along its grammar.

use super::MAX_CONDITION;
use super::expression::{Expression, Operand, Operator};
use super::path::{Cursor, Misread, Path, What, is_of_number};
use crate::Invalid;
use serde_json::Value;

/// Deepest nesting of parentheses and `not`.
const MAX_DEPTH: usize = 32;
/// Words that no path can begin with.
const WORDS: [&str; 7] = ["and", "or", "not", "contains", "true", "false", "null"];
/// What helps when nothing better is known.
const EXAMPLE: &str =
    "Write tests such as exit_code == 0 or outcome == \"failed\", joined by and, or, not.";

pub(super) fn parse(text: &str) -> Result<Expression, Invalid> {
    let refuse = |message: String, hint: &str| Invalid::new("condition", message, hint);
    let length = text.chars().count();
    if length > MAX_CONDITION {
        let message =
            format!("The condition has {length} characters; at most {MAX_CONDITION} fit.");
        return Err(refuse(message, "Let the work decide, and test its result."));
    }
    if let Some(place) = text.chars().position(|c| c == '\0') {
        let message = format!("Character {} of the condition is NUL.", place + 1);
        return Err(refuse(message, "Remove it."));
    }
    if text.trim().is_empty() {
        return Err(refuse("The condition is empty.".to_owned(), EXAMPLE));
    }
    let mut parser = Parser { cursor: Cursor::new(text), depth: 0, after_value: false };
    parser.whole().map_err(|misread| {
        refuse(misread.sentence(text, "the condition"), hint(misread, &text[misread.at()..]))
    })
}

/// What to do about `misread`, after which `rest` comes.
fn hint(misread: Misread, rest: &str) -> &'static str {
    match misread.what() {
        What::UnclosedText => {
            "Close it with the quote that it begins with, or write \\ before a \
                               quote that belongs to it."
        }
        What::Escape => "Write \\\\ for a backslash, \\n for a line break, \\t for a tab.",
        What::NotANumber => "Write numbers such as 3, -2 or 1.5; there is no arithmetic.",
        What::TooDeep(_) => "Leave out parentheses that are not needed.",
        What::Expected(_) => {
            let starts = |texts: &[&str]| texts.iter().any(|text| rest.starts_with(text));
            if starts(&["==", "!=", "<", ">", "contains"]) {
                "Compare two values at a time, such as 1 < exit_code and exit_code < 5; parentheses \
                 hold whole tests."
            } else if starts(&["=", "is "]) {
                "Write == for “is equal to”, such as exit_code == 0."
            } else if starts(&["&"]) {
                "Write and, such as exit_code == 0 and result.count > 3."
            } else if starts(&["|"]) {
                "Write or, such as outcome == \"failed\" or exit_code == 2."
            } else if starts(&["!"]) {
                "Write not, such as not result.found, or != for “is not equal to”."
            } else if starts(&["“", "”", "„", "‘", "’", "«", "»", "`"]) {
                "Write texts in straight quotes, such as outcome == \"failed\"."
            } else {
                EXAMPLE
            }
        }
    }
}

struct Parser<'t> {
    cursor: Cursor<'t>,
    /// How many parentheses and `not` are open.
    depth: usize,
    /// Whether the last thing read is a value that a comparison may follow.
    after_value: bool,
}

impl Parser<'_> {
    fn whole(&mut self) -> Result<Expression, Misread> {
        let expression = self.any()?;
        if self.cursor.rest().is_empty() {
            Ok(expression)
        } else {
            Err(self.cursor.expected(self.what_may_follow()))
        }
    }

    fn any(&mut self) -> Result<Expression, Misread> {
        self.joined("or", Self::all, Expression::Any)
    }

    fn all(&mut self) -> Result<Expression, Misread> {
        self.joined("and", Self::not, Expression::All)
    }

    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Expression, Misread>,
        join: fn(Vec<Expression>) -> Expression,
    ) -> Result<Expression, Misread> {
        let first = part(self)?;
        if !self.word(word) {
            return Ok(first);
        }
        let mut parts = vec![first, part(self)?];
        while self.word(word) {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn not(&mut self) -> Result<Expression, Misread> {
        self.cursor.skip_space();
        let from = self.cursor.position();
        if self.word("not") {
            return self.deeper(from, |parser| Ok(Expression::Not(Box::new(parser.not()?))));
        }
        if self.cursor.eat("(") {
            return self.deeper(from, |parser| {
                let inner = parser.any()?;
                if parser.cursor.eat(")") {
                    parser.after_value = false;
                    parser.cursor.skip_space();
                    return Ok(inner);
                }
                let ends = parser.cursor.rest().is_empty();
                let expected = if ends { "a closing )" } else { parser.what_may_follow() };
                Err(parser.cursor.expected(expected))
            });
        }
        self.test()
    }

    /// What may follow what has been read.
    const fn what_may_follow(&self) -> &'static str {
        if self.after_value { "an operator" } else { "“and” or “or”" }
    }

    fn deeper(
        &mut self,
        from: usize,
        read: impl FnOnce(&mut Self) -> Result<Expression, Misread>,
    ) -> Result<Expression, Misread> {
        if self.depth == MAX_DEPTH {
            return Err(Misread::new(from, What::TooDeep(MAX_DEPTH)));
        }
        self.depth += 1;
        let expression = read(self)?;
        self.depth -= 1;
        Ok(expression)
    }

    fn test(&mut self) -> Result<Expression, Misread> {
        let left = self.operand()?;
        let operator = self.operator();
        self.after_value = operator.is_none();
        match operator {
            None => Ok(Expression::Given(left)),
            Some(operator) => Ok(Expression::Compared(left, operator, self.operand()?)),
        }
    }

    fn operator(&mut self) -> Option<Operator> {
        // The longer ones first: < is the beginning of <=.
        let signs = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let sign = signs.into_iter().find(|(sign, _)| self.cursor.eat(sign));
        sign.map(|(_, operator)| operator)
            .or_else(|| self.word("contains").then_some(Operator::Contains))
    }

    fn operand(&mut self) -> Result<Operand, Misread> {
        self.cursor.skip_space();
        let operand = match self.cursor.peek() {
            Some('"' | '\'') => Operand::Literal(Value::String(self.cursor.quoted()?)),
            Some(c) if c.is_ascii_digit() || c == '-' => Operand::Literal(self.number()?),
            Some(_) => self.named()?,
            None => return Err(self.cursor.expected("a value")),
        };
        self.cursor.skip_space();
        Ok(operand)
    }

    fn number(&mut self) -> Result<Value, Misread> {
        let from = self.cursor.position();
        let digits = self.cursor.take_while(is_of_number);
        // The reader that reads the facts: what is written alike is equal.
        serde_json::from_str(digits)
            .map(Value::Number)
            .map_err(|_| Misread::new(from, What::NotANumber))
    }

    fn named(&mut self) -> Result<Operand, Misread> {
        let literals =
            [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)];
        if let Some((_, value)) = literals.into_iter().find(|(word, _)| self.word(word)) {
            return Ok(Operand::Literal(value));
        }
        let name = self.cursor.peek_name();
        if name.is_empty() || WORDS.iter().any(|word| word.eq_ignore_ascii_case(name)) {
            return Err(self.cursor.expected("a value"));
        }
        Path::read(&mut self.cursor).map(Operand::Path)
    }

    /// Reads `word` and the space behind it, if it comes next.
    fn word(&mut self, word: &str) -> bool {
        let name = self.cursor.peek_name();
        let comes = name.eq_ignore_ascii_case(word);
        if comes {
            self.cursor.eat(name);
            self.cursor.skip_space();
        }
        comes
    }
}
