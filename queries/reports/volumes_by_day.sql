-- What came in and what went out on each day, by currency; counted once.
SELECT coalesce(e.currency, '') AS currency, e.booking_date AS day, e.direction, count(*) AS entries,
       sum(e.amount) AS amount
FROM entries AS e
LEFT ANTI JOIN (
    SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')
) AS again ON again.entry_id = e.entry_id
WHERE e.amount IS NOT NULL AND e.booking_date IS NOT NULL
GROUP BY coalesce(e.currency, ''), e.booking_date, e.direction
ORDER BY currency, day, direction
