-- Where claimed money went: a row a ground (label and kind of claims, numbered by their first day), place and method. Places
-- are numbered by the most that a method leaves there, exposure aside, since it counts money more than once; `place_apart`
-- numbers those whose holder is no possible victim. `high` is never more than can have flowed there, exposure aside, and
-- empty where no most is known. `withheld` are the amounts of a ground and method under which money lies on an account of
-- a possible victim: where names must not be seen none of them is told, since what is left of the sum would tell it.
WITH grounds AS (
    SELECT label, kind, row_number() OVER (ORDER BY first_at NULLS LAST, label, kind) AS ground
    FROM (SELECT label, kind, min(at) AS first_at FROM claims GROUP BY label, kind)
),
claimed AS (
    SELECT label, kind, currency, sum(amount) AS claimed FROM claims WHERE refused IS NULL GROUP BY label, kind, currency
),
sole AS (
    SELECT account_id, min(party_id) AS party_id FROM account_holders WHERE role = 'holder'
    GROUP BY account_id HAVING count(DISTINCT party_id) = 1
),
guarded AS (
    SELECT h.account_id FROM account_holders AS h JOIN parties AS p ON p.party_id = h.party_id
    WHERE h.role = 'holder' AND p.category = 'victim or possible victim'
    UNION
    SELECT account_id FROM findings WHERE (gate <> 'open' OR describes = 'exploited') AND account_id IS NOT NULL
    UNION
    SELECT o.account_id
    FROM findings AS f JOIN sole AS s ON s.account_id = f.account_id JOIN sole AS o ON o.party_id = s.party_id
    WHERE f.gate <> 'open' OR f.describes = 'exploited'
    UNION
    SELECT e.account_id
    FROM findings AS f JOIN finding_entries AS c ON c.finding_id = f.finding_id JOIN entries AS e ON e.entry_id = c.entry_id
    WHERE f.describes = 'exploited' AND f.account_id IS NULL AND f.party_id IS NULL
),
withheld AS (
    SELECT l.label, l.kind, l.method FROM lots AS l JOIN guarded AS w ON w.account_id = l.account_id
    WHERE l.amount <> 0 OR l.low <> 0 OR l.high IS NULL OR l.high <> 0
    UNION
    SELECT l.label, l.kind, 'exposure' FROM lots AS l JOIN guarded AS w ON w.account_id = l.account_id
    WHERE l.amount <> 0 OR l.low <> 0 OR l.high IS NULL OR l.high <> 0
),
sums AS (
    SELECT label, kind, ends, coalesce(account_id, '') AS account_id, coalesce(asset, '') AS asset,
           coalesce(told, '') AS told, currency, method, sum(amount) AS amount, sum(low) AS low,
           CASE WHEN count(high) = count(*) THEN sum(high) END AS high,
           -- What each of several open lots can have need not be there at once.
           CASE WHEN max(bound) = 'outer' OR count(*) - count(CASE WHEN low = high THEN 1 END) > 1 THEN 'outer' ELSE 'exact' END
               AS bound,
           max(most_by_flow) AS most_by_flow
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
SELECT r.ground, r.place, r.place_apart, r.guarded, v.method IS NOT NULL AS withheld, r.label, r.kind, r.ends, r.account_id,
       r.asset, r.told, s.method, r.currency, s.amount, s.low,
       -- The least of a number and of what is not known would be the number.
       CASE WHEN s.high IS NULL OR s.method = 'exposure' OR r.most_by_flow IS NULL THEN s.high
            ELSE least(s.high, greatest(r.most_by_flow, s.amount)) END AS high,
       s.bound, c.claimed, r.most_by_flow
FROM sums AS s
JOIN ranked AS r ON r.label = s.label AND r.kind = s.kind AND r.ends = s.ends AND r.account_id = s.account_id
                AND r.asset = s.asset AND r.told = s.told AND r.currency = s.currency
LEFT JOIN claimed AS c ON c.label = s.label AND c.kind = s.kind AND c.currency = s.currency
LEFT JOIN withheld AS v ON v.label = s.label AND v.kind = s.kind AND v.method = s.method
ORDER BY ground, place, method
