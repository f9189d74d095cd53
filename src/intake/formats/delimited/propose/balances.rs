//! Running balances as proof: each is the one before it and the amount of its row. Where that holds for one sign rule and
//! one order of rows alone, it settles both.

use std::collections::BTreeMap;

/// What a row moves under a sign rule, and the balance beside it.
#[derive(Clone)]
pub struct Row {
    pub account: String,
    pub amount: Option<i64>,
    pub balance: Option<i64>,
}

/// How often balances agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    pub agree: usize,
    pub of: usize,
}

impl Agreement {
    /// In hundredths, rounded down; 0 where nothing could be compared.
    pub fn share(self) -> usize {
        self.agree * 100 / self.of.max(1)
    }
}

/// Compares the balances of rows in the order of the file, or the other way round.
pub fn compare(runs: &[Vec<Row>], newest_first: bool) -> Agreement {
    let mut agreement = Agreement::default();
    for run in runs {
        let mut known: BTreeMap<&str, Option<i128>> = BTreeMap::new();
        let mut one = |row: &'_ Row, running: &mut Option<i128>| {
            *running = match (*running, row.amount) {
                (Some(before), Some(amount)) => Some(before + i128::from(amount)),
                _ => None,
            };
            if let Some(balance) = row.balance.map(i128::from) {
                if let Some(computed) = *running {
                    agreement.of += 1;
                    agreement.agree += usize::from(computed == balance);
                }
                *running = Some(balance);
            }
        };
        if newest_first {
            for row in run.iter().rev() {
                one(row, known.entry(&row.account).or_default());
            }
        } else {
            for row in run {
                one(row, known.entry(&row.account).or_default());
            }
        }
    }
    agreement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_sign_are_told_apart() {
        let row = |amount, balance| Row {
            account: String::new(),
            amount: Some(amount),
            balance,
        };
        let rows = vec![
            row(5, Some(105)),
            row(-20, None),
            row(10, Some(95)),
            row(1, Some(96)),
        ];
        let other: Vec<Row> = rows.iter().rev().cloned().collect();
        let turned: Vec<Row> = rows
            .iter()
            .map(|r| Row {
                amount: r.amount.map(|a| -a),
                ..r.clone()
            })
            .collect();
        assert_eq!(
            compare(std::slice::from_ref(&rows), false),
            Agreement { agree: 2, of: 2 }
        );
        assert_eq!(compare(&[other], true).share(), 100);
        assert!(compare(&[turned], false).share() < 100);
    }
}
