-- id: THB-42
-- version: 1
-- title: New account, first money and payments for recruitment, travel or lodging, with another's hand on it
-- title[nl]: Nieuwe rekening, eerste geld en betalingen voor werving, reis of verblijf, met een ander die er zeggenschap over heeft
-- describes: exploited
-- form: S L
-- gate: pass-through
-- needs: accounts.account_id, accounts.opened, movements.account_id, movements.entry_id, movements.direction,
--   movements.amount, movements.currency, movements.counterparty_account_id, movements.day, entry_marks.mark,
--   entry_marks.entry_id, sole_holders.account_id, sole_holders.party_id, account_holders.role, party_identifiers.value,
--   relations.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: span_days number 30 -- of the catalogue: from the opening to the first money and to the last such payment
-- parameter: minimum_kinds number 2 -- of recruitment, travel and lodging; one of them is a train ticket
-- parameter: control_days number 90 -- from the opening, in which it is looked where the money goes
-- parameter: minimum_payments number 3 -- to one other in these days, without which the account is not emptied to it
-- parameter: drained_percent number 80 -- of what leaves the account goes to one other
-- parameter: most_sharing number 5 -- a phone or e-mail of more parties than this is that of an office or shelter
-- parameter: minimum_controls number 1 -- signs of another's hand: mandate, contact in common, emptied to one other
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
--   in and payments of at least two kinds of recruitment, travel and lodging go out; and another has a mandate on the
--   account, or a phone or e-mail in common with the holder (family and household apart), or in the first 90 days at
--   least 80 % of what leaves goes to one other in at least 3 payments. Without such a sign nothing is said: moving to a
--   place to work there is no sign of anything
-- explanation: This account was opened on {opened}; the first money came {first_money}. Within {span_days} days {payments}
--   payments ({paid} {currency}) went to: {kinds}. Signs that another may decide over it: {controls} (mandate of another
--   {mandates}, contact in common with {contacts} others, share that goes to one other {exit_percent} per cent). Whoever has
--   just moved pays for the same things; a person has to find out who decides over this account.
-- explanation[nl]: Deze rekening is geopend op {opened}; het eerste geld kwam op {first_money}. Binnen {span_days} dagen gingen
--   {payments} betalingen ({paid} {currency}) naar: {kinds}. Tekenen dat een ander erover kan beslissen: {controls}
--   (machtiging van een ander {mandates}, contactgegevens gemeen met {contacts} anderen, deel dat naar één ander gaat
--   {exit_percent} procent). Wie net is verhuisd betaalt voor dezelfde dingen; een mens moet uitzoeken wie over deze rekening
--   beslist.
-- innocent: Somebody who moves to another place for work or study.
-- innocent: A friend or colleague who helped to open the account and gave a phone number.
-- innocent: A landlord to whom nearly all of a first wage goes.
-- control: controls -- mandate of another, contact in common with another, or emptied to one other

