-- Payments inside batch entries, each with the transfer that it is.
WITH tied AS (
    SELECT debit_detail AS detail_id, transfer_id, match_reason FROM transfers WHERE debit_detail IS NOT NULL
    UNION ALL
    SELECT credit_detail, transfer_id, match_reason FROM transfers WHERE credit_detail IS NOT NULL
)
SELECT e.booking_date, e.account_id, d.direction, d.amount, coalesce(d.currency, e.currency, '') AS currency,
       CASE WHEN d.counterparty_name IS NOT NULL
                 AND (special_category(d.counterparty_name, d.remittance, NULL, d.purpose)
                      OR special_category(e.counterparty_name, e.remittance, e.merchant_category, e.purpose))
            THEN '[special category: masked]' ELSE d.counterparty_name END AS counterparty_name,
       d.counterparty_account_id, tied.transfer_id, tied.match_reason, d.entry_id, d.detail_id
FROM entry_details AS d
JOIN entries AS e ON e.entry_id = d.entry_id
LEFT JOIN tied ON tied.detail_id = d.detail_id
ORDER BY e.booking_date, d.entry_id, d.number
