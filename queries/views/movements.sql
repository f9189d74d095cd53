-- Entries without copies of the same booking, without what was taken back and without what says neither amount nor day.
-- `other` is who stands on the other side: an account, else a name in small letters. counterparty_country: as told, else
-- that of the other side's account where its number is an IBAN, which begins with it; told_country: as told.
    SELECT e.entry_id, e.account_id, e.direction, e.amount, coalesce(e.currency, '') AS currency, e.channel,
           e.counterparty_name, e.counterparty_account_id,
           coalesce(e.counterparty_country, CASE
               WHEN regexp_like(upper(replace(e.counterparty_account, ' ', '')), '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$')
                   THEN upper(substr(trim(e.counterparty_account), 1, 2)) END) AS counterparty_country,
           e.counterparty_country AS told_country,
           e.counterparty_status,
           e.merchant_category, e.terminal, e.city, e.country, e.purpose, e.remittance, e.balance_after,
           coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')) AS at,
           coalesce(e.booking_date, CAST(e.booked_at AS DATE)) AS day,
           (e.booked_at IS NULL OR coalesce(e.time_precision, '') = 'day') AS day_only,
           CASE WHEN e.booked_at IS NULL OR e.time_precision = 'day' THEN NULL
                ELSE arrow_cast(e.booked_at, 'Int64') / 60000000 % 1440 END AS minute_of_day,
           arrow_cast(coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')), 'Int64')
               / 1000000 AS second,
           CAST(date_part('year', coalesce(e.booking_date, CAST(e.booked_at AS DATE))) AS BIGINT) * 12
               + CAST(date_part('month', coalesce(e.booking_date, CAST(e.booked_at AS DATE))) AS BIGINT) AS month,
           coalesce(e.counterparty_account_id, nullif(lower(trim(e.counterparty_name)), '')) AS other
    FROM entries e LEFT ANTI JOIN
    (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
    ON e.entry_id = copies.entry_id
    WHERE NOT e.reversal AND e.amount IS NOT NULL AND (e.booked_at IS NOT NULL OR e.booking_date IS NOT NULL)
