-- Days between two statements of one account for which there is no statement.
WITH ordered AS (
    SELECT account_id, coalesce(currency, '') AS currency, from_date,
           max(to_date) OVER (PARTITION BY account_id, coalesce(currency, '')
                              ORDER BY from_date, to_date, statement_id
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_to
    FROM statements
    WHERE from_date IS NOT NULL AND to_date IS NOT NULL
)
SELECT account_id, currency, covered_to, from_date,
       CAST(from_date AS INT) - CAST(covered_to AS INT) - 1 AS days
FROM ordered
WHERE CAST(from_date AS INT) > CAST(covered_to AS INT) + 1
ORDER BY days DESC, account_id, currency, from_date
