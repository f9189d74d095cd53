//! Counts and sums that a group or a block states, against what was read.

use crate::model::{Amount, NumberStyle};

/// What is stated and what was read so far.
#[derive(Default)]
pub struct Control {
    stated_count: Option<u64>,
    stated_sum: Option<Amount>,
    /// The settled total of a group between banks, in one currency.
    stated_total: Option<Amount>,
    count: u64,
    rejected: u64,
    /// In ten-thousandths; a file may hold more than one amount can.
    sum: i128,
}

impl Control {
    /// Takes `NbOfTxs`.
    pub fn state_count(&mut self, text: &str) -> Result<(), String> {
        let count = text
            .parse()
            .map_err(|_| format!("NbOfTxs is ‘{text}’; expected a whole number"))?;
        self.stated_count = Some(count);
        Ok(())
    }

    /// Takes `CtrlSum`.
    pub fn state_sum(&mut self, text: &str) -> Result<(), String> {
        let sum = Amount::parse(text, NumberStyle::POINT).map_err(|e| format!("CtrlSum: {e}"))?;
        self.stated_sum = Some(sum);
        Ok(())
    }

    /// Takes `TtlIntrBkSttlmAmt` or `TtlRtrdIntrBkSttlmAmt`.
    pub fn state_total(&mut self, text: &str) -> Result<(), String> {
        let total =
            Amount::parse(text, NumberStyle::POINT).map_err(|e| format!("total settlement amount: {e}"))?;
        self.stated_total = Some(total);
        Ok(())
    }

    /// A transaction was read; nothing where it was refused.
    pub fn add(&mut self, amount: Option<Amount>) {
        self.count += 1;
        match amount {
            Some(amount) => self.sum += i128::from(amount.scaled()),
            None => self.rejected += 1,
        }
    }

    /// Transactions read, accepted and refused.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The stated count, where there is one.
    pub fn stated_count(&self) -> Option<u64> {
        self.stated_count
    }

    /// What does not agree, with both figures; nothing where all does.
    pub fn difference(&self) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(stated) = self.stated_count.filter(|n| *n != self.count) {
            parts.push(format!("NbOfTxs says {stated}, read were {}", self.count));
        }
        for (name, stated) in [
            ("CtrlSum", self.stated_sum),
            ("the total settlement amount", self.stated_total),
        ] {
            if let Some(stated) = stated.filter(|a| i128::from(a.scaled()) != self.sum) {
                parts.push(format!(
                    "{name} says {}, the amounts read add up to {}",
                    decimal(i128::from(stated.scaled())),
                    decimal(self.sum)
                ));
            }
        }
        if parts.is_empty() {
            return None;
        }
        if self.rejected > 0 {
            parts.push(format!(
                "{} of those read were refused and are not in the sum",
                self.rejected
            ));
        }
        Some(parts.join("; "))
    }
}

/// Ten-thousandths as a decimal number with at least two decimals.
fn decimal(scaled: i128) -> String {
    let digits = scaled.unsigned_abs();
    let mut text = format!(
        "{}{}.{:04}",
        if scaled < 0 { "-" } else { "" },
        digits / 10_000,
        digits % 10_000
    );
    for _ in 0..2 {
        if text.ends_with('0') {
            text.pop();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_both_figures() {
        let mut control = Control::default();
        control.state_count("2").expect("a number");
        control.state_sum("300").expect("a sum");
        control.add(Some(Amount::from_hundredths(15_000)));
        assert_eq!(
            control.difference().as_deref(),
            Some("NbOfTxs says 2, read were 1; CtrlSum says 300.00, the amounts read add up to 150.00")
        );
        control.add(Some(Amount::from_hundredths(15_000)));
        assert_eq!(control.difference(), None);
        control.add(None);
        assert!(
            control
                .difference()
                .is_some_and(|d| d.contains("1 of those read were refused"))
        );
        assert!(control.state_count("-1").is_err() && control.state_sum("1,5").is_err());
    }

    #[test]
    fn sums_print_exactly() {
        for (scaled, text) in [
            (0, "0.00"),
            (12_345, "1.2345"),
            (-15_000, "-1.50"),
            (10_010, "1.001"),
        ] {
            assert_eq!(decimal(scaled), text);
        }
    }
}
