-- Accounts that one party alone holds; who may act on an account without holding it does not count.
    SELECT h.account_id, min(h.party_id) AS party_id, min(p.kind) AS kind
    FROM account_holders h JOIN parties p ON p.party_id = h.party_id
    WHERE h.role <> 'mandate'
    GROUP BY h.account_id HAVING count(DISTINCT h.party_id) = 1
