-- The entries that each finding rests on, in order of time, with the place in the file.
SELECT e.finding_id, e.role, e.entry_id, e.account_id, e.booking_date, e.booked_at, e.time_precision, e.direction,
       e.amount, coalesce(e.currency, '') AS currency, e.asset, e.quantity, e.counterparty_account_id,
       e.masked,
       CASE WHEN e.masked AND e.counterparty_name IS NOT NULL THEN '[special category: masked]'
            ELSE e.counterparty_name END AS counterparty_name, e.counterparty_status, e.channel, e.source_id, e.locator, e.byte_start, e.byte_end,
       row_number() OVER (
           PARTITION BY e.finding_id
           ORDER BY coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')),
                    e.entry_id, e.role) AS position
FROM (
    -- Looked at behind the join: of ten million entries findings rest on thousands.
    SELECT f.finding_id, f.role, e.*,
           special_category(e.counterparty_name, e.remittance, e.merchant_category, e.purpose) AS masked
    FROM finding_entries AS f
    JOIN entries AS e ON e.entry_id = f.entry_id
) AS e
ORDER BY e.finding_id, position
