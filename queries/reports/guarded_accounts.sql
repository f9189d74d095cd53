-- Accounts whose holder may be a victim: because a person said so, or because the control gate of a finding is not
-- open or the finding describes somebody exploited; then the other accounts too that the same person holds alone. Who may
-- only sign for an account, or owns what lies there behind its holder, does not make it one. Where a finding describes
-- exploited people and names none of them, the accounts of its entries are theirs.
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
)
SELECT account_id FROM guarded
ORDER BY account_id
