-- id: ML-09
-- version: 1
-- title: Cash put in in several cities and taken out in another
-- title[nl]: Contant geld gestort in verschillende steden en elders opgenomen
-- describes: account
-- form: -
-- gate: pass-through
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.channel, entries.booking_date, entries.booked_at, entries.time_precision, entries.reversal, entries.city,
--   same_entries.entry_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are never added to it
-- parameter: delay_hours number 72 -- from deposit to withdrawal: little time elapses
-- parameter: minimum_deposits number 5 -- deposits that were taken out elsewhere
-- parameter: period interval 30 days -- the first and last such deposit of a group lie at most this far apart
-- gap: direction = 'credit' AND channel IN ('cash_atm', 'cash_branch') AND (city IS NULL OR trim(city) = '')
--   -- the city of these cash deposits is not in these records
--   -- ask the bank for terminal, branch and place of each cash deposit
-- gap: direction = 'debit' AND channel IN ('cash_atm', 'cash_branch') AND (city IS NULL OR trim(city) = '')
--   -- the city of these cash withdrawals is not in these records
--   -- ask the bank for terminal, branch and place of each cash withdrawal
-- gap: channel IN ('cash_atm', 'cash_branch') AND (currency IS NULL OR currency <> $currency)
--   -- cash in another currency than the case's, without a rate
--   -- ask for the amounts in the currency of the case, or run the rule in theirs
-- source: FinCEN on funnel accounts: cash deposits in one area, often below a threshold, withdrawn in another area with
--   little time between
-- source: pattern ML-09, exact definition here: a deposit counts where a cash withdrawal follows within the delay in a
--   city in which no deposit of that same time was made; at least the minimum of such deposits, in at least two cities,
--   within the period. Without times of day, a withdrawal on the day of the deposit is taken to follow it (lenient).
--   Transfers carry no city and take no part.
-- explanation: {deposits} cash deposits in {cities} cities, together {deposited} {currency}, were each followed within
--   {delay_hours} hours by a cash withdrawal in another city; {withdrawals} withdrawals, together {withdrawn} {currency}.
-- explanation[nl]: {deposits} contante stortingen in {cities} steden, samen {deposited} {currency}, werden elk binnen
--   {delay_hours} uur gevolgd door een contante opname in een andere stad; {withdrawals} opnamen, samen {withdrawn}
--   {currency}.
-- innocent: A student or relative elsewhere who is supported by family that deposits cash at home.
-- innocent: A business with branches, fairs or market stalls in several cities.
-- innocent: A holder who travels for work, such as a driver or a fitter.
-- innocent: The holder is made to hand over card or money; see the control indicators.

