-- What is known of the other side, by currency: entries and value; counted once.
SELECT coalesce(e.currency, '') AS currency, e.counterparty_status AS status, count(*) AS entries,
       sum(e.amount) AS amount
FROM entries AS e
LEFT ANTI JOIN (
    SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')
) AS again ON again.entry_id = e.entry_id
WHERE e.amount IS NOT NULL
GROUP BY coalesce(e.currency, ''), e.counterparty_status
ORDER BY currency, status
