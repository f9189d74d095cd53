-- id: THB-34
-- version: 1
-- title: Prepaid cards or crypto-assets bought in small multiples of one amount
-- title[nl]: Prepaidkaarten of cryptovaluta gekocht in kleine veelvouden van één bedrag
-- describes: controller
-- form: S *
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.amount, entry_marks.currency,
--   movements.account_id, movements.amount, movements.counterparty_account_id, sole_holders.account_id,
--   sole_holders.party_id, account_holders.role, party_identifiers.scheme, party_identifiers.value, relations.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: minimum_count number 5 -- purchases within the span
-- parameter: span interval 30 days -- first and last of these purchases lie at most this far apart
-- parameter: lowest_base decimal 3 -- the smallest amount in FINTRAC's examples (3, 12, 24); of 1 all whole amounts are
--   multiples
-- parameter: highest_base decimal 25 -- the amount of which the others are multiples
-- parameter: highest decimal 100 -- a larger purchase is no small one (FINTRAC: under 100)
-- parameter: minimum_controlled number 1 -- accounts of others that pay this party and show that it controls them
-- parameter: minimum_payments number 3 -- payments of such an account to this party
-- parameter: drained_percent number 80 -- of what leaves an account goes to this party: that account is emptied to it
-- parameter: most_sharing number 12 -- a phone or e-mail of more parties than this is that of an office or shelter
-- gap: direction = 'debit' AND (currency IS NULL OR currency <> $currency) AND entry_id IN (SELECT entry_id FROM
--   entry_marks WHERE mark IN ('prepaid_card', 'crypto')) -- purchases in another currency than the amounts here, without
--   a rate -- ask for the amounts in the currency of the case, or set the amounts in theirs
-- gap: direction = 'debit' AND counterparty_name IS NULL AND remittance IS NULL AND merchant_category IS NULL AND
--   channel IN ('card_pos', 'card_ecom', 'unknown') -- these purchases name neither shop nor trade -- ask the bank for
--   names of merchants and their category codes
-- source: FINTRAC 2016-OA003: multiples of small amounts, online payments under 100; FIN-2020-A008: prepaid cards
-- source: indicator THB-34, exact definition here: at least 5 purchases in 30 days, each at most 100, all whole multiples
--   of one purchase of 3 to 25 among them, by a person whom accounts of others pay, at least one of which that person has
--   a mandate on, shares a phone or e-mail with, or receives 80 % or more of what leaves it; family and household apart
-- explanation: {purchases} purchases of prepaid cards or crypto-assets within {span}, together {total} {currency}, each a
--   multiple of {base} {currency}. {controlled_accounts} accounts of others pay this party and are tied to it: by mandate
--   {by_mandate}, by phone or e-mail {by_contact}, emptied to it {by_drain}.
-- explanation[nl]: {purchases} aankopen van prepaidkaarten of cryptovaluta binnen {span}, samen {total} {currency}, elk een
--   veelvoud van {base} {currency}. {controlled_accounts} rekeningen van anderen betalen aan deze partij en zijn met haar
--   verbonden: door een machtiging {by_mandate}, door telefoon of e-mail {by_contact}, naar haar leeggehaald {by_drain}.
-- innocent: Somebody who plays games and buys credit for them in fixed amounts.
-- innocent: A regular small saving in crypto-assets by standing order.
-- innocent: A carer or treasurer who buys cards for others from money that they paid for it.
-- control: controlled_accounts -- accounts of others, no family, that pay this party and are in its hands by mandate,
--   contact data or where their money goes

