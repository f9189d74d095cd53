-- Accounts that the records name and whose own statements were not received, by value in each currency.
WITH seen AS (
    SELECT e.counterparty_account_id AS account_id, coalesce(e.currency, '') AS currency, count(*) AS entries,
           sum(e.amount) AS amount, min(e.booking_date) AS first_day, max(e.booking_date) AS last_day
    FROM entries AS e
    LEFT ANTI JOIN (
    SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')
) AS again ON again.entry_id = e.entry_id
    JOIN accounts AS a ON a.account_id = e.counterparty_account_id
    WHERE NOT a.seized AND e.amount IS NOT NULL
    GROUP BY e.counterparty_account_id, coalesce(e.currency, '')
)
SELECT a.number, a.holder_name AS name, a.bank, s.currency, s.entries, s.amount, s.first_day, s.last_day, s.account_id,
       row_number() OVER (PARTITION BY s.currency ORDER BY s.amount DESC, s.account_id) AS position
FROM seen AS s
JOIN accounts_masked AS a ON a.account_id = s.account_id
ORDER BY currency, position
