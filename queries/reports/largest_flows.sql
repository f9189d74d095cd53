-- Money from one account to another over the whole period, largest first in each currency.
WITH flows AS (
    SELECT payer_account, payee_account, coalesce(currency, '') AS currency, count(*) AS transfers,
           sum(amount) AS amount, min(at) AS first_at, max(at) AS last_at
    FROM transfers
    WHERE payer_account <> payee_account AND amount IS NOT NULL
      AND payer_account NOT LIKE 'u-%' AND payee_account NOT LIKE 'u-%'
    GROUP BY payer_account, payee_account, coalesce(currency, '')
),
-- Cash and the bank itself have the account behind their letter.
named AS (
    SELECT account_id AS id, number, holder_name AS name FROM accounts_masked
    UNION ALL SELECT concat('c-', account_id), concat('cash at ', number), NULL FROM accounts
    UNION ALL SELECT concat('b-', account_id), concat('bank of ', number), NULL FROM accounts
)
SELECT payer.number AS payer_number, payer.name AS payer_name, payee.number AS payee_number, payee.name AS payee_name,
       f.currency, f.transfers, f.amount, f.first_at, f.last_at, f.payer_account, f.payee_account,
       row_number() OVER (PARTITION BY f.currency ORDER BY f.amount DESC, f.payer_account, f.payee_account) AS position,
       count(*) OVER (PARTITION BY f.currency) AS flows,
       sum(f.transfers) OVER (PARTITION BY f.currency) AS all_transfers
FROM flows AS f
LEFT JOIN named AS payer ON payer.id = f.payer_account
LEFT JOIN named AS payee ON payee.id = f.payee_account
ORDER BY currency, position
