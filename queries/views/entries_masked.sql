-- Entries as they are shown: what tells the other side of a row that says something of health, sex life, belief or
-- politics (Directive (EU) 2016/680 Art. 10) is masked; `masked` says of which.
SELECT e.entry_id, e.account_id, e.statement_id, e.sequence, e.booking_date, e.value_date, e.booked_at, e.time_precision,
       e.direction, e.amount, e.currency, e.asset, e.quantity, e.balance_after, e.channel,
       CASE WHEN e.special AND e.counterparty_name IS NOT NULL THEN '[special category: masked]'
            ELSE e.counterparty_name END AS counterparty_name,
       CASE WHEN e.special AND e.counterparty_account IS NOT NULL THEN '[special category: masked]'
            ELSE e.counterparty_account END AS counterparty_account,
       e.counterparty_account_id, e.counterparty_bank,
       CASE WHEN e.special THEN NULL ELSE e.counterparty_identifier END AS counterparty_identifier,
       e.counterparty_country, e.counterparty_status,
       CASE WHEN e.special THEN NULL ELSE e.merchant_category END AS merchant_category,
       CASE WHEN e.special THEN NULL ELSE e.terminal END AS terminal,
       e.city, e.country,
       CASE WHEN e.special THEN NULL ELSE e.purpose END AS purpose,
       CASE WHEN e.special AND e.remittance IS NOT NULL THEN '[special category: masked]'
            ELSE e.remittance END AS remittance,
       CASE WHEN e.special THEN NULL ELSE e.end_to_end_id END AS end_to_end_id,
       CASE WHEN e.special THEN NULL ELSE e.bank_reference END AS bank_reference,
       e.bank_code, e.reversal, e.origin, e.source_id, e.locator, e.byte_start, e.byte_end, e.special AS masked
FROM (
    SELECT *, special_category(counterparty_name, remittance, merchant_category, purpose) AS special FROM entries
) AS e
