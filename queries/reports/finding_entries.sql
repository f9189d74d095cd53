-- The entries that each finding rests on, in order of time, with the place in the file.
SELECT f.finding_id, f.role, e.entry_id, e.account_id, e.booking_date, e.booked_at, e.time_precision, e.direction,
       e.amount, coalesce(e.currency, '') AS currency, e.asset, e.quantity, e.counterparty_account_id,
       e.counterparty_name, e.counterparty_status, e.channel, e.source_id, e.locator, e.byte_start, e.byte_end,
       row_number() OVER (
           PARTITION BY f.finding_id
           ORDER BY coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')),
                    e.entry_id, f.role) AS position
FROM finding_entries AS f
JOIN entries AS e ON e.entry_id = f.entry_id
ORDER BY f.finding_id, position
