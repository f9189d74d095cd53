-- Accounts that show control by another, and all other accounts of whoever holds one: nobody of whom this may be so is
-- told as the one who takes. But who receives from several drained accounts on one that nobody empties or acts on is not
-- under control for passing money on by way of another.
SELECT account_id FROM control_signs WHERE controlled
UNION
SELECT theirs.account_id
FROM control_signs c
JOIN account_holders own ON own.account_id = c.account_id
JOIN account_holders theirs ON theirs.party_id = own.party_id
LEFT ANTI JOIN (
    SELECT held.party_id
    FROM control_signs taking JOIN account_holders held ON held.account_id = taking.account_id
    WHERE taking.feeders >= 2 AND NOT taking.controlled AND held.role = 'holder'
) AS takers ON takers.party_id = own.party_id
WHERE c.controlled AND own.role <> 'mandate' AND theirs.role <> 'mandate'