WITH fresh AS (
    SELECT a.account_id, s.party_id, a.opened, CAST(arrow_cast(a.opened, 'Int32') AS BIGINT) AS opening
    FROM accounts a
    JOIN sole_holders s ON s.account_id = a.account_id
    WHERE s.kind = 'person' AND a.opened IS NOT NULL
),
own AS (SELECT DISTINCT account_id, party_id FROM account_holders WHERE role = 'holder'),
moves AS (
    SELECT f.account_id, f.party_id, f.opened, m.entry_id, m.direction, m.amount, m.day, m.other, m.counterparty_account_id,
           CAST(arrow_cast(m.day, 'Int32') AS BIGINT) - f.opening AS age
    FROM movements m
    JOIN fresh f ON f.account_id = m.account_id
    LEFT ANTI JOIN own ON own.account_id = m.counterparty_account_id AND own.party_id = f.party_id
    WHERE m.currency = $currency AND m.amount > 0
      AND m.day >= f.opened AND CAST(arrow_cast(m.day, 'Int32') AS BIGINT) - f.opening <= $control_days
),
kinds AS (
    SELECT entry_id,
           min(CASE
               WHEN mark IN ('recruitment', 'advance_repayment') THEN 'recruitment'
               WHEN mark IN ('lodging', 'housing_deduction') THEN 'lodging'
               ELSE 'travel'
           END) AS kind
    FROM entry_marks
    WHERE direction = 'debit' AND mark IN ('recruitment', 'advance_repayment', 'lodging', 'housing_deduction', 'travel_rail',
          'travel_air', 'travel_bus', 'ride')
    GROUP BY entry_id
),
first_credits AS (
    SELECT account_id, min(day) AS first_money FROM moves WHERE direction = 'credit' AND age <= $span_days GROUP BY account_id
),
paid AS (
    SELECT m.account_id, m.party_id, m.opened, m.entry_id, m.amount, m.day, k.kind, f.first_money
    FROM moves m
    JOIN kinds k ON k.entry_id = m.entry_id
    JOIN first_credits f ON f.account_id = m.account_id
    WHERE m.direction = 'debit' AND m.age <= $span_days
),
candidates AS (
    SELECT account_id, party_id, max(opened) AS opened, max(first_money) AS first_money, count(*) AS payments,
           sum(amount) AS paid, string_agg(DISTINCT kind, ', ' ORDER BY kind) AS kinds
    FROM paid
    GROUP BY account_id, party_id
    HAVING count(DISTINCT kind) >= $minimum_kinds
),
kin AS (
    SELECT subject AS one, object AS other FROM relations WHERE kind IN ('family', 'household')
    UNION
    SELECT object, subject FROM relations WHERE kind IN ('family', 'household')
),
mandates AS (
    SELECT h.account_id, count(DISTINCT h.party_id) AS mandates, min(h.party_id) AS other
    FROM account_holders h
    JOIN candidates c ON c.account_id = h.account_id
    LEFT ANTI JOIN kin ON kin.one = c.party_id AND kin.other = h.party_id
    WHERE h.role = 'mandate' AND h.party_id <> c.party_id
    GROUP BY h.account_id
),
numbers AS (
    SELECT DISTINCT party_id, scheme, value FROM party_identifiers WHERE scheme IN ('phone', 'email') AND status = 'valid'
),
contacts AS (
    SELECT c.account_id, count(DISTINCT b.party_id) AS contacts, min(b.party_id) AS other
    FROM candidates c
    JOIN numbers a ON a.party_id = c.party_id
    LEFT SEMI JOIN (SELECT scheme, value FROM numbers GROUP BY scheme, value HAVING count(*) <= $most_sharing) AS few
        ON few.scheme = a.scheme AND few.value = a.value
    JOIN numbers b ON b.scheme = a.scheme AND b.value = a.value AND b.party_id <> a.party_id
    LEFT ANTI JOIN kin ON kin.one = a.party_id AND kin.other = b.party_id
    GROUP BY c.account_id
),
exits AS (
    SELECT account_id, exit_account, to_exit, outflow
    FROM (
        SELECT *, sum(to_exit) OVER (PARTITION BY account_id) AS outflow,
               row_number() OVER (PARTITION BY account_id ORDER BY to_exit DESC, other) AS place
        FROM (
            SELECT m.account_id, m.other, max(m.counterparty_account_id) AS exit_account, sum(m.amount) AS to_exit, count(*) AS payments
            FROM moves m
            LEFT SEMI JOIN candidates c ON c.account_id = m.account_id
            WHERE m.direction = 'debit'
            GROUP BY m.account_id, m.other
        ) AS each_other
    ) AS ranked
    WHERE place = 1 AND payments >= $minimum_payments AND other IS NOT NULL AND to_exit * 100 >= outflow * $drained_percent
),
-- Where the one with the mandate or contact is paid from this account, that is the exit.
hands AS (
    SELECT c.*, coalesce(m.mandates, 0) AS mandates, coalesce(n.contacts, 0) AS contacts,
           CAST(x.to_exit * 100 / x.outflow AS DECIMAL(18, 1)) AS exit_percent,
           x.exit_account,
           CASE WHEN m.mandates > 0 THEN 1 ELSE 0 END + CASE WHEN n.contacts > 0 THEN 1 ELSE 0 END
               + CASE WHEN x.account_id IS NOT NULL THEN 1 ELSE 0 END AS controls
    FROM candidates c
    LEFT JOIN mandates m ON m.account_id = c.account_id
    LEFT JOIN contacts n ON n.account_id = c.account_id
    LEFT JOIN exits x ON x.account_id = c.account_id
)
SELECT h.account_id,
       h.party_id,
       min(p.day) AS from_time,
       max(p.day) AS to_time,
       array_agg(p.entry_id ORDER BY p.day, p.entry_id) AS entries,
       array_agg(p.kind ORDER BY p.day, p.entry_id) AS roles,
       max(h.exit_account) AS exit_account,
       max(h.opened) AS opened, max(h.first_money) AS first_money, max(h.payments) AS payments, max(h.paid) AS paid,
       max(h.kinds) AS kinds, max(h.controls) AS controls, max(h.mandates) AS mandates, max(h.contacts) AS contacts,
       max(h.exit_percent) AS exit_percent
FROM hands h
JOIN paid p ON p.account_id = h.account_id
WHERE h.controls >= $minimum_controls
GROUP BY h.account_id, h.party_id
