-- Accounts on which claimed money is held, by method: where freezing can be asked for. Those of people who may be victims are in no such list.
WITH told AS (
    SELECT account_id, party_id FROM findings WHERE gate <> 'open' OR describes = 'exploited'
),
people AS (
    SELECT party_id FROM parties WHERE category = 'victim or possible victim'
    UNION
    SELECT party_id FROM told WHERE party_id IS NOT NULL
    UNION
    SELECT h.party_id FROM told JOIN account_holders AS h ON h.account_id = told.account_id WHERE h.role <> 'mandate'
),
guarded AS (
    SELECT h.account_id FROM account_holders AS h JOIN people ON people.party_id = h.party_id
    UNION
    SELECT account_id FROM told WHERE account_id IS NOT NULL
)
SELECT l.method, l.currency, a.number, a.holder_name AS name, a.bank, sum(l.amount) AS amount,
       count(DISTINCT l.claim_id) AS claims, l.account_id
FROM lots AS l
LEFT ANTI JOIN guarded AS g ON g.account_id = l.account_id
LEFT JOIN accounts_masked AS a ON a.account_id = l.account_id
WHERE l.ends = 'held' AND l.amount > 0
GROUP BY l.method, l.currency, a.number, a.holder_name, a.bank, l.account_id
ORDER BY l.method, l.currency, amount DESC, l.account_id
