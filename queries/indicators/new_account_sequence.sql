-- id: THB-42
-- version: 2
-- title: New account, first money and payments for recruitment, travel or lodging, with another's hand on it
-- title[nl]: Nieuwe rekening, eerste geld en betalingen voor werving, reis of verblijf, met een ander die er zeggenschap over heeft
-- describes: exploited
-- form: S L
-- family: recruitment
-- gate: pass-through
-- needs: accounts.account_id, accounts.opened, movements.account_id, movements.entry_id, movements.direction,
--   movements.amount, movements.currency, movements.counterparty_account_id, movements.day, entry_marks.mark,
--   entry_marks.entry_id, sole_holders.account_id, sole_holders.party_id, account_holders.role, control_signs.account_id,
--   control_signs.exit_account, control_signs.controlled, control_signs.signs
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: span_days number 30 -- of the catalogue: from the opening to the first money and to the last such payment
-- parameter: minimum_kinds number 2 -- of recruitment, travel and lodging; one of them is a train ticket
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(opened) AS n FROM accounts) AS counted WHERE n = 0 -- the
--   days on which accounts were opened are not in these records -- ask banks for the opening dates and the files of opening
-- lack: SELECT DISTINCT s.party_id FROM sole_holders s JOIN accounts a ON a.account_id = s.account_id WHERE s.kind =
--   'person' AND a.seized AND a.opened IS NULL -- the day on which accounts of these persons were opened is not in these
--   records -- ask the bank for the opening date and who was present
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT a.account_id FROM accounts a JOIN sole_holders
--   s ON s.account_id = a.account_id WHERE a.opened IS NOT NULL AND s.kind = 'person') -- amounts in another currency than
--   that of the case, without a rate -- ask for the amounts in the currency of the case
-- source: Strategy of the office, section 4.1: recruitment, transport, lodging; an engineering rule, no source fixes it
-- source: indicator THB-42, exact definition here: within 30 days of the opening of a person's account the first money comes
--   in and payments of at least two kinds of recruitment, travel and lodging (rent too) go out; and the account shows control by
--   another (view control_signs: a mandate of somebody who is no family, drained to one exit in two months or more, or half
--   to somebody who has a mandate, phone or e-mail in common). Without such a sign nothing is said: moving to a place to
--   work there is no sign of anything
-- explanation: This account was opened on {opened}; the first money came {first_money}. Within {span_days} days {payments}
--   payments ({paid} {currency}) went to: {kinds}. Signs that another may decide over it: {signs}. Whoever has just moved
--   pays for the same things; a person has to find out who decides over this account.
-- explanation[nl]: Deze rekening is geopend op {opened}; het eerste geld kwam op {first_money}. Binnen {span_days} dagen gingen
--   {payments} betalingen ({paid} {currency}) naar: {kinds}. Tekenen dat een ander erover kan beslissen: {signs}. Wie net is
--   verhuisd betaalt voor dezelfde dingen; een mens moet uitzoeken wie over deze rekening beslist.
-- innocent: Somebody who moves to another place for work or study.
-- innocent: A friend or colleague who helped to open the account and gave a phone number.
-- innocent: A landlord to whom nearly all of a first wage goes.
-- control: signs -- mandate of another, drained to one exit, or an exit with mandate, phone or e-mail in common

WITH fresh AS (
    SELECT a.account_id, s.party_id, a.opened, CAST(arrow_cast(a.opened, 'Int32') AS BIGINT) AS opening
    FROM accounts a
    JOIN sole_holders s ON s.account_id = a.account_id
    WHERE s.kind = 'person' AND a.opened IS NOT NULL
),
own AS (SELECT DISTINCT account_id, party_id FROM account_holders WHERE role = 'holder'),
moves AS (
    SELECT f.account_id, f.party_id, f.opened, m.entry_id, m.direction, m.amount, m.day
    FROM movements m
    JOIN fresh f ON f.account_id = m.account_id
    LEFT ANTI JOIN own ON own.account_id = m.counterparty_account_id AND own.party_id = f.party_id
    WHERE m.currency = $currency AND m.amount > 0
      AND m.day >= f.opened AND CAST(arrow_cast(m.day, 'Int32') AS BIGINT) - f.opening <= $span_days
),
kinds AS (
    SELECT entry_id,
           min(CASE
               WHEN mark IN ('recruitment', 'advance_repayment') THEN 'recruitment'
               WHEN mark IN ('lodging', 'housing_deduction', 'rent') THEN 'lodging'
               ELSE 'travel'
           END) AS kind
    FROM entry_marks
    WHERE direction = 'debit' AND mark IN ('recruitment', 'advance_repayment', 'lodging', 'housing_deduction', 'rent', 'travel_rail',
          'travel_air', 'travel_bus', 'ride')
    GROUP BY entry_id
),
first_credits AS (
    SELECT account_id, min(day) AS first_money FROM moves WHERE direction = 'credit' GROUP BY account_id
),
paid AS (
    SELECT m.account_id, m.party_id, m.opened, m.entry_id, m.amount, m.day, k.kind, f.first_money
    FROM moves m
    JOIN kinds k ON k.entry_id = m.entry_id
    JOIN first_credits f ON f.account_id = m.account_id
    WHERE m.direction = 'debit'
),
candidates AS (
    SELECT account_id, party_id, max(opened) AS opened, max(first_money) AS first_money, count(*) AS payments,
           sum(amount) AS paid, string_agg(DISTINCT kind, ', ' ORDER BY kind) AS kinds
    FROM paid
    GROUP BY account_id, party_id
    HAVING count(DISTINCT kind) >= $minimum_kinds
)
SELECT c.account_id,
       c.party_id,
       min(p.day) AS from_time,
       max(p.day) AS to_time,
       array_agg(p.entry_id ORDER BY p.day, p.entry_id) AS entries,
       array_agg(p.kind ORDER BY p.day, p.entry_id) AS roles,
       max(s.exit_account) AS exit_account,
       max(c.opened) AS opened, max(c.first_money) AS first_money, max(c.payments) AS payments, max(c.paid) AS paid,
       max(c.kinds) AS kinds, max(s.signs) AS signs
FROM candidates c
JOIN control_signs s ON s.account_id = c.account_id AND s.controlled
JOIN paid p ON p.account_id = c.account_id
GROUP BY c.account_id, c.party_id
