//! What tokens cost, to say something of the cost while a session is at work. What counts in the end
//! is what Claude Code reckons itself.

use aegis_domain::Usd;

use super::stream::Tokens;

/// What a million tokens cost, in dollars: a token costs so many millionths.
struct Price {
    /// What the names of these models begin with, the longest first.
    model: &'static str,
    input: u64,
    output: u64,
}

/// Dollars per million tokens at Anthropic's list prices
/// (docs.anthropic.com/en/docs/about-claude/pricing, and the table inside Claude Code 2.1.197; read
/// on 2026-11-26).
const PRICES: [Price; 9] = [
    Price { model: "claude-opus-4-1", input: 15, output: 75 },
    Price { model: "claude-opus-4-20", input: 15, output: 75 },
    Price { model: "claude-opus-4-", input: 5, output: 25 },
    Price { model: "claude-sonnet-", input: 3, output: 15 },
    Price { model: "claude-3-7-sonnet", input: 3, output: 15 },
    Price { model: "claude-3-5-sonnet", input: 3, output: 15 },
    Price { model: "claude-haiku-4-5", input: 1, output: 5 },
    // 0.80 and 4, rounded up: it is an estimate.
    Price { model: "claude-3-5-haiku", input: 1, output: 4 },
    Price { model: "claude-3-opus", input: 15, output: 75 },
];

/// What so many tokens of a model cost, about; `None` for a model whose price is not known. What is
/// read from what was kept costs a tenth, and what is kept a quarter more.
pub(super) fn estimate(model: &str, tokens: Tokens) -> Option<Usd> {
    let price = PRICES.iter().find(|price| model.starts_with(price.model))?;
    let cost = |tokens: u64, dollars: u64| tokens.saturating_mul(dollars);
    let all = cost(tokens.input, price.input)
        .saturating_add(cost(tokens.cache_read, price.input) / 10)
        .saturating_add(cost(tokens.cache_write, price.input).saturating_mul(5) / 4)
        .saturating_add(cost(tokens.output, price.output));
    Some(Usd::from_micros(all.min(MOST)))
}

/// A million dollars, the most that an amount can be.
const MOST: u64 = 1_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_what_claude_code_reckons_itself() {
        let tokens = Tokens { input: 200, output: 100, ..Tokens::default() };
        // As a real session said: "total_cost_usd": 0.0035.
        let cost = estimate("claude-opus-4-8", tokens).unwrap();
        assert_eq!(cost.to_string(), "0.0035");
        let kept = Tokens { cache_read: 1_000_000, cache_write: 1_000_000, ..Tokens::default() };
        assert_eq!(estimate("claude-sonnet-4-6", kept).unwrap().to_string(), "4.05");
        assert_eq!(estimate("claude-opus-4-20250514", tokens).unwrap().to_string(), "0.0105");
        assert_eq!(estimate("a-model-of-tomorrow", tokens), None);
        let lie = Tokens { output: u64::MAX, ..Tokens::default() };
        assert_eq!(estimate("claude-haiku-4-5", lie).unwrap().to_string(), "1000000.00");
    }
}
