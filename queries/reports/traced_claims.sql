-- What is claimed, by the grounds (label and kind) of the other queries on tracing, with why a claim is not traced.
WITH grounds AS (
    SELECT label, kind, row_number() OVER (ORDER BY first_at NULLS LAST, label, kind) AS ground
    FROM (SELECT label, kind, min(at) AS first_at FROM claims GROUP BY label, kind)
)
SELECT g.ground, row_number() OVER (PARTITION BY g.ground ORDER BY c.at NULLS LAST, c.claim_id) AS number,
       row_number() OVER (ORDER BY g.ground, c.at NULLS LAST, c.claim_id) AS position,
       c.claim_id, c.label, c.kind, c.entry_id, c.transfer_id, c.account_id, c.at, c.amount, c.currency, c.given, c.refused
FROM claims AS c JOIN grounds AS g ON g.label = c.label AND g.kind = c.kind
ORDER BY ground, number
