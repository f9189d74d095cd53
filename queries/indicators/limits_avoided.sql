-- id: THB-41
-- version: 1
-- title: More amounts just below a limit for identification than just above it
-- title[nl]: Meer bedragen net onder een grens voor identificatie dan net erboven
-- describes: controller
-- form: *
-- family: payment means
-- gate: pass-through
-- needs: movements.account_id, movements.entry_id, movements.direction, movements.amount, movements.currency,
--   movements.channel, movements.merchant_category, movements.other, movements.at, entry_marks.mark, entry_marks.entry_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: limits text 1000,2000,3000,10000 -- transfers of funds (1,000), Dutch money transfers (2,000), cash traders
--   (3,000), reports and the limit of Regulation (EU) 2024/1624 (10,000); no law forbids amounts below them
-- parameter: band_percent number 10 -- just below and just above: within this of the limit
-- parameter: usual_percent number 60 -- of all amounts within the band lie below where nobody avoids anything: small amounts
--   are commoner than large ones
-- parameter: exceeds_hundredths number 541 -- 100 times the square of 2.326 standard deviations: chance alone gives such a
--   surplus once in a hundred
-- parameter: most_equal number 3 -- an equal amount from or to the same side counts at most this often: rents and instalments
-- gap: (currency IS NULL OR currency <> $currency) AND channel IN ('cash_atm', 'cash_branch', 'remittance',
--   'transfer_intl', 'crypto', 'fx') -- amounts in another currency than the limits, without a rate -- ask for the amounts in
--   the currency of the case, or set the limits in theirs
-- gap: channel = 'unknown' AND counterparty_status = 'unknown' -- for these amounts the records do not say whether they are
--   cash or a money transfer -- ask the bank for the transaction type of each entry
-- source: FIN-2020-A008: activity just below limits for identification and reports
-- source: indicator THB-41, exact definition here: of the cash, money transfers, payments abroad, prepaid cards and
--   crypto-assets of an account in one direction, those in [limit - 10 %, limit) are more than 60 % of those within 10 % of
--   the limit by more than 2.326 standard deviations of the binomial distribution, reckoned in whole numbers:
--   100 (100 b - 60 n)^2 > 541 * 60 * 40 * n with b below of n; with none above it takes 9. ML-01 looks at groups of deposits
--   within days; this rule looks at how all amounts lie
-- explanation: {below} amounts lie within {band_percent} per cent below {limit} {currency} and {above} within as much above
--   it, together {total} {currency} below. They went one way: {way}. Where nobody avoids a limit
--   up to 60 in 100 lie below it.
-- explanation[nl]: {below} bedragen liggen tot {band_percent} procent onder {limit} {currency} en {above} tot evenveel
--   erboven; die eronder zijn samen {total} {currency}. Ze gingen één kant op: {way}. Waar niemand een grens ontwijkt, liggen
--   er tot 60 van de 100 onder.
-- innocent: A limit of the machine, the card or the money transfer office, which cuts larger amounts.
-- innocent: Prices of goods, which commonly end just below a round amount.
-- innocent: An allowance or wage of such an amount that is sent home each month.

WITH limits AS (
    SELECT CAST(unnest(string_to_array($limits, ',')) AS DECIMAL(18, 4)) AS limit_amount
),
marked AS (
    SELECT DISTINCT entry_id FROM entry_marks WHERE mark IN ('money_transfer', 'prepaid_card', 'crypto')
),
amounts AS (
    SELECT m.account_id, m.entry_id, m.direction, m.amount, m.at, m.day_only, m.other, l.limit_amount,
           CASE WHEN m.amount < l.limit_amount THEN 1 ELSE 0 END AS below,
           row_number() OVER (
               PARTITION BY m.account_id, m.direction, l.limit_amount, m.amount, coalesce(m.other, m.entry_id) ORDER BY m.at, m.entry_id
           ) AS time_of_amount
    FROM movements m
    LEFT JOIN marked ON marked.entry_id = m.entry_id
    JOIN limits l
        ON m.amount * 100 >= l.limit_amount * (100 - $band_percent) AND m.amount * 100 <= l.limit_amount * (100 + $band_percent)
    WHERE m.currency = $currency
      AND (m.channel IN ('cash_atm', 'cash_branch', 'remittance', 'transfer_intl', 'crypto', 'fx') OR marked.entry_id IS NOT NULL)
),
counted AS (SELECT * FROM amounts WHERE time_of_amount <= $most_equal),
sums AS (
    SELECT account_id, direction, limit_amount, sum(below) AS below, count(*) AS n
    FROM counted
    GROUP BY account_id, direction, limit_amount
),
hits AS (
    SELECT *
    FROM sums
    WHERE below * 100 > n * $usual_percent
      AND 100 * (below * 100 - n * $usual_percent) * (below * 100 - n * $usual_percent)
          > $exceeds_hundredths * $usual_percent * (100 - $usual_percent) * n
)
SELECT c.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(c.at) AS from_time,
       max(c.at) AS to_time,
       CASE WHEN bool_or(c.day_only) THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(c.entry_id ORDER BY c.at, c.entry_id) AS entries,
       array_agg(CAST('just below' AS VARCHAR) ORDER BY c.at, c.entry_id) AS roles,
       h.limit_amount AS "limit",
       CASE WHEN h.direction = 'credit' THEN 'in' ELSE 'out' END AS way,
       max(h.below) AS below,
       max(h.n) - max(h.below) AS above,
       sum(c.amount) AS total
FROM hits h
JOIN counted c ON c.account_id = h.account_id AND c.direction = h.direction AND c.limit_amount = h.limit_amount
WHERE c.below = 1
GROUP BY c.account_id, h.direction, h.limit_amount
