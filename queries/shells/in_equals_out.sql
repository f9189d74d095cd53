-- id: SH-08
-- version: 1
-- title: What comes in goes out at once
-- title[nl]: Wat binnenkomt gaat meteen weer uit
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: lowest_ratio decimal 0.97 -- out to in of a year
-- parameter: highest_ratio decimal 1.03 -- more than this was paid from older money
-- parameter: most_days number 3 -- half of the money has left within these days
-- parameter: minimum_inflow decimal 100000 -- in a year; small businesses live from hand to mouth
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries) AS e ON e.account_id = h.account_id WHERE h.role = 'holder') AS seen ON
--   seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of these companies are not in
--   these records -- ask banks for the accounts of these companies and their statements
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: shell indicator SH-08 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: In {year} {inflow} {currency} came in and {outflow} {currency} went out ({ratio} of it); half of the
--   money stayed {median_days} days or less, the first to come taken to be the first to go.
-- explanation[nl]: In {year} kwam {inflow} {currency} binnen en ging {outflow} {currency} uit ({ratio} daarvan); de
--   helft van het geld bleef {median_days} dagen of korter, waarbij wat eerst kwam eerst ging.
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
days AS (
    SELECT party_id,
           CAST(date_part('year', day) AS BIGINT) AS year,
           CAST(arrow_cast(day, 'Int32') AS BIGINT) AS day,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS received,
           sum(CASE WHEN direction = 'debit' THEN amount ELSE 0 END) AS sent
    FROM moves
    GROUP BY party_id, CAST(date_part('year', day) AS BIGINT), CAST(arrow_cast(day, 'Int32') AS BIGINT)
),
running AS (
    SELECT *,
           sum(received) OVER line AS came,
           sum(sent) OVER line AS went,
           sum(received) OVER whole AS inflow,
           sum(sent) OVER whole AS outflow
    FROM days
    WINDOW line AS (PARTITION BY party_id, year ORDER BY day), whole AS (PARTITION BY party_id, year)
),
-- All money of the year in one row, cut where a day's receipts or payments end: each piece came on one day and went on one.
points AS (
    SELECT party_id, year, inflow, outflow, day, side, CASE WHEN side = 'in' THEN came ELSE went END AS level
    FROM (
        SELECT *, unnest(make_array('in', 'out')) AS side
        FROM running
        WHERE inflow >= $minimum_inflow AND outflow >= $lowest_ratio * inflow AND outflow <= $highest_ratio * inflow
    ) AS both_sides
    WHERE (side = 'in' AND received > 0) OR (side = 'out' AND sent > 0)
),
pieces AS (
    SELECT party_id, year, inflow, outflow,
           level - coalesce(lag(level) OVER (PARTITION BY party_id, year ORDER BY level), 0) AS length,
           min(CASE WHEN side = 'in' THEN day END) OVER (PARTITION BY party_id, year ORDER BY level DESC) AS came_on,
           min(CASE WHEN side = 'out' THEN day END) OVER (PARTITION BY party_id, year ORDER BY level DESC) AS went_on
    FROM points
),
-- What was paid before it came was paid from older money.
rested AS (
    SELECT party_id, year, inflow, outflow, went_on - came_on AS days, length
    FROM pieces
    WHERE length > 0 AND went_on >= came_on
),
ranked AS (
    SELECT party_id, year, inflow, outflow, days,
           sum(length) OVER (PARTITION BY party_id, year ORDER BY days) AS upto,
           sum(length) OVER (PARTITION BY party_id, year) AS whole
    FROM rested
),
hits AS (
    SELECT party_id, year, max(inflow) AS inflow, max(outflow) AS outflow, min(days) AS median_days
    FROM ranked
    WHERE upto * 2 >= whole
    GROUP BY party_id, year
    HAVING min(days) <= $most_days AND max(whole) * 2 >= max(inflow)
),
yearly AS (
    SELECT moves.*, CAST(date_part('year', moves.day) AS BIGINT) AS year
    FROM moves
    LEFT SEMI JOIN hits ON hits.party_id = moves.party_id
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT party_id, year, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles
    FROM (
        SELECT party_id, year, entry_id, day, CASE WHEN direction = 'credit' THEN 'in' ELSE 'out' END AS role,
               row_number() OVER (PARTITION BY party_id, year ORDER BY amount DESC, entry_id) AS place
        FROM yearly
    ) AS largest
    GROUP BY party_id, year
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       cited.from_time,
       cited.to_time,
       cited.entries,
       cited.roles,
       'only the accounts in these records were looked at; the company may have others' AS sufficiency,
       hits.year,
       hits.inflow,
       hits.outflow,
       CAST(CAST(hits.outflow AS DECIMAL(24, 4)) / CAST(hits.inflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS ratio,
       hits.median_days
FROM hits
JOIN cited ON cited.party_id = hits.party_id AND cited.year = hits.year
