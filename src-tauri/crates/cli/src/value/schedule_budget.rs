//! What a schedule may cost, as people type it: `5/week`.

use aegis_domain::{NewScheduleBudget, Period, Usd};

/// An amount of dollars, a stroke, and a period.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn schedule_budget(text: &str) -> Result<NewScheduleBudget, String> {
    let how = "write an amount in dollars and a period, such as 5/week, 0.50/day or 20/month";
    let (amount, period) = text.split_once('/').ok_or_else(|| how.to_owned())?;
    let amount: Usd = amount.parse().map_err(|_| how.to_owned())?;
    let period = period.trim().to_ascii_lowercase();
    let per = Period::ALL.into_iter().find(|per| per.as_str() == period);
    Ok(NewScheduleBudget { amount: amount.into(), per: per.ok_or_else(|| how.to_owned())? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_and_a_period() {
        let of = |text: &str| schedule_budget(text).map(|b| (b.amount, b.per));
        assert_eq!(of("5/week"), Ok(("5.00".to_owned(), Period::Week)));
        assert_eq!(of("$0.50 / Day"), Ok(("0.50".to_owned(), Period::Day)));
        assert_eq!(of("20/month"), Ok(("20.00".to_owned(), Period::Month)));
        for wrong in ["", "5", "/week", "5/year", "-1/day", "5,00/day", "5/week/day"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
