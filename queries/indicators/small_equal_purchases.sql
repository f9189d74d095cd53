-- id: THB-34
-- version: 2
-- title: Prepaid cards or crypto-assets bought in small multiples of one amount
-- title[nl]: Prepaidkaarten of cryptovaluta gekocht in kleine veelvouden van één bedrag
-- describes: controller
-- form: S *
-- family: payment means
-- needs: entry_marks.mark, entry_marks.entry_id, entry_marks.account_id, entry_marks.direction, entry_marks.amount,
--   entry_marks.currency, entry_marks.at, sole_holders.account_id, sole_holders.party_id, sole_holders.kind,
--   control_signs.account_id, control_signs.controls, control_signs.controlled
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: minimum_count number 5 -- purchases within the span
-- parameter: span interval 30 days -- first and last of these purchases lie at most this far apart
-- parameter: lowest_base decimal 3 -- the smallest amount in FINTRAC's examples (3, 12, 24); of 1 all whole amounts are
--   multiples
-- parameter: highest_base decimal 25 -- the amount of which the others are multiples
-- parameter: highest decimal 100 -- a larger purchase is no small one (FINTRAC: under 100)
-- gap: direction = 'debit' AND (currency IS NULL OR currency <> $currency) AND entry_id IN (SELECT entry_id FROM
--   entry_marks WHERE mark IN ('prepaid_card', 'crypto')) -- purchases in another currency than the amounts here, without
--   a rate -- ask for the amounts in the currency of the case, or set the amounts in theirs
-- gap: direction = 'debit' AND counterparty_name IS NULL AND remittance IS NULL AND merchant_category IS NULL AND
--   channel IN ('card_pos', 'card_ecom', 'unknown') -- these purchases name neither shop nor trade -- ask the bank for
--   names of merchants and their category codes
-- source: FINTRAC 2016-OA003: multiples of small amounts, online payments under 100; FIN-2020-A008: prepaid cards
-- source: indicator THB-34, exact definition here: at least 5 purchases in 30 days, each at most 100, all whole multiples
--   of one purchase of 3 to 25 among them, by a person one of whose accounts shows control over others (view
--   control_signs: two accounts of others or more are drained to it, or one on which the holder has a mandate or with whose
--   holder a phone or e-mail is shared; family and household apart) and none of whose accounts shows control by another
-- explanation: {purchases} purchases of prepaid cards or crypto-assets within {span}, together {total} {currency}, each a
--   multiple of {base} {currency}. Accounts of others are drained to this party: {feeders}; of those it has a mandate,
--   phone or e-mail in common with: {bound_feeders}.
-- explanation[nl]: {purchases} aankopen van prepaidkaarten of cryptovaluta binnen {span}, samen {total} {currency}, elk een
--   veelvoud van {base} {currency}. Rekeningen van anderen die naar deze partij worden leeggehaald: {feeders}; met een
--   machtiging, telefoon of e-mail gemeen: {bound_feeders}.
-- innocent: Somebody who plays games and buys credit for them in fixed amounts.
-- innocent: A regular small saving in crypto-assets by standing order.
-- innocent: A carer or treasurer who buys cards for others from money that they paid for it.
-- control: feeders -- accounts of others that are drained to this party; without them or the next nothing is told
-- control: bound_feeders -- such accounts on which it has a mandate, or with whose holder it shares a phone or e-mail

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
-- Whose accounts show control over others, and none control by another.
controlling AS (
    SELECT p.party_id, max(c.feeders) AS feeders, max(c.bound_feeders) AS bound_feeders
    FROM control_signs c
    JOIN people p ON p.account_id = c.account_id
    GROUP BY p.party_id
    HAVING bool_or(c.controls) AND NOT bool_or(c.controlled)
)
SELECT first_value(based.account_id ORDER BY based.at, based.entry_id) AS account_id,
       best.party_id,
       min(based.at) AS from_time,
       max(based.at) AS to_time,
       CASE WHEN bool_or(based.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(based.entry_id ORDER BY based.at, based.entry_id) AS entries,
       array_agg(CAST('purchase' AS VARCHAR) ORDER BY based.at, based.entry_id) AS roles,
       count(*) AS purchases,
       sum(based.amount) AS total,
       max(best.base) AS base,
       max(controlling.feeders) AS feeders,
       max(controlling.bound_feeders) AS bound_feeders
FROM best
JOIN controlling ON controlling.party_id = best.party_id
JOIN based ON based.party_id = best.party_id AND based.base = best.base
    AND based.at <= best.until AND based.at >= best.until - $span
GROUP BY best.party_id
