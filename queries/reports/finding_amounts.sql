-- What the transfers of each finding add up to, by currency and direction as seen from the account it is about. A transfer
-- counts once, whichever of its legs are cited; what passes between other accounts is not the account's. Where a finding
-- is about no account, its entries count as they stand.
WITH cited AS (
    SELECT DISTINCT finding_entries.finding_id, finding_entries.entry_id, findings.account_id AS about
    FROM finding_entries
    JOIN findings ON findings.finding_id = finding_entries.finding_id
),
legs AS (
    -- A payment inside a batch counts with its own amount, not the batch's.
    SELECT debit_entry AS entry_id, transfer_id, payer_account, payee_account,
           CASE WHEN debit_detail IS NOT NULL THEN amount END AS part
    FROM transfers WHERE debit_entry IS NOT NULL
    UNION ALL
    SELECT credit_entry, transfer_id, payer_account, payee_account,
           CASE WHEN credit_detail IS NOT NULL THEN payee_amount END
    FROM transfers WHERE credit_entry IS NOT NULL
),
seen AS (
    SELECT cited.finding_id,
           CASE
               WHEN cited.about IS NULL OR e.account_id = cited.about THEN e.direction
               WHEN coalesce(legs.payee_account, e.counterparty_account_id) = cited.about AND e.direction = 'debit'
                   THEN 'credit'
               WHEN coalesce(legs.payer_account, e.counterparty_account_id) = cited.about AND e.direction = 'credit'
                   THEN 'debit'
           END AS direction,
           coalesce(e.currency, '') AS currency,
           CASE WHEN cited.about IS NULL THEN e.amount ELSE coalesce(legs.part, e.amount) END AS amount,
           row_number() OVER (
               PARTITION BY cited.finding_id,
                   CASE WHEN cited.about IS NULL THEN e.entry_id ELSE coalesce(legs.transfer_id, e.entry_id) END
               ORDER BY CASE WHEN e.account_id = cited.about THEN 0 ELSE 1 END, e.entry_id) AS place
    FROM cited
    JOIN entries AS e ON e.entry_id = cited.entry_id
    LEFT JOIN legs ON legs.entry_id = cited.entry_id
    WHERE e.amount IS NOT NULL
)
SELECT finding_id, direction, currency, count(*) AS entries, sum(amount) AS amount
FROM seen
WHERE place = 1 AND direction IS NOT NULL
GROUP BY finding_id, direction, currency
ORDER BY finding_id, direction, currency
