-- id: SH-08
-- version: 2
-- title: What comes in goes out at once
-- title[nl]: Wat binnenkomt gaat meteen weer uit
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   statements.account_id, statements.currency, statements.from_date, statements.opening_balance
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: lowest_ratio decimal 0.97 -- out to in of a year
-- parameter: highest_ratio decimal 1.03 -- more than this was paid from older money
-- parameter: most_days number 3 -- half of the money that leaves in a year has stayed no longer
-- parameter: minimum_inflow decimal 100000 -- in a year; small businesses live from hand to mouth
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: shell indicator SH-08 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: In {year} {inflow} {currency} came in and {outflow} {currency} went out ({ratio} of it); half of what
--   went out had stayed {median_days} days or less, the first to come taken to be the first to go.
-- explanation[nl]: In {year} kwam {inflow} {currency} binnen en ging {outflow} {currency} uit ({ratio} daarvan); de
--   helft van wat uitging was {median_days} dagen of korter gebleven, waarbij wat eerst kwam eerst ging.
-- innocent: A payment service, notary, bailiff or collecting agency, whose accounts hold money of others.
-- innocent: A group that sweeps all balances to one account each night.
-- innocent: A trading company with thin margins that pays suppliers on receipt.
-- innocent: A subcontractor that passes on what its customer pays.

