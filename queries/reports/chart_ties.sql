-- Money from one account to another by month: what the link chart draws and what its filters add up. Accounts go by their ids.
SELECT payer_account, payee_account, coalesce(currency, '') AS currency,
       CAST(date_part('year', at) AS INT) AS year, CAST(date_part('month', at) AS INT) AS month,
       count(*) AS transfers, sum(amount) AS amount, min(at) AS first_at, max(at) AS last_at
FROM transfers
WHERE payer_account <> payee_account AND amount IS NOT NULL
  AND payer_account NOT LIKE 'u-%' AND payee_account NOT LIKE 'u-%'
GROUP BY payer_account, payee_account, coalesce(currency, ''),
         CAST(date_part('year', at) AS INT), CAST(date_part('month', at) AS INT)
ORDER BY payer_account, payee_account, currency, year, month
