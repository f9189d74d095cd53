-- id: THB-29
-- version: 1
-- title: A young person with many small payments, train tickets and cash
-- title[nl]: Een jongere met veel kleine betalingen, treinkaartjes en contant geld
-- describes: exploited
-- form: C, K
-- family: courier
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency, entries.channel,
--   entries.booking_date, entries.booked_at, entries.counterparty_name, account_holders.account_id,
--   account_holders.party_id, account_holders.role, parties.party_id, parties.kind, parties.birth_date,
--   parties.birth_year
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared
-- parameter: age_months number 252 -- younger than 21 on the day of the payment
-- parameter: highest decimal 100 -- a payment: small
-- parameter: round_to decimal 5 -- shares of a bill are seldom whole multiples of this
-- parameter: minimum_credits number 10 -- such payments within the period
-- parameter: minimum_payers number 5 -- friends who split bills are the same few
-- parameter: minimum_tickets number 3 -- rail tickets within the period
-- parameter: share_cash decimal 0.50 -- of these payments that was taken out in cash within the period
-- parameter: period interval 30 days -- a month
-- lack: SELECT p.party_id FROM parties p LEFT SEMI JOIN (SELECT h.party_id FROM account_holders h JOIN (SELECT DISTINCT
--   account_id FROM entries) AS e ON e.account_id = h.account_id WHERE h.role = 'holder') AS holding ON holding.party_id =
--   p.party_id WHERE p.kind = 'person' AND p.birth_date IS NULL AND p.birth_year IS NULL -- the age of these holders is
--   not in these records -- ask the bank or the population register for dates of birth; until then a child is possible
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM (SELECT entry_id FROM entries WHERE
--   merchant_category IS NOT NULL OR counterparty_name IS NOT NULL OR remittance IS NOT NULL LIMIT 1) AS one) AS counted WHERE n = 0 -- neither
--   merchants nor their categories are in these records, so train tickets are not seen -- ask the bank for merchant names
--   and category codes of card payments
-- gap: direction = 'credit' AND (currency IS NULL OR currency <> $currency) -- amounts in another currency, without a
--   rate -- ask for the amounts in the currency of the case, or run the rule in theirs
-- source: indicator THB-29; National Crime Agency (United Kingdom) on young people whom drug lines send out by train
-- source: exact definition here: on an account with one holder, younger than 21 on the day (where only the year of birth
--   is known, as young as possible), in 30 days at least 10 payments of up to 100, whole multiples of 5, from at least 5
--   others who are no companies, at least 3 rail tickets, and cash taken out for at least half of these payments. Wages,
--   benefits, grants, loans, charity and sales on marketplaces do not count.
-- explanation: While younger than the age set, the holder received {credits} small round payments, together {total}
--   {currency}, from {payers} others in {days} days, bought {tickets} rail tickets and took out {cash} {currency} in cash.
--   The holder may be used by others and is looked at for protection alone.
-- explanation[nl]: De houder, jonger dan de ingestelde leeftijd, kreeg in {days} dagen {credits} kleine ronde betalingen,
--   samen {total} {currency}, van {payers} anderen, kocht {tickets} treinkaartjes en nam {cash} {currency} contant op. De
--   houder wordt misschien door anderen gebruikt; dit dient alleen de bescherming.
-- innocent: A student who travels home by train and shares costs with friends.
-- innocent: A young person who sells used things, tickets or home-made goods.
-- innocent: Somebody who collects for a team, a trip or a present and pays in cash.
-- innocent: Babysitting, gardening and the like, paid by neighbours.

