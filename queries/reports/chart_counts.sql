-- How many accounts and ties between them the link chart could draw, and how many it draws. `page` is `all`, or `apart`,
-- where accounts of possible victims are one and what moved there is one tie to or from each other account.
WITH sole AS (
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
-- Cash and the bank of an account are its own.
sides AS (
    SELECT account_id AS id FROM guarded
    UNION ALL SELECT concat('c-', account_id) FROM guarded
    UNION ALL SELECT concat('b-', account_id) FROM guarded
),
pairs AS (
    SELECT DISTINCT payer_account AS payer, payee_account AS payee, coalesce(currency, '') AS currency
    FROM transfers
    WHERE payer_account <> payee_account AND amount IS NOT NULL
      AND payer_account NOT LIKE 'u-%' AND payee_account NOT LIKE 'u-%'
),
ties AS (
    SELECT 'all' AS page, payer, payee, currency FROM pairs
    UNION ALL
    SELECT DISTINCT 'apart', CASE WHEN a.id IS NULL THEN p.payer ELSE '' END,
           CASE WHEN b.id IS NULL THEN p.payee ELSE '' END,
           CASE WHEN a.id IS NULL AND b.id IS NULL THEN p.currency ELSE '' END
    FROM pairs AS p LEFT JOIN sides AS a ON a.id = p.payer LEFT JOIN sides AS b ON b.id = p.payee
    WHERE a.id IS NULL OR b.id IS NULL
),
accounts AS (
    SELECT page, id, count(*) AS ties
    FROM (SELECT page, payer AS id FROM ties UNION ALL SELECT page, payee FROM ties)
    GROUP BY page, id
),
found AS (
    SELECT account_id AS id FROM findings WHERE account_id IS NOT NULL
    UNION SELECT exit_account FROM findings WHERE exit_account IS NOT NULL
),
traced AS (
    SELECT from_id AS id FROM traced_flows WHERE from_kind IN ('account', 'out of records')
    UNION SELECT to_id FROM traced_flows WHERE to_kind IN ('account', 'out of records')
),
ranked AS (
    SELECT a.page, a.id,
           row_number() OVER (
               PARTITION BY a.page
               ORDER BY CASE WHEN a.id = '' THEN 0 WHEN f.id IS NOT NULL THEN 1 WHEN t.id IS NOT NULL THEN 2 ELSE 3 END,
                        a.ties DESC, a.id
           ) AS position
    FROM accounts AS a LEFT JOIN found AS f ON f.id = a.id LEFT JOIN traced AS t ON t.id = a.id
),
between_drawn AS (
    SELECT t.page, count(*) AS ties
    FROM ties AS t
    JOIN ranked AS a ON a.page = t.page AND a.id = t.payer AND a.position <= 5000
    JOIN ranked AS b ON b.page = t.page AND b.id = t.payee AND b.position <= 5000
    GROUP BY t.page
),
counted AS (SELECT page, count(*) AS accounts FROM accounts GROUP BY page),
tied AS (SELECT page, count(*) AS ties FROM ties GROUP BY page)
SELECT c.page, c.accounts, least(c.accounts, 5000) AS accounts_drawn, t.ties,
       least(coalesce(b.ties, 0), 20000) AS ties_drawn
FROM counted AS c JOIN tied AS t ON t.page = c.page LEFT JOIN between_drawn AS b ON b.page = c.page
ORDER BY c.page
