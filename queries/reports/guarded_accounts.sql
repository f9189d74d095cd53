-- Accounts whose holder may be a victim: because a person said so, or because the control gate of a finding is not open.
SELECT h.account_id FROM account_holders AS h JOIN parties AS p ON p.party_id = h.party_id WHERE p.category = 'victim or possible victim'
UNION
SELECT account_id FROM findings WHERE gate <> 'open' AND account_id IS NOT NULL
ORDER BY account_id