WITH young AS (
    SELECT s.account_id,
           coalesce(p.birth_date, CASE WHEN p.birth_year IS NOT NULL THEN CAST(concat(CAST(p.birth_year AS VARCHAR), '-12-31') AS DATE) END) AS born
    FROM sole_holders s JOIN parties p ON p.party_id = s.party_id
    WHERE p.kind = 'person' AND (p.birth_date IS NOT NULL OR p.birth_year IS NOT NULL)
),
credits AS (
    SELECT m.account_id, m.entry_id, m.amount, m.at, m.day_only, m.other,
           count(*) OVER (PARTITION BY m.account_id ORDER BY m.at RANGE BETWEEN $period PRECEDING AND CURRENT ROW) AS n
    FROM movements m
    JOIN young y ON y.account_id = m.account_id
    LEFT ANTI JOIN (SELECT entry_id FROM entry_marks WHERE direction = 'credit' AND mark IN ('wage', 'benefit',
        'child_benefit', 'pension', 'student_grant', 'charity', 'insurance', 'tax', 'marketplace',
        'payment_service', 'loan')) AS lawful ON lawful.entry_id = m.entry_id
    LEFT ANTI JOIN (SELECT account_id FROM holders_of WHERE kind = 'company' AND role = 'holder') AS c
        ON c.account_id = m.counterparty_account_id
    WHERE m.direction = 'credit' AND m.currency = $currency AND m.amount > 0 AND m.amount <= $highest
      AND m.amount % $round_to = 0 AND m.other IS NOT NULL
      AND m.channel IN ('transfer', 'transfer_sepa', 'transfer_intl', 'unknown')
      AND (CAST(date_part('year', m.day) AS BIGINT) * 12 + CAST(date_part('month', m.day) AS BIGINT))
          - (CAST(date_part('year', y.born) AS BIGINT) * 12 + CAST(date_part('month', y.born) AS BIGINT))
          - CASE WHEN date_part('day', m.day) < date_part('day', y.born) THEN 1 ELSE 0 END < $age_months
),
tickets AS (
    SELECT DISTINCT account_id, entry_id, at, day_only, amount FROM entry_marks
    WHERE mark = 'travel_rail' AND direction = 'debit' AND amount > 0
),
cash AS (
    SELECT DISTINCT account_id, entry_id, at, day_only, amount FROM entry_marks
    WHERE mark = 'cash_out' AND direction = 'debit' AND currency = $currency AND amount > 0
),
ends AS (SELECT DISTINCT account_id, at AS end_at FROM credits WHERE n >= $minimum_credits),
paid AS (
    SELECT e.account_id, e.end_at, count(*) AS credits, count(DISTINCT c.other) AS payers, sum(c.amount) AS total
    FROM ends e JOIN credits c ON c.account_id = e.account_id
    WHERE c.at <= e.end_at AND c.at >= e.end_at - $period GROUP BY e.account_id, e.end_at
),
travelled AS (
    SELECT e.account_id, e.end_at, count(*) AS tickets
    FROM ends e JOIN tickets t ON t.account_id = e.account_id
    WHERE CAST(t.at AS DATE) <= CAST(e.end_at AS DATE) AND t.at >= e.end_at - $period GROUP BY e.account_id, e.end_at
),
taken AS (
    SELECT e.account_id, e.end_at, sum(c.amount) AS cash
    FROM ends e JOIN cash c ON c.account_id = e.account_id
    WHERE CAST(c.at AS DATE) <= CAST(e.end_at AS DATE) AND c.at >= e.end_at - $period GROUP BY e.account_id, e.end_at
),
hits AS (
    SELECT p.*, t.tickets, x.cash,
           row_number() OVER (PARTITION BY p.account_id ORDER BY p.credits DESC, t.tickets DESC, p.end_at) AS place
    FROM paid p
    JOIN travelled t ON t.account_id = p.account_id AND t.end_at = p.end_at
    JOIN taken x ON x.account_id = p.account_id AND x.end_at = p.end_at
    WHERE p.payers >= $minimum_payers AND t.tickets >= $minimum_tickets AND x.cash >= $share_cash * p.total
),
cited AS (
    SELECT account_id, entry_id, at, day_only, 'received' AS role FROM credits
    UNION ALL SELECT account_id, entry_id, at, day_only, 'ticket' FROM tickets
    UNION ALL SELECT account_id, entry_id, at, day_only, 'cash' FROM cash
)
SELECT h.account_id, CAST(NULL AS VARCHAR) AS party_id, min(c.at) AS from_time, max(c.at) AS to_time,
       CASE WHEN bool_or(c.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(c.entry_id ORDER BY c.at, c.entry_id) AS entries,
       array_agg(c.role ORDER BY c.at, c.entry_id) AS roles,
       max(h.credits) AS credits, max(h.total) AS total, max(h.payers) AS payers, max(h.tickets) AS tickets,
       max(h.cash) AS cash, arrow_cast(CAST(max(c.at) AS DATE), 'Int32') - arrow_cast(CAST(min(c.at) AS DATE), 'Int32') + 1 AS days
FROM hits h
JOIN cited c ON c.account_id = h.account_id
WHERE h.place = 1 AND CAST(c.at AS DATE) <= CAST(h.end_at AS DATE) AND c.at >= h.end_at - $period
GROUP BY h.account_id
