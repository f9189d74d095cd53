-- What the entries of each finding add up to, by direction and currency; an entry counts once in a finding.
SELECT f.finding_id, e.direction, coalesce(e.currency, '') AS currency, count(*) AS entries, sum(e.amount) AS amount
FROM (SELECT DISTINCT finding_id, entry_id FROM finding_entries) AS f
JOIN entries AS e ON e.entry_id = f.entry_id
WHERE e.amount IS NOT NULL
GROUP BY f.finding_id, e.direction, coalesce(e.currency, '')
ORDER BY f.finding_id, direction, currency
