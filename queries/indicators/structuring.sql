-- id: ML-01
-- version: 1
-- title: Cash deposits just below a threshold
-- title[nl]: Contante stortingen net onder een drempel
-- describes: account
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.channel, entries.booking_date, entries.booked_at, entries.reversal, same_entries.entry_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: threshold decimal 10000 -- an investigative threshold at which banks commonly ask questions; no law forbids
--   deposits below it. Also in use: 3000 (cash traders), 2000 (Dutch money transfers), 1000 (transfers of funds)
-- parameter: band decimal 0.15 -- how far below the threshold a deposit still counts as just below it
-- parameter: minimum_count number 3 -- two deposits are chance
-- parameter: span interval 7 days -- the first and last deposit of a group lie at most this far apart
-- gap: direction = 'credit' AND channel IN ('cash_atm', 'cash_branch') AND (currency IS NULL OR currency <> $currency)
--   -- cash deposits in another currency than the threshold, without a rate
--   -- ask for the amounts in the currency of the case, or set the threshold in theirs
-- gap: direction = 'credit' AND channel IN ('cash_atm', 'cash_branch') AND booking_date IS NULL AND booked_at IS NULL
--   -- the day of these cash deposits is not in these records -- ask the bank for booking dates
-- gap: direction = 'credit' AND channel = 'unknown' AND counterparty_status = 'unknown'
--   -- for these incoming amounts the records do not say whether they are cash
--   -- ask the bank for the transaction type of each entry
-- source: the figure is that of the cash limit in Regulation (EU) 2024/1624 Art. 80, which applies from 10 July 2027, to
--   payments for goods and services; it does not apply to deposits at a bank, and this rule does not say so
-- source: pattern ML-01: n deposits with threshold x (1 - band) <= amount < threshold inside the span, together at
--   least the threshold; groups that overlap or follow within the span are one series
-- explanation: {deposits} cash deposits between {smallest} and {largest} {currency}, together {total} {currency}, each
--   just below {threshold} {currency}. In all records of this account {deposits_just_below} cash deposits lie just
--   below the threshold and {deposits_just_above} just above it.
-- explanation[nl]: {deposits} contante stortingen tussen {smallest} en {largest} {currency}, samen {total} {currency},
--   elk net onder {threshold} {currency}. In alle gegevens van deze rekening liggen {deposits_just_below} contante
--   stortingen net onder de drempel en {deposits_just_above} net erboven.
-- innocent: A shop, market trader or restaurant whose takings are of this size; then about as many deposits lie just
--   above the threshold as just below it.
-- innocent: A limit of the machine or of the bank's deposit bag, which cuts a larger amount into equal parts.
-- innocent: The sale of a car or of household goods that was paid in parts.

WITH deposits AS (
    SELECT e.account_id,
           e.entry_id,
           e.amount,
           coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')) AS at,
           CASE WHEN e.booked_at IS NULL THEN 1 ELSE 0 END AS day_only
    FROM entries e
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    WHERE e.direction = 'credit'
      AND e.channel IN ('cash_atm', 'cash_branch')
      AND NOT e.reversal
      AND e.currency = $currency
      AND (e.booked_at IS NOT NULL OR e.booking_date IS NOT NULL)
      AND e.amount >= $threshold * (1 - $band)
      AND e.amount <= $threshold * (1 + $band)
),
-- A deposit closes a group where enough of them, and enough money, lie within the span before it.
groups AS (
    SELECT *,
           CASE
               WHEN count(*) OVER back >= $minimum_count AND sum(amount) OVER back >= $threshold THEN 1
               ELSE 0
           END AS closes
    FROM deposits
    WHERE amount < $threshold
    WINDOW back AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $span PRECEDING AND CURRENT ROW)
),
members AS (
    SELECT *,
           max(closes) OVER (
               PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $span FOLLOWING
           ) AS member
    FROM groups
),
steps AS (
    SELECT *, lag(at) OVER (PARTITION BY account_id ORDER BY at, entry_id) AS before
    FROM members
    WHERE member = 1
),
series AS (
    SELECT *,
           sum(CASE WHEN before IS NULL OR at > before + $span THEN 1 ELSE 0 END) OVER (
               PARTITION BY account_id ORDER BY at, entry_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS number
    FROM steps
),
sides AS (
    SELECT account_id,
           sum(CASE WHEN amount < $threshold THEN 1 ELSE 0 END) AS below,
           sum(CASE WHEN amount >= $threshold THEN 1 ELSE 0 END) AS above
    FROM deposits
    GROUP BY account_id
)
SELECT series.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(series.at) AS from_time,
       max(series.at) AS to_time,
       CASE WHEN max(series.day_only) = 1 THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(series.entry_id ORDER BY series.at, series.entry_id) AS entries,
       array_agg(CAST('deposit' AS VARCHAR) ORDER BY series.at, series.entry_id) AS roles,
       count(*) AS deposits,
       sum(series.amount) AS total,
       min(series.amount) AS smallest,
       max(series.amount) AS largest,
       max(sides.below) AS deposits_just_below,
       max(sides.above) AS deposits_just_above
FROM series
JOIN sides ON sides.account_id = series.account_id
GROUP BY series.account_id, series.number
