-- Money from one account to another over the whole period, largest first in each currency.
WITH flows AS (
    SELECT payer_account, payee_account, coalesce(currency, '') AS currency, count(*) AS transfers,
           sum(amount) AS amount, min(at) AS first_at, max(at) AS last_at
    FROM transfers
    WHERE payer_account <> payee_account AND amount IS NOT NULL
      AND payer_account NOT LIKE 'u-%' AND payee_account NOT LIKE 'u-%'
    GROUP BY payer_account, payee_account, coalesce(currency, '')
)
SELECT payer_account, payee_account, currency, transfers, amount, first_at, last_at,
       row_number() OVER (PARTITION BY currency ORDER BY amount DESC, payer_account, payee_account) AS position,
       count(*) OVER (PARTITION BY currency) AS flows,
       sum(transfers) OVER (PARTITION BY currency) AS all_transfers
FROM flows
ORDER BY currency, position
