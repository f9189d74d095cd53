-- Where claimed money went: a row a ground (label and kind of claims, numbered by their first day), place and method. Places
-- are numbered by the most that a method leaves there, exposure aside, since it counts money more than once; `place_apart`
-- numbers those whose holder is no possible victim. `high` is never more than can have flowed there, and empty where
-- no most is known.
WITH grounds AS (
    SELECT label, kind, row_number() OVER (ORDER BY first_at NULLS LAST, label, kind) AS ground
    FROM (SELECT label, kind, min(at) AS first_at FROM claims GROUP BY label, kind)
),
claimed AS (
    SELECT label, kind, currency, sum(amount) AS claimed FROM claims WHERE refused IS NULL GROUP BY label, kind, currency
),
guarded AS (
    SELECT h.account_id FROM account_holders AS h JOIN parties AS p ON p.party_id = h.party_id WHERE p.category = 'victim or possible victim'
    UNION
    SELECT account_id FROM findings WHERE gate <> 'open' AND account_id IS NOT NULL
),
sums AS (
    SELECT label, kind, ends, coalesce(account_id, '') AS account_id, coalesce(asset, '') AS asset,
           coalesce(told, '') AS told, currency, method,
           -- Two claims that touch the same money touch no more of it.
           CASE WHEN method = 'exposure' THEN max(amount) ELSE sum(amount) END AS amount, sum(low) AS low,
           CASE WHEN count(high) = count(*) THEN sum(high) END AS high,
           max(bound) AS bound, max(most_by_flow) AS most_by_flow
    FROM lots
    GROUP BY label, kind, ends, coalesce(account_id, ''), coalesce(asset, ''), coalesce(told, ''), currency, method
),
places AS (
    SELECT label, kind, ends, account_id, asset, told, currency, max(most_by_flow) AS most_by_flow,
           max(CASE WHEN method <> 'exposure' THEN amount ELSE 0 END) AS most,
           max(CASE WHEN method <> 'exposure' THEN high ELSE 0 END) AS most_high
    FROM sums
    GROUP BY label, kind, ends, account_id, asset, told, currency
),
ranked AS (
    SELECT g.ground, p.label, p.kind, p.ends, p.account_id, p.asset, p.told, p.currency, p.most_by_flow,
           w.account_id IS NOT NULL AS guarded,
           row_number() OVER (PARTITION BY g.ground
                              ORDER BY p.most DESC, p.most_high DESC, p.ends, p.account_id, p.asset, p.told, p.currency) AS place,
           row_number() OVER (PARTITION BY g.ground, w.account_id IS NOT NULL
                              ORDER BY p.most DESC, p.most_high DESC, p.ends, p.account_id, p.asset, p.told, p.currency) AS place_apart
    FROM places AS p
    JOIN grounds AS g ON g.label = p.label AND g.kind = p.kind
    LEFT JOIN guarded AS w ON w.account_id = p.account_id
)
SELECT r.ground, r.place, r.place_apart, r.guarded, r.label, r.kind, r.ends, r.account_id, r.asset, r.told, s.method,
       r.currency, s.amount, s.low, least(s.high, greatest(coalesce(r.most_by_flow, s.high), s.amount)) AS high, s.bound,
       c.claimed, r.most_by_flow
FROM sums AS s
JOIN ranked AS r ON r.label = s.label AND r.kind = s.kind AND r.ends = s.ends AND r.account_id = s.account_id
                AND r.asset = s.asset AND r.told = s.told AND r.currency = s.currency
LEFT JOIN claimed AS c ON c.label = s.label AND c.kind = s.kind AND c.currency = s.currency
ORDER BY ground, place, method
