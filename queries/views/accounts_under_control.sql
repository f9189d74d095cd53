-- Accounts that show control by another, and all other accounts of whoever holds one: nobody of whom this may be so is
-- told as the one who takes.
SELECT account_id FROM control_signs WHERE controlled
UNION
SELECT theirs.account_id
FROM control_signs c
JOIN account_holders own ON own.account_id = c.account_id
JOIN account_holders theirs ON theirs.party_id = own.party_id
WHERE c.controlled AND own.role <> 'mandate' AND theirs.role <> 'mandate'
