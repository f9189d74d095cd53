-- The entries with which claimed money came, and those with which it came to an end under any method, by the grounds of
-- the other queries on tracing.
WITH grounds AS (
    SELECT label, kind, row_number() OVER (ORDER BY first_at NULLS LAST, label, kind) AS ground
    FROM (SELECT label, kind, min(at) AS first_at FROM claims GROUP BY label, kind)
),
told AS (
    SELECT DISTINCT label, kind, entry_id, 'claimed' AS role FROM claims WHERE refused IS NULL AND entry_id IS NOT NULL
    UNION ALL
    SELECT DISTINCT label, kind, entry_id, ends AS role FROM lots WHERE entry_id IS NOT NULL AND amount > 0
)
SELECT g.ground, t.role, e.entry_id, e.account_id, e.booking_date, e.booked_at, e.time_precision, e.direction,
       e.amount, coalesce(e.currency, '') AS currency, e.asset, e.quantity, e.counterparty_account_id,
       special_category(e.counterparty_name, e.remittance, e.merchant_category, e.purpose) AS masked,
       e.counterparty_name, e.counterparty_status, e.channel, e.source_id, e.locator, e.byte_start, e.byte_end,
       row_number() OVER (
           PARTITION BY g.ground
           ORDER BY CASE WHEN t.role = 'claimed' THEN 0 ELSE 1 END,
                    coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')),
                    e.entry_id, t.role) AS position
FROM told AS t
JOIN grounds AS g ON g.label = t.label AND g.kind = t.kind
JOIN entries AS e ON e.entry_id = t.entry_id
ORDER BY ground, position