WITH cash AS (
    SELECT e.account_id,
           e.entry_id,
           e.direction,
           e.amount,
           upper(trim(e.city)) AS city,
           coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')) AS at,
           arrow_cast(coalesce(e.booked_at, arrow_cast(e.booking_date, 'Timestamp(Microsecond, None)')), 'Int64')
               / 1000000 AS second,
           CASE WHEN e.booked_at IS NULL OR e.time_precision = 'day' THEN 1 ELSE 0 END AS day_only
    FROM entries e
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    WHERE e.channel IN ('cash_atm', 'cash_branch')
      AND NOT e.reversal
      AND e.currency = $currency
      AND e.amount > 0
      AND trim(e.city) <> ''
      AND (e.booked_at IS NOT NULL OR e.booking_date IS NOT NULL)
),
candidates AS (
    SELECT account_id
    FROM cash
    GROUP BY account_id
    HAVING sum(CASE WHEN direction = 'credit' THEN 1 ELSE 0 END) >= $minimum_deposits
       AND min(CASE WHEN direction = 'credit' THEN city END) <> max(CASE WHEN direction = 'credit' THEN city END)
       AND max(CASE WHEN direction = 'debit' THEN 1 ELSE 0 END) = 1
),
-- Time is cut into pieces as long as the delay, so that only neighbours are compared. A day without times reaches to
-- its end, hence the day that is added to the piece.
deposits AS (
    SELECT cash.*, second / ($delay_hours * 3600 + 86400) AS piece
    FROM cash
    LEFT SEMI JOIN candidates ON cash.account_id = candidates.account_id
    WHERE direction = 'credit'
),
withdrawals AS (
    SELECT cash.*, second / ($delay_hours * 3600 + 86400) AS piece
    FROM cash
    LEFT SEMI JOIN candidates ON cash.account_id = candidates.account_id
    WHERE direction = 'debit'
),
looks AS (
    SELECT *, unnest([piece - 1, piece, piece + 1]) AS look FROM withdrawals
),
pairs AS (
    SELECT looks.account_id,
           deposits.entry_id AS deposit,
           deposits.at,
           deposits.day_only,
           deposits.amount,
           deposits.city,
           looks.entry_id AS withdrawal,
           looks.at AS out_at,
           looks.day_only AS out_day_only,
           looks.amount AS out_amount,
           looks.city AS out_city,
           max(CASE WHEN deposits.city = looks.city THEN 1 ELSE 0 END) OVER (
               PARTITION BY looks.account_id, looks.entry_id
           ) AS same_city
    FROM looks
    JOIN deposits ON deposits.account_id = looks.account_id AND deposits.piece = looks.look
    WHERE looks.second <= deposits.second + $delay_hours * 3600
      AND (
          looks.second >= deposits.second
          OR (
              (looks.day_only = 1 OR deposits.day_only = 1)
              AND CAST(looks.at AS DATE) = CAST(deposits.at AS DATE)
          )
      )
),
-- A deposit that several withdrawals followed is counted with the first of them only.
carried AS (
    SELECT *,
           CASE
               WHEN row_number() OVER (PARTITION BY account_id, deposit ORDER BY out_at, withdrawal) = 1 THEN 1
               ELSE 0
           END AS counts
    FROM pairs
    WHERE same_city = 0
),
groups AS (
    SELECT *,
           CASE
               WHEN sum(counts) OVER back >= $minimum_deposits AND min(city) OVER back <> max(city) OVER back THEN 1
               ELSE 0
           END AS closes
    FROM carried
    WINDOW back AS (PARTITION BY account_id ORDER BY at RANGE BETWEEN $period PRECEDING AND CURRENT ROW)
),
members AS (
    SELECT *,
           max(closes) OVER (
               PARTITION BY account_id ORDER BY at RANGE BETWEEN CURRENT ROW AND $period FOLLOWING
           ) AS member
    FROM groups
),
steps AS (
    SELECT *, lag(at) OVER (PARTITION BY account_id ORDER BY at, deposit, withdrawal) AS before
    FROM members
    WHERE member = 1
),
series AS (
    SELECT *,
           sum(CASE WHEN before IS NULL OR at > before + $period THEN 1 ELSE 0 END) OVER (
               PARTITION BY account_id ORDER BY at, deposit, withdrawal
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS number
    FROM steps
),
-- A withdrawal belongs to the first series whose deposit it followed.
both_sides AS (
    SELECT *,
           row_number() OVER (PARTITION BY account_id, withdrawal ORDER BY at, deposit) AS turn,
           unnest(['deposit', 'exit']) AS role
    FROM series
),
cited AS (
    SELECT account_id,
           number,
           role,
           CASE WHEN role = 'deposit' THEN deposit ELSE withdrawal END AS entry_id,
           CASE WHEN role = 'deposit' THEN at ELSE out_at END AS at,
           CASE WHEN role = 'deposit' THEN day_only ELSE out_day_only END AS day_only,
           CASE WHEN role = 'deposit' THEN amount ELSE out_amount END AS amount,
           CASE WHEN role = 'deposit' THEN city ELSE out_city END AS city
    FROM both_sides
    WHERE (role = 'deposit' AND counts = 1) OR (role = 'exit' AND turn = 1)
)
SELECT account_id,
       CAST(NULL AS VARCHAR) AS party_id,
       min(at) AS from_time,
       max(at) AS to_time,
       CASE WHEN max(day_only) = 1 THEN 'day' ELSE 'second' END AS time_precision,
       array_agg(entry_id ORDER BY at, role, entry_id) AS entries,
       array_agg(role ORDER BY at, role, entry_id) AS roles,
       concat('c-', account_id) AS exit_account,
       CASE
           WHEN max(day_only) = 1
               THEN 'time of day not in all of these records: within a day, a deposit is taken to come first'
       END AS sufficiency,
       sum(CASE WHEN role = 'deposit' THEN 1 ELSE 0 END) AS deposits,
       sum(CASE WHEN role = 'deposit' THEN amount ELSE 0 END) AS deposited,
       count(DISTINCT CASE WHEN role = 'deposit' THEN city END) AS cities,
       sum(CASE WHEN role = 'exit' THEN 1 ELSE 0 END) AS withdrawals,
       sum(CASE WHEN role = 'exit' THEN amount ELSE 0 END) AS withdrawn,
       count(DISTINCT CASE WHEN role = 'exit' THEN city END) AS withdrawal_cities
FROM cited
GROUP BY account_id, number
