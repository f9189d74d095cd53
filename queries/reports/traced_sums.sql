-- What proves a trace: what was claimed, by ground and currency, beside the sum of all its ends under each method, in the
-- claims' own currency. `grown` is by how much what is there now passes that, through interest and gains, or falls short of
-- it, through losses; empty where some of it is in another currency. Exposure and shares of balances at the end are no
-- sums of what was claimed.
WITH grounds AS (
    SELECT label, kind, row_number() OVER (ORDER BY first_at NULLS LAST, label, kind) AS ground
    FROM (SELECT label, kind, min(at) AS first_at FROM claims GROUP BY label, kind)
),
claimed AS (
    SELECT label, kind, coalesce(currency, '') AS currency, sum(amount) AS claimed
    FROM claims WHERE refused IS NULL GROUP BY label, kind, coalesce(currency, '')
),
ends AS (
    SELECT c.label, c.kind, coalesce(c.currency, '') AS currency, l.method, sum(l.claimed) AS ends,
           CASE WHEN count(*) = count(CASE WHEN l.currency = coalesce(c.currency, '') THEN 1 END)
                THEN sum(l.amount) - sum(l.claimed) END AS grown
    FROM lots AS l JOIN claims AS c ON c.claim_id = l.claim_id
    GROUP BY c.label, c.kind, coalesce(c.currency, ''), l.method
)
SELECT g.ground, c.label, c.kind, c.currency, e.method, c.claimed, e.ends, e.ends = c.claimed AS agrees, e.grown
FROM claimed AS c
JOIN grounds AS g ON g.label = c.label AND g.kind = c.kind
LEFT JOIN ends AS e ON e.label = c.label AND e.kind = c.kind AND e.currency = c.currency
ORDER BY ground, currency, method
