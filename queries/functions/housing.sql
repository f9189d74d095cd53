-- id: FN-05
-- version: 2
-- title: housing
-- title[nl]: huisvesting
-- describes: account
-- form: -
-- needs: entry_marks.mark, entry_marks.account_id, entry_marks.entry_id, entry_marks.direction, entry_marks.amount,
--   entry_marks.currency, entry_marks.at, entry_marks.day_only, entry_marks.month, entry_marks.other
-- parameter: accounts text - -- the accounts of the members, set by the tool
-- parameter: currency text EUR -- the case's currency; other currencies are never added to it
-- parameter: minimum_payments number 6 -- a household pays one rent and its utilities; more payees are asked for as well
-- parameter: minimum_payees number 4 -- more landlords, hotels and suppliers than a household has
-- source: the Strategy, section 4: specialised tasks inside a network; housing and food
-- explanation: {payments} payments for rents, utilities and lodging to {payees} payees in {months} months, together {total} {currency}.
-- explanation[nl]: {payments} betalingen voor huur, nutsvoorzieningen en logies aan {payees} ontvangers in {months} maanden, samen {total} {currency}.
-- innocent: An owner or a housing office with several houses.
-- innocent: Somebody who moved.
-- innocent: An employer that houses seasonal workers at its own cost.

WITH members AS (SELECT unnest(string_to_array($accounts, ',')) AS account_id),
paid AS (
    -- A payment may have several marks and is one payment.
    SELECT m.account_id, m.entry_id, min(m.mark) AS mark, min(m.at) AS at,
           max(CAST(m.day_only AS INT)) AS day_only, min(m.month) AS month, min(m.amount) AS amount,
           min(m.direction) AS direction, min(m.other) AS other
    FROM entry_marks m LEFT SEMI JOIN members ON m.account_id = members.account_id
    WHERE m.mark IN ('rent', 'utilities', 'lodging') AND m.direction = 'debit' AND m.currency = $currency
    GROUP BY m.account_id, m.entry_id
)
SELECT account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(at) AS from_time,
       max(at) AS to_time,
       CASE WHEN max(day_only) = 1 THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(entry_id ORDER BY at, entry_id) AS entries,
       array_agg(mark ORDER BY at, entry_id) AS roles,
       count(*) AS payments,
       count(DISTINCT month) AS months,
       sum(amount) AS total,
       count(DISTINCT other) AS payees
FROM paid
GROUP BY account_id
HAVING count(*) >= $minimum_payments
   AND count(DISTINCT other) >= $minimum_payees
