//! Views that rules and analysts share, so that what every query begins with stands in one place.

use std::sync::Arc;

use datafusion::datasource::ViewTable;
use datafusion::prelude::SessionContext;

use super::SqlError;
use crate::case::{Case, Table};

/// Entries without copies of the same booking, without what was taken back and without what says neither amount nor day.
const MOVEMENTS: &str = "
    SELECT e.entry_id, e.account_id, e.direction, e.amount, coalesce(e.currency, '') AS currency, e.channel,
           e.counterparty_name, e.counterparty_account_id, e.counterparty_country, e.counterparty_status,
           e.merchant_category, e.terminal, e.city, e.country, e.purpose, e.remittance, e.balance_after,
           coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')) AS at,
           coalesce(e.booking_date, CAST(e.booked_at AS DATE)) AS day,
           (e.booked_at IS NULL OR coalesce(e.time_precision, '') = 'day') AS day_only,
           CASE WHEN e.booked_at IS NULL OR e.time_precision = 'day' THEN NULL
                ELSE arrow_cast(e.booked_at, 'Int64') / 60000000 % 1440 END AS minute_of_day,
           arrow_cast(coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')), 'Int64')
               / 1000000 AS second,
           CAST(date_part('year', coalesce(e.booking_date, CAST(e.booked_at AS DATE))) AS BIGINT) * 12
               + CAST(date_part('month', coalesce(e.booking_date, CAST(e.booked_at AS DATE))) AS BIGINT) AS month,
           coalesce(e.counterparty_account_id, nullif(lower(trim(e.counterparty_name)), '')) AS other
    FROM entries e {copies}
    WHERE NOT e.reversal AND e.amount IS NOT NULL AND (e.booked_at IS NOT NULL OR e.booking_date IS NOT NULL)";
const COPIES: &str = "LEFT ANTI JOIN
    (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
    ON e.entry_id = copies.entry_id";

/// Who has to do with which account, with what registers say of them.
const HOLDERS_OF: &str = "
    SELECT h.account_id, h.party_id, h.role, h.from_date, h.to_date, p.kind, p.name, p.birth_date, p.phone, p.email, p.address
    FROM account_holders h JOIN parties p ON p.party_id = h.party_id";

/// Accounts that one party alone holds; who may act on an account without holding it does not count.
const SOLE_HOLDERS: &str = "
    SELECT h.account_id, min(h.party_id) AS party_id, min(p.kind) AS kind
    FROM account_holders h JOIN parties p ON p.party_id = h.party_id
    WHERE h.role <> 'mandate'
    GROUP BY h.account_id HAVING count(DISTINCT h.party_id) = 1";

/// Registers the views over the tables of a session.
pub(super) async fn register(context: &SessionContext, case: &Case) -> Result<(), SqlError> {
    // A join with nothing is not for nothing over ten million rows.
    let copies = match case.manifest().rows(Table::SameEntries) {
        0 => "",
        _ => COPIES,
    };
    let movements = MOVEMENTS.replace("{copies}", copies);
    for (name, sql) in [
        ("movements", movements.as_str()),
        ("holders_of", HOLDERS_OF),
        ("sole_holders", SOLE_HOLDERS),
    ] {
        let fault = |error: datafusion::common::DataFusionError| SqlError::Run {
            reason: format!("view {name}: {error}"),
            hint: String::new(),
        };
        let plan = context.state().create_logical_plan(sql).await.map_err(fault)?;
        let view = ViewTable::new(plan, Some(sql.to_owned()));
        context.register_table(name, Arc::new(view)).map_err(fault)?;
    }
    Ok(())
}
