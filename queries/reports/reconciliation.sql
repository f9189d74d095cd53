-- Each account and currency: the first opening balance, what came in and went out by its statements, the last closing
-- balance, what these leave over, and what the statements prove. A statement that stands twice counts once.
WITH once AS (
    SELECT account_id, coalesce(currency, '') AS currency, from_date, to_date, opening_balance, closing_balance, entries,
           credits, debits, min(verdict) AS verdict, min(statement_id) AS statement_id
    FROM statements
    GROUP BY account_id, coalesce(currency, ''), from_date, to_date, opening_balance, closing_balance, entries, credits, debits
),
placed AS (
    SELECT *,
           row_number() OVER (PARTITION BY account_id, currency ORDER BY from_date NULLS LAST, to_date, statement_id) AS from_first,
           row_number() OVER (PARTITION BY account_id, currency ORDER BY from_date DESC NULLS FIRST, to_date DESC, statement_id DESC)
               AS from_last
    FROM once
),
sums AS (
    SELECT account_id, currency, count(*) AS statements, min(from_date) AS from_date, max(to_date) AS to_date,
           sum(entries) AS entries, sum(credits) AS credits, sum(debits) AS debits,
           max(CASE WHEN from_first = 1 THEN opening_balance END) AS opening,
           max(CASE WHEN from_last = 1 THEN closing_balance END) AS closing,
           sum(CASE WHEN verdict = 'verified' THEN 1 ELSE 0 END) AS verified,
           max(CASE verdict WHEN 'failed' THEN 3 WHEN 'discrepancy' THEN 2 WHEN 'not verifiable' THEN 1 ELSE 0 END) AS worst
    FROM placed
    GROUP BY account_id, currency
),
told AS (
    SELECT *, CAST(opening + credits - debits - closing AS DECIMAL(28, 4)) AS difference FROM sums
)
SELECT account_id, currency, statements, from_date, to_date, entries, opening, credits, debits, closing, difference, verified,
       CASE worst WHEN 3 THEN 'failed' WHEN 2 THEN 'discrepancy' WHEN 1 THEN 'not verifiable'
            ELSE CASE WHEN difference <> 0 THEN 'does not run on' ELSE 'verified' END END AS verdict,
       CASE worst WHEN 3 THEN 0 WHEN 2 THEN 1 WHEN 1 THEN 3 ELSE CASE WHEN difference <> 0 THEN 2 ELSE 4 END END
           AS place_of_verdict
FROM told
ORDER BY place_of_verdict, account_id, currency
