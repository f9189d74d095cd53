-- id: ML-20
-- version: 1
-- title: A silent account that is suddenly used
-- title[nl]: Een stille rekening die plotseling wordt gebruikt
-- describes: account
-- form: -
-- gate: pass-through
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.channel, entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_status,
--   same_entries.entry_id, statements.account_id, statements.from_date, statements.to_date, statements.currency,
--   statements.sequence_number, statements.opening_balance, statements.closing_balance
-- parameter: currency text EUR -- the case's currency; each currency of an account is looked at by itself
-- parameter: silent_days number 180 -- half a year without a payment is more than a holiday or a season
-- parameter: burst_days number 7 -- the days from the first payment that are looked at
-- parameter: minimum_entries number 5 -- payments in these days
-- parameter: minimum_amount decimal 2500 -- or: more than this came in, or went out, in these days
-- gap: account_id NOT IN (SELECT account_id FROM statements WHERE from_date IS NOT NULL AND to_date IS NOT NULL)
--   -- these records do not say which period they cover, so silence cannot be told from missing pages
--   -- ask the bank for statements with opening and closing balance, or a letter that states period and completeness
-- gap: currency IS NULL OR currency <> $currency
--   -- amounts in another currency than the threshold, without a rate
--   -- ask for the amounts in the currency of the case, or set the threshold in theirs
-- source: pattern ML-20: no payment that a customer started for at least 180 days, then at least 5 payments or more
--   than 2,500 in 7 days
-- source: exact definition here: fees, interest, direct debits and the bank's own entries do not break the silence; any
--   other entry does, whoever started it, because records seldom say. Silence counts only where statements cover all
--   of it: periods that touch, or numbered statements that follow each other with an unchanged balance.
-- explanation: After {silent_days_seen} days without a payment, all of them covered by statements, {payments} payments
--   followed within {burst_days} days: {came_in} {currency} in, {went_out} {currency} out.
-- explanation[nl]: Na {silent_days_seen} dagen zonder betaling, alle gedekt door afschriften, volgden binnen
--   {burst_days} dagen {payments} betalingen: {came_in} {currency} bij, {went_out} {currency} af.
-- innocent: A savings account that is used for a purchase, a move or a holiday.
-- innocent: An inheritance, an insurance payment, or an account that its holder took up again after illness or a stay
--   abroad.
-- innocent: A business that works in one season only.
-- innocent: The holder was made to give the account out of hand; see the control indicators.

WITH payments AS (
    SELECT e.account_id,
           e.entry_id,
           e.direction,
           e.amount,
           coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')) AS at,
           CASE WHEN e.booked_at IS NULL THEN 1 ELSE 0 END AS day_only,
           arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32') AS day
    FROM entries e
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    WHERE NOT e.reversal
      AND e.amount > 0
      AND e.currency = $currency
      AND e.channel NOT IN ('fee', 'interest', 'direct_debit')
      AND e.counterparty_status <> 'bank'
      AND (e.booked_at IS NOT NULL OR e.booking_date IS NOT NULL)
),
periods AS (
    SELECT account_id,
           arrow_cast(from_date, 'Int32') AS first_day,
           arrow_cast(to_date, 'Int32') AS last_day,
           opening_balance,
           closing_balance,
           TRY_CAST(split_part(sequence_number, '/', 1) AS BIGINT) AS sequence
    FROM statements
    -- Only a statement that proves itself shows that nothing happened.
    WHERE verdict = 'verified' AND from_date IS NOT NULL AND to_date IS NOT NULL AND (currency IS NULL OR currency = $currency)
),
joints AS (
    SELECT *,
           CASE
               WHEN first_day <= 1 + max(last_day) OVER (
                   PARTITION BY account_id ORDER BY first_day, last_day
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
               ) THEN 0
               WHEN sequence = 1 + lag(sequence) OVER line
                AND opening_balance = lag(closing_balance) OVER line THEN 0
               ELSE 1
           END AS breaks
    FROM periods
    WINDOW line AS (PARTITION BY account_id ORDER BY first_day, last_day)
),
pieces AS (
    SELECT *,
           sum(breaks) OVER (
               PARTITION BY account_id ORDER BY first_day, last_day
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS piece
    FROM joints
),
covered AS (
    SELECT account_id, piece, min(first_day) AS first_day, max(last_day) AS last_day
    FROM pieces
    GROUP BY account_id, piece
),
days AS (
    SELECT account_id, day, lag(day) OVER (PARTITION BY account_id ORDER BY day) AS before
    FROM (SELECT DISTINCT account_id, day FROM payments) AS used
),
resumed AS (
    SELECT days.account_id,
           days.day,
           days.day - coalesce(days.before, covered.first_day) AS silent_days_seen
    FROM days
    JOIN covered ON covered.account_id = days.account_id
    WHERE covered.last_day >= days.day
      AND covered.first_day <= coalesce(days.before, days.day - $silent_days)
      AND days.day - coalesce(days.before, covered.first_day) >= $silent_days
)
SELECT resumed.account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(payments.at) AS from_time,
       max(payments.at) AS to_time,
       CASE WHEN max(payments.day_only) = 1 THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(payments.entry_id ORDER BY payments.at, payments.entry_id) AS entries,
       array_agg(
           CASE WHEN payments.direction = 'credit' THEN 'in' ELSE 'exit' END ORDER BY payments.at, payments.entry_id
       ) AS roles,
       max(resumed.silent_days_seen) AS silent_days_seen,
       count(*) AS payments,
       sum(CASE WHEN payments.direction = 'credit' THEN payments.amount ELSE 0 END) AS came_in,
       sum(CASE WHEN payments.direction = 'debit' THEN payments.amount ELSE 0 END) AS went_out
FROM resumed
JOIN payments
    ON payments.account_id = resumed.account_id
   AND payments.day >= resumed.day
   AND payments.day < resumed.day + $burst_days
GROUP BY resumed.account_id, resumed.day
HAVING count(*) >= $minimum_entries
    OR sum(CASE WHEN payments.direction = 'credit' THEN payments.amount ELSE 0 END) > $minimum_amount
    OR sum(CASE WHEN payments.direction = 'debit' THEN payments.amount ELSE 0 END) > $minimum_amount
