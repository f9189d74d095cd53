-- id: ML-08
-- version: 1
-- title: Money passed on soon after it came in
-- title[nl]: Geld dat kort na binnenkomst wordt doorgegeven
-- describes: account
-- form: -
-- gate: pass-through
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.channel, entries.booking_date, entries.booked_at, entries.time_precision, entries.reversal,
--   entries.counterparty_account_id, entries.counterparty_status, entries.merchant_category, same_entries.entry_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: days number 2 -- 48 hours as calendar days between in and out: 0, 1 or 2; more than 2 is not looked at
-- parameter: share decimal 0.80 -- part of the inflow that is passed on; a keeper's margin of up to a fifth is usual
-- parameter: minimum_events number 5 -- incoming amounts of days from which money was passed on
-- parameter: minimum_inflow decimal 2500 -- in the period; below it, living from hand to mouth looks the same
-- parameter: period_days number 30 -- the first and last day of a period lie at most this far apart
-- gap: currency IS NULL OR currency <> $currency
--   -- amounts in another currency than the threshold, without a rate
--   -- ask for the amounts in the currency of the case, or set the threshold in theirs
-- gap: booking_date IS NULL AND booked_at IS NULL -- the day of these entries is not in these records
--   -- ask the bank for booking dates
-- source: pattern ML-08: incoming and outgoing money matched within 48 hours, at least 80 % of an inflow of at least
--   2,500 in 30 days, over at least 5 events
-- source: exact definition here: outgoing money is matched to incoming money of the same day, what is left to that of
--   the day before, what is then left to that of two days before; no amount is matched twice. Within a day, an amount
--   that has a time is matched only to what came in before it or at its time; without times the day's inflow is taken to
--   come first (lenient). Fees, interest, direct debits, loans, cards and merchants take no part: they are a holder's own spending.
-- explanation: {passed_on} of {inflow} {currency} that came in over {events} incoming amounts ({share_passed_on} of it)
--   left again within {days} days to accounts or in cash, to {exits} different destinations.
-- explanation[nl]: {passed_on} van {inflow} {currency} die met {events} bijschrijvingen binnenkwam (deel:
--   {share_passed_on}) ging binnen {days} dagen weer weg naar rekeningen of in contanten, naar {exits} verschillende
--   bestemmingen.
-- innocent: A household that lives from pay day to pay day and pays rent and savings by transfer at once.
-- innocent: A collecting business, payment service, notary, administrator of an estate or budget manager, whose work
--   is to pass money on.
-- innocent: Money moved between a holder's own accounts.
-- innocent: The holder is made to hand the money over; see the control indicators.

