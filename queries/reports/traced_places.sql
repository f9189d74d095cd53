-- Where claimed money is, by label, method and place; amounts of claims with one label and kind together.
SELECT l.label, l.kind, l.method, l.ends, coalesce(a.number, l.account_id) AS number, a.holder_name AS name, l.asset, l.told,
       l.currency, sum(l.amount) AS amount, count(*) AS lots, l.account_id,
       row_number() OVER (PARTITION BY l.label, l.kind, l.method ORDER BY sum(l.amount) DESC, l.ends, l.account_id, l.asset,
                          l.told, l.currency) AS position
FROM lots AS l
LEFT JOIN accounts AS a ON a.account_id = l.account_id
WHERE l.amount > 0
GROUP BY l.label, l.kind, l.method, l.ends, a.number, a.holder_name, l.account_id, l.asset, l.told, l.currency
ORDER BY l.label, l.kind, l.method, position
