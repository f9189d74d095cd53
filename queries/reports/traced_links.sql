-- The picture of claimed money: what went from where to where under a method, in each currency the thirty largest links; of
-- the others, what leaves an account that is drawn is gathered. `page` is `all`, or `apart`, where accounts of possible
-- victims are one node and the amounts of a kind and method that would tell what lies there are withheld. Claims go by
-- the number of their ground. What stays on an account goes to the end `held`.
WITH grounds AS (
    SELECT label, kind, row_number() OVER (ORDER BY first_at NULLS LAST, label, kind) AS ground
    FROM (SELECT label, kind, min(at) AS first_at FROM claims GROUP BY label, kind)
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
flows AS (
    SELECT f.method, f.kind, f.from_kind,
           CASE WHEN f.from_kind = 'claim' THEN coalesce(CAST(g.ground AS VARCHAR), '') ELSE f.from_id END AS from_id,
           f.to_kind, f.to_id, f.currency, f.amount, f.transfers
    FROM traced_flows AS f LEFT JOIN grounds AS g ON f.from_kind = 'claim' AND g.label = f.from_id AND g.kind = f.kind
    UNION ALL
    SELECT method, kind, 'account', account_id, ends, '', currency, sum(amount), 0
    FROM lots
    WHERE ends IN ('held', 'overdraft') AND account_id IS NOT NULL AND method <> 'exposure'
      AND method IN (SELECT method FROM traced_flows)
    GROUP BY method, kind, account_id, ends, currency
),
pages AS (
    SELECT 'all' AS page, method, kind, from_kind, from_id, to_kind, to_id, currency, amount, transfers FROM flows
    UNION ALL
    SELECT 'apart', f.method, f.kind,
           CASE WHEN a.account_id IS NULL THEN f.from_kind ELSE 'protected' END,
           CASE WHEN a.account_id IS NULL THEN f.from_id ELSE '' END,
           CASE WHEN b.account_id IS NULL THEN f.to_kind ELSE 'protected' END,
           CASE WHEN b.account_id IS NULL THEN f.to_id ELSE '' END, f.currency, f.amount, f.transfers
    FROM flows AS f LEFT JOIN guarded AS a ON a.account_id = f.from_id LEFT JOIN guarded AS b ON b.account_id = f.to_id
    -- What lies on their accounts is not told.
    WHERE NOT (a.account_id IS NOT NULL AND f.to_kind IN ('held', 'overdraft'))
),
ranked AS (
    SELECT page, method, kind, from_kind, from_id, to_kind, to_id, currency, sum(amount) AS amount,
           sum(transfers) AS transfers,
           row_number() OVER (PARTITION BY page, method, currency
                              ORDER BY sum(amount) DESC, kind, from_kind, from_id, to_kind, to_id) AS position
    FROM pages
    GROUP BY page, method, kind, from_kind, from_id, to_kind, to_id, currency
    HAVING sum(amount) > 0
),
drawn AS (
    SELECT page, method, currency, from_kind AS node_kind, from_id AS node_id FROM ranked WHERE position <= 30
    UNION
    SELECT page, method, currency, to_kind, to_id FROM ranked WHERE position <= 30
),
gathered AS (
    SELECT page, method, kind, from_kind, from_id, to_kind, to_id, currency, amount, transfers, 1 AS links, 0 AS is_rest
    FROM ranked WHERE position <= 30
    UNION ALL
    SELECT r.page, r.method, r.kind, r.from_kind, r.from_id, 'others', '', r.currency, sum(r.amount), sum(r.transfers), count(*), 1
    FROM ranked AS r
    JOIN drawn AS d ON d.page = r.page AND d.method = r.method AND d.currency = r.currency AND d.node_kind = r.from_kind
                   AND d.node_id = r.from_id
    WHERE r.position > 30
    GROUP BY r.page, r.method, r.kind, r.from_kind, r.from_id, r.currency
)
SELECT page, method, currency,
       row_number() OVER (PARTITION BY page, method, currency
                          ORDER BY is_rest, w IS NOT NULL, CASE WHEN w IS NULL THEN amount END DESC, kind, from_kind, from_id,
                                   to_kind, to_id) AS number,
       kind, from_kind, from_id, to_kind, to_id, CASE WHEN w IS NULL THEN amount END AS amount, transfers, links, flows
FROM gathered
JOIN (SELECT page AS p, method AS m, currency AS c, max(position) AS flows FROM ranked GROUP BY page, method, currency) AS counted
    ON p = page AND m = method AND c = currency
LEFT JOIN (SELECT DISTINCT 'apart' AS at, kind AS w, method AS under FROM withheld) AS hidden
    ON at = page AND w = kind AND under = method
ORDER BY page, currency, method, number
