-- Accounts where claimed money leaves the records, by method and currency, the most money first: what to request next.
SELECT l.method, l.currency, coalesce(a.number, l.account_id) AS number, a.holder_name AS name, a.bank, a.country, l.told,
       sum(l.amount) AS amount, count(DISTINCT l.claim_id) AS claims, l.account_id,
       row_number() OVER (PARTITION BY l.method, l.currency ORDER BY sum(l.amount) DESC, l.account_id, l.told) AS position
FROM lots AS l
LEFT JOIN accounts_masked AS a ON a.account_id = l.account_id
WHERE l.ends = 'out of records' AND l.amount > 0
GROUP BY l.method, l.currency, a.number, a.holder_name, a.bank, a.country, l.account_id, l.told
ORDER BY l.method, l.currency, position
