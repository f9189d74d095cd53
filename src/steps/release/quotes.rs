//! Movements of protected accounts that no other account has: an amount with its day that singles somebody out.

use std::collections::BTreeMap;

use crate::case::column;
use crate::model::{Amount, Date};
use crate::sql::Session;
use crate::steps::StepError;
use crate::victims::release::Why;
use crate::victims::release::small_groups::{Quote, Quotes};

const ONCE: &str = "
    SELECT booking_date, amount, min(account_id) AS account_id
    FROM entries
    WHERE booking_date IS NOT NULL AND amount IS NOT NULL
    GROUP BY booking_date, amount
    HAVING count(DISTINCT account_id) = 1";

/// The movements of these accounts whose day and amount occur on no other account.
pub(super) fn quotes(
    session: &Session,
    accounts: &BTreeMap<String, (String, Why)>,
) -> Result<Quotes, StepError> {
    let mut found = Vec::new();
    for batch in session.query(ONCE, &[])? {
        let day = column::date(&batch, "booking_date")?;
        let amount = column::decimal(&batch, "amount")?;
        let account = column::text(&batch, "account_id")?;
        for row in 0..batch.num_rows() {
            let Some((person, why)) = accounts.get(account.value(row)) else {
                continue;
            };
            // An amount of the tables has 64 bits.
            let Ok(scaled) = i64::try_from(amount.value(row)) else {
                continue;
            };
            found.push(Quote {
                person: person.clone(),
                why: *why,
                date: Date(day.value(row)),
                amount: Amount::from_scaled(scaled),
            });
        }
    }
    Ok(Quotes::new(&found))
}