WITH moves AS (
    SELECT e.account_id,
           e.entry_id,
           e.amount,
           CASE WHEN e.direction = 'credit' THEN 1 ELSE 0 END AS incoming,
           coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')) AS at,
           arrow_cast(coalesce(CAST(e.booked_at AS DATE), e.booking_date), 'Int32') AS day,
           CASE WHEN e.booked_at IS NULL OR e.time_precision = 'day' THEN 1 ELSE 0 END AS day_only,
           CASE
               WHEN e.direction = 'credit' THEN NULL
               WHEN e.counterparty_account_id IS NOT NULL THEN e.counterparty_account_id
               WHEN e.channel IN ('cash_atm', 'cash_branch') THEN concat('c-', e.account_id)
           END AS destination
    FROM entries e
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    WHERE NOT e.reversal
      AND e.amount > 0
      AND e.currency = $currency
      AND (e.booked_at IS NOT NULL OR e.booking_date IS NOT NULL)
      AND (
          e.direction = 'credit'
          OR (
              e.channel NOT IN ('card_pos', 'card_ecom', 'direct_debit', 'fee', 'interest', 'loan')
              AND e.counterparty_status <> 'bank'
              AND e.merchant_category IS NULL
          )
      )
),
-- An upper bound, to look closer at few accounts only: what is passed on in a period leaves in it or within the days
-- after it. An account that never reaches the share even so needs no further look.
totals AS (
    SELECT account_id,
           day,
           sum(CASE WHEN incoming = 1 THEN amount ELSE 0 END) AS received,
           sum(CASE WHEN incoming = 0 THEN amount ELSE 0 END) AS sent,
           sum(incoming) AS credits
    FROM moves
    GROUP BY account_id, day
),
possible AS (
    SELECT account_id,
           sum(received) OVER back AS inflow,
           sum(credits) OVER back AS events,
           sum(sent) OVER (
               PARTITION BY account_id ORDER BY day RANGE BETWEEN $period_days PRECEDING AND $days FOLLOWING
           ) AS outflow
    FROM totals
    WINDOW back AS (PARTITION BY account_id ORDER BY day RANGE BETWEEN $period_days PRECEDING AND CURRENT ROW)
),
candidates AS (
    SELECT DISTINCT account_id
    FROM possible
    WHERE inflow >= $minimum_inflow AND events >= $minimum_events AND outflow >= $share * inflow
),
-- What has gone out beyond what has come in, so far. A day of an account without times begins with what came in.
ordered AS (
    SELECT moves.account_id,
           moves.day,
           moves.incoming,
           moves.amount,
           sum(CASE WHEN incoming = 1 THEN -amount ELSE amount END) OVER (
               PARTITION BY moves.account_id
               ORDER BY day,
                        CASE WHEN day_only = 1 AND incoming = 0 THEN at + INTERVAL '1 day' ELSE at END,
                        incoming DESC,
                        entry_id
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS beyond
    FROM moves
    LEFT SEMI JOIN candidates ON moves.account_id = candidates.account_id
),
daily AS (
    SELECT account_id,
           day,
           sum(CASE WHEN incoming = 1 THEN amount ELSE 0 END) AS received,
           sum(CASE WHEN incoming = 0 THEN amount ELSE 0 END) AS sent,
           max(beyond) AS peak,
           sum(incoming) AS credits
    FROM ordered
    GROUP BY account_id, day
),
-- How far the highest point of the day lies above its beginning is what had no source on that day.
days AS (
    SELECT account_id,
           day,
           received,
           sent,
           credits,
           sent - greatest(
               peak - sum(sent - received) OVER (
                   PARTITION BY account_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
               ) + sent - received,
               0
           ) AS same_day
    FROM daily
),
next_day AS (
    SELECT *,
           CASE
               WHEN $days >= 1 AND lag(day) OVER line = day - 1
                   THEN least(lag(received - same_day) OVER line, sent - same_day)
               ELSE 0
           END AS from_day_before
    FROM days
    WINDOW line AS (PARTITION BY account_id ORDER BY day)
),
left_over AS (
    SELECT *,
           CASE WHEN lead(day) OVER line = day + 1 THEN lead(from_day_before) OVER line ELSE 0 END AS passed_next_day
    FROM next_day
    WINDOW line AS (PARTITION BY account_id ORDER BY day)
),
second_day AS (
    SELECT *,
           CASE
               WHEN $days < 2 THEN 0
               WHEN lag(day) OVER line = day - 2
                   THEN least(
                       lag(received - same_day - passed_next_day) OVER line,
                       sent - same_day - from_day_before
                   )
               WHEN lag(day, 2) OVER line = day - 2
                   THEN least(
                       lag(received - same_day - passed_next_day, 2) OVER line,
                       sent - same_day - from_day_before
                   )
               ELSE 0
           END AS from_two_days_before
    FROM left_over
    WINDOW line AS (PARTITION BY account_id ORDER BY day)
),
matched AS (
    SELECT account_id,
           day,
           received,
           credits,
           same_day + from_day_before + from_two_days_before AS taken,
           same_day + passed_next_day + CASE
               WHEN lead(day) OVER line = day + 2 THEN lead(from_two_days_before) OVER line
               WHEN lead(day, 2) OVER line = day + 2 THEN lead(from_two_days_before, 2) OVER line
               ELSE 0
           END AS passed
    FROM second_day
    WINDOW line AS (PARTITION BY account_id ORDER BY day)
),
periods AS (
    SELECT *,
           CASE
               WHEN received > 0
                AND sum(received) OVER back >= $minimum_inflow
                AND sum(passed) OVER back >= $share * sum(received) OVER back
                AND sum(CASE WHEN passed > 0 THEN credits ELSE 0 END) OVER back >= $minimum_events THEN 1
               ELSE 0
           END AS closes
    FROM matched
    WINDOW back AS (PARTITION BY account_id ORDER BY day RANGE BETWEEN $period_days PRECEDING AND CURRENT ROW)
),
members AS (
    SELECT *,
           CASE
               WHEN received > 0 THEN max(closes) OVER (
                   PARTITION BY account_id ORDER BY day RANGE BETWEEN CURRENT ROW AND $period_days FOLLOWING
               )
               ELSE 0
           END AS member
    FROM periods
),
-- Days of a series, and days on which its money left.
near AS (
    SELECT *,
           max(member) OVER (
               PARTITION BY account_id ORDER BY day RANGE BETWEEN $days PRECEDING AND CURRENT ROW
           ) AS near
    FROM members
),
steps AS (
    SELECT *,
           max(CASE WHEN member = 1 THEN day END) OVER (
               PARTITION BY account_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS before
    FROM near
    WHERE near = 1
),
numbered AS (
    SELECT *,
           sum(CASE WHEN member = 1 AND (before IS NULL OR day > before + $period_days) THEN 1 ELSE 0 END) OVER (
               PARTITION BY account_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS number
    FROM steps
),
series AS (
    SELECT account_id,
           number,
           day,
           member,
           passed,
           taken,
           sum(CASE WHEN member = 1 THEN received ELSE 0 END) OVER whole AS inflow,
           sum(CASE WHEN member = 1 THEN passed ELSE 0 END) OVER whole AS passed_on,
           sum(CASE WHEN member = 1 AND passed > 0 THEN credits ELSE 0 END) OVER whole AS events
    FROM numbered
    WINDOW whole AS (PARTITION BY account_id, number)
),
-- The incoming amounts of days from which money was passed on, and the outgoing amounts that passed it on.
cited AS (
    SELECT series.number,
           series.inflow,
           series.passed_on,
           series.events,
           moves.*,
           max(moves.incoming) OVER same_time - min(moves.incoming) OVER same_time AS both_ways,
           sum(CASE WHEN moves.incoming = 0 THEN moves.amount ELSE 0 END) OVER (
               PARTITION BY moves.account_id, series.number, moves.destination
           ) AS to_destination
    FROM series
    JOIN moves ON moves.account_id = series.account_id AND moves.day = series.day
    WHERE (moves.incoming = 1 AND series.member = 1 AND series.passed > 0)
       OR (moves.incoming = 0 AND series.taken > 0)
    WINDOW same_time AS (PARTITION BY moves.account_id, series.number, moves.at)
)
SELECT account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(at) AS from_time,
       max(at) AS to_time,
       CASE WHEN max(day_only) = 1 THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(entry_id ORDER BY at, incoming DESC, entry_id) AS entries,
       array_agg(CASE WHEN incoming = 1 THEN 'in' ELSE 'exit' END ORDER BY at, incoming DESC, entry_id) AS roles,
       first_value(
           CASE WHEN incoming = 0 THEN destination END
           ORDER BY CASE WHEN incoming = 0 AND destination IS NOT NULL THEN 0 ELSE 1 END, to_destination DESC, destination
       ) AS exit_account,
       CASE
           WHEN max(day_only) = 1
               THEN 'time of day not in these records: within a day, what came in is taken to come first'
           WHEN max(both_ways) = 1
               THEN 'some of what came in and what went out has the same time: what came in is taken to come first'
       END AS sufficiency,
       max(inflow) AS inflow,
       max(passed_on) AS passed_on,
       CAST(
           CAST(max(passed_on) AS DECIMAL(22, 4)) / CAST(max(inflow) AS DECIMAL(22, 4)) AS DECIMAL(9, 4)
       ) AS share_passed_on,
       max(events) AS events,
       count(DISTINCT CASE WHEN incoming = 0 THEN destination END) AS exits,
       max(CASE WHEN incoming = 0 AND destination IS NOT NULL THEN to_destination END) AS largest_exit
FROM cited
GROUP BY account_id, number