WITH held AS (
    SELECT DISTINCT h.account_id, h.party_id
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder' AND p.kind = 'company'
),
-- What came in and went out, without copies, what was taken back, and what moved between accounts of one company.
moves AS (
    SELECT held.party_id,
           e.account_id,
           e.entry_id,
           e.direction,
           e.amount,
           coalesce(e.booking_date, CAST(e.booked_at AS DATE)) AS day
    FROM entries e
    JOIN held ON held.account_id = e.account_id
    LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record')) AS copies
        ON e.entry_id = copies.entry_id
    LEFT JOIN held AS own ON own.account_id = e.counterparty_account_id AND own.party_id = held.party_id
    WHERE own.account_id IS NULL
      AND NOT e.reversal
      AND e.amount > 0
      AND e.currency = $currency
      AND (e.booking_date IS NOT NULL OR e.booked_at IS NOT NULL)
),
-- Every step of which the engine needs entries is referred to once, since it computes a step anew each time.
account_days AS (
    SELECT party_id, account_id,
           CAST(arrow_cast(day, 'Int32') AS BIGINT) AS day,
           max(CAST(date_part('year', day) AS BIGINT)) AS year,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS received,
           sum(CASE WHEN direction = 'debit' THEN amount ELSE 0 END) AS sent
    FROM moves
    GROUP BY party_id, account_id, CAST(arrow_cast(day, 'Int32') AS BIGINT)
),
-- The years that are judged, and the companies that have one.
years AS (
    SELECT *,
           CASE WHEN sum(received) OVER yearly >= $minimum_inflow AND sum(sent) OVER yearly >= $lowest_ratio * sum(received) OVER yearly
                     AND sum(sent) OVER yearly <= $highest_ratio * sum(received) OVER yearly THEN 1 ELSE 0 END AS judged,
           sum(received) OVER yearly AS inflow,
           sum(sent) OVER yearly AS outflow
    FROM account_days
    WINDOW yearly AS (PARTITION BY party_id, year)
),
numbered AS (
    SELECT *,
           max(judged) OVER (PARTITION BY party_id) AS is_asked,
           row_number() OVER (PARTITION BY party_id, account_id ORDER BY day) AS place,
           min(day) OVER (PARTITION BY party_id, account_id) AS first_day
    FROM years
),
-- What an account held when its records begin: nobody knows since when.
opened AS (
    SELECT account_id, opening_balance,
           CAST(arrow_cast(from_date, 'Int32') AS BIGINT) AS day,
           row_number() OVER (PARTITION BY account_id ORDER BY from_date, statement_id) AS place
    FROM statements
    WHERE from_date IS NOT NULL AND coalesce(currency, $currency) = $currency
),
balanced AS (
    SELECT n.party_id, n.day, n.year, n.received, n.sent, n.judged, n.inflow, n.outflow, n.place,
           o.day AS opening_day, o.opening_balance AS balance
    FROM numbered n
    LEFT JOIN opened o ON o.account_id = n.account_id AND o.place = 1 AND o.day <= n.first_day
    WHERE n.is_asked = 1
),
-- In the order in which it came: even numbers are money of unknown age.
sides AS (
    SELECT *, unnest(CASE WHEN place = 1 AND balance > 0 THEN make_array(1, 0) ELSE make_array(1) END) AS side FROM balanced
),
layers AS (
    SELECT party_id, CASE side WHEN 1 THEN day * 2 + 1 ELSE opening_day * 2 END AS number,
           sum(CASE side WHEN 1 THEN received ELSE balance END) AS amount,
           sum(CASE side WHEN 1 THEN sent ELSE 0 END) AS sent,
           max(CASE WHEN side = 1 THEN year END) AS year,
           max(CASE WHEN side = 1 AND judged = 1 THEN inflow END) AS inflow,
           max(CASE WHEN side = 1 AND judged = 1 THEN outflow END) AS outflow,
           max(CASE WHEN balance IS NULL THEN 1 ELSE 0 END) AS untold
    FROM sides
    GROUP BY party_id, CASE side WHEN 1 THEN day * 2 + 1 ELSE opening_day * 2 END
),
levels AS (
    SELECT *,
           sum(amount) OVER upto AS came_upto,
           sum(sent) OVER upto AS sent_upto,
           min(number) OVER (PARTITION BY party_id) AS first,
           max(untold) OVER (PARTITION BY party_id) AS is_untold
    FROM layers
    WINDOW upto AS (PARTITION BY party_id ORDER BY number)
),
-- What was paid before it came was there before.
depths AS (
    SELECT *, greatest(max(sent_upto - came_upto) OVER (PARTITION BY party_id), 0) AS before FROM levels
),
-- All money in one row, cut where a day's receipts or payments end: each piece came on one day and went on one.
cuts AS (
    SELECT *, unnest(make_array('in', 'out', 'before')) AS side FROM depths
),
points AS (
    SELECT party_id, side, year, inflow, outflow, is_untold,
           CASE WHEN side = 'before' THEN first - 2 - first % 2 ELSE number END AS number,
           CASE side WHEN 'in' THEN came_upto + before WHEN 'out' THEN sent_upto ELSE before END AS level
    FROM cuts
    WHERE CASE side WHEN 'in' THEN amount > 0 WHEN 'out' THEN sent > 0 ELSE before > 0 AND number = first END
),
pieces AS (
    SELECT *,
           level - coalesce(lag(level) OVER (PARTITION BY party_id ORDER BY level), 0) AS length,
           min(CASE WHEN side <> 'out' THEN number END) OVER (PARTITION BY party_id ORDER BY level DESC) AS came,
           min(CASE WHEN side = 'out' THEN number END) OVER (PARTITION BY party_id ORDER BY level DESC) AS went,
           min(CASE WHEN side = 'out' THEN year END) OVER (PARTITION BY party_id ORDER BY level DESC) AS went_year
    FROM points
),
-- Money of unknown age counts to what went out and to nothing else.
rested AS (
    SELECT party_id, went_year AS year, length, came, (went - came) / 2 AS days, is_untold,
           max(CASE WHEN side = 'out' THEN inflow END) OVER of_year AS inflow,
           max(CASE WHEN side = 'out' THEN outflow END) OVER of_year AS outflow
    FROM pieces
    WHERE went IS NOT NULL
    WINDOW of_year AS (PARTITION BY party_id, went_year)
),
ranked AS (
    SELECT *, sum(length) OVER (PARTITION BY party_id, year ORDER BY days) AS upto
    FROM rested
    WHERE length > 0 AND came % 2 <> 0 AND outflow IS NOT NULL
),
hits AS (
    SELECT party_id, year, max(inflow) AS inflow, max(outflow) AS outflow, min(days) AS median_days, max(is_untold) AS untold
    FROM ranked
    WHERE upto * 2 >= outflow
    GROUP BY party_id, year
    HAVING min(days) <= $most_days
),
-- The largest of them; the figures rest on all.
largest AS (
    SELECT moves.party_id, CAST(date_part('year', moves.day) AS BIGINT) AS year, moves.entry_id, moves.day,
           CASE WHEN moves.direction = 'credit' THEN 'in' ELSE 'out' END AS role,
           hits.inflow, hits.outflow, hits.median_days, hits.untold,
           row_number() OVER (PARTITION BY moves.party_id, CAST(date_part('year', moves.day) AS BIGINT)
                              ORDER BY moves.amount DESC, moves.entry_id) AS place
    FROM moves
    JOIN hits ON hits.party_id = moves.party_id AND hits.year = CAST(date_part('year', moves.day) AS BIGINT)
),
cited AS (
    SELECT party_id, year, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles,
           max(inflow) AS inflow, max(outflow) AS outflow, max(median_days) AS median_days, max(untold) AS untold
    FROM largest
    GROUP BY party_id, year
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       party_id,
       from_time,
       to_time,
       entries,
       roles,
       'only the accounts in these records were looked at; the company may have others'
           || CASE WHEN untold = 0 THEN '' ELSE '; the balance with which the records of an account begin is not in them: older money than what came in is taken to be none' END AS sufficiency,
       year,
       inflow,
       outflow,
       CAST(CAST(outflow AS DECIMAL(24, 4)) / CAST(inflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS ratio,
       median_days
FROM cited
