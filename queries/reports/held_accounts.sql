-- Accounts on which claimed money is held, by method: where freezing can be asked for. Those of people who may be victims are in no such list.
SELECT l.method, l.currency, a.number, a.holder_name AS name, a.bank, sum(l.amount) AS amount,
       count(DISTINCT l.claim_id) AS claims, l.account_id
FROM lots AS l
LEFT ANTI JOIN guarded_accounts AS g ON g.account_id = l.account_id
LEFT JOIN accounts_masked AS a ON a.account_id = l.account_id
WHERE l.ends = 'held' AND l.amount > 0
GROUP BY l.method, l.currency, a.number, a.holder_name, a.bank, l.account_id
ORDER BY l.method, l.currency, amount DESC, l.account_id