WITH people AS (SELECT account_id, party_id FROM sole_holders WHERE kind = 'person'),
bought AS (
    SELECT DISTINCT p.party_id, m.account_id, m.entry_id, m.at, m.day_only, m.amount
    FROM entry_marks m
    JOIN people p ON p.account_id = m.account_id
    WHERE m.mark IN ('prepaid_card', 'crypto') AND m.direction = 'debit' AND m.currency = $currency
      AND m.amount > 0 AND m.amount <= $highest
),
-- Each purchase beside each small amount of which it is a multiple.
based AS (
    SELECT b.*, s.base, count(*) OVER back AS purchases
    FROM bought b
    JOIN (SELECT DISTINCT party_id, amount AS base FROM bought WHERE amount >= $lowest_base AND amount <= $highest_base) AS s
        ON s.party_id = b.party_id
    WHERE b.amount % s.base = 0
    WINDOW back AS (PARTITION BY b.party_id, s.base ORDER BY b.at RANGE BETWEEN $span PRECEDING AND CURRENT ROW)
),
-- The most purchases, then the largest amount of which all are multiples.
best AS (
    SELECT party_id, base, at AS until
    FROM (
        SELECT *, row_number() OVER (PARTITION BY party_id ORDER BY purchases DESC, base DESC, at, entry_id) AS place
        FROM based
        WHERE purchases >= $minimum_count
    ) AS ranked
    WHERE place = 1
),
-- Accounts of others that pay the buyer; what members of a family or household pay each other shows no control.
kin AS (
    SELECT subject AS one, object AS other FROM relations WHERE kind IN ('family', 'household')
    UNION
    SELECT object, subject FROM relations WHERE kind IN ('family', 'household')
),
payers AS (
    SELECT buyer.party_id, payer.account_id, payer.party_id AS holder, sum(m.amount) AS paid, count(*) AS payments
    FROM movements m
    JOIN people AS buyer ON buyer.account_id = m.counterparty_account_id
    LEFT SEMI JOIN best ON best.party_id = buyer.party_id
    JOIN people AS payer ON payer.account_id = m.account_id
    LEFT ANTI JOIN kin ON kin.one = payer.party_id AND kin.other = buyer.party_id
    WHERE m.direction = 'debit' AND m.currency = $currency AND payer.party_id <> buyer.party_id
    GROUP BY buyer.party_id, payer.account_id, payer.party_id
    HAVING count(*) >= $minimum_payments
),
outflows AS (
    SELECT m.account_id, sum(m.amount) AS outflow
    FROM movements m
    LEFT SEMI JOIN payers ON payers.account_id = m.account_id
    WHERE m.direction = 'debit' AND m.currency = $currency
    GROUP BY m.account_id
),
contacts AS (
    SELECT DISTINCT party_id, scheme, value FROM party_identifiers WHERE scheme IN ('phone', 'email') AND status = 'valid'
),
shared AS (
    SELECT DISTINCT a.party_id AS one, b.party_id AS other
    FROM contacts a
    JOIN contacts b ON b.scheme = a.scheme AND b.value = a.value AND b.party_id <> a.party_id
    LEFT SEMI JOIN (
        SELECT scheme, value FROM contacts GROUP BY scheme, value HAVING count(*) <= $most_sharing
    ) AS few ON few.scheme = a.scheme AND few.value = a.value
),
mandates AS (SELECT DISTINCT account_id, party_id FROM account_holders WHERE role = 'mandate'),
controlled AS (
    SELECT p.party_id,
           p.account_id,
           CASE WHEN m.party_id IS NULL THEN 0 ELSE 1 END AS by_mandate,
           CASE WHEN s.one IS NULL THEN 0 ELSE 1 END AS by_contact,
           CASE WHEN p.paid * 100 >= o.outflow * $drained_percent THEN 1 ELSE 0 END AS by_drain
    FROM payers p
    JOIN outflows o ON o.account_id = p.account_id
    LEFT JOIN mandates m ON m.account_id = p.account_id AND m.party_id = p.party_id
    LEFT JOIN shared s ON s.one = p.holder AND s.other = p.party_id
),
ties AS (
    SELECT party_id, count(*) AS controlled_accounts, sum(by_mandate) AS by_mandate, sum(by_contact) AS by_contact,
           sum(by_drain) AS by_drain, array_agg(account_id ORDER BY account_id) AS others
    FROM controlled
    WHERE by_mandate + by_contact + by_drain > 0
    GROUP BY party_id
    HAVING count(*) >= $minimum_controlled
)
SELECT first_value(based.account_id ORDER BY based.at, based.entry_id) AS account_id,
       best.party_id,
       min(based.at) AS from_time,
       max(based.at) AS to_time,
       CASE WHEN bool_or(based.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(based.entry_id ORDER BY based.at, based.entry_id) AS entries,
       array_agg(CAST('purchase' AS VARCHAR) ORDER BY based.at, based.entry_id) AS roles,
       first_value(ties.others ORDER BY ties.party_id) AS others,
       count(*) AS purchases,
       sum(based.amount) AS total,
       max(best.base) AS base,
       max(ties.controlled_accounts) AS controlled_accounts,
       max(ties.by_mandate) AS by_mandate,
       max(ties.by_contact) AS by_contact,
       max(ties.by_drain) AS by_drain
FROM best
JOIN ties ON ties.party_id = best.party_id
JOIN based ON based.party_id = best.party_id AND based.base = best.base
    AND based.at <= best.until AND based.at >= best.until - $span
GROUP BY best.party_id
