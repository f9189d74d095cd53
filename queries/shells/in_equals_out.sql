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
days AS (
    SELECT party_id,
           CAST(arrow_cast(day, 'Int32') AS BIGINT) AS day,
           max(CAST(date_part('year', day) AS BIGINT)) AS year,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS received,
           sum(CASE WHEN direction = 'debit' THEN amount ELSE 0 END) AS sent
    FROM moves
    GROUP BY party_id, CAST(arrow_cast(day, 'Int32') AS BIGINT)
),
-- The years that are judged.
years AS (
    SELECT party_id, year, sum(received) AS inflow, sum(sent) AS outflow
    FROM days
    GROUP BY party_id, year
    HAVING sum(received) >= $minimum_inflow AND sum(sent) >= $lowest_ratio * sum(received) AND sum(sent) <= $highest_ratio * sum(received)
),
-- What an account held when its records begin: nobody knows since when.
accounts AS (
    SELECT party_id, account_id, CAST(arrow_cast(min(day), 'Int32') AS BIGINT) AS first_day
    FROM moves
    LEFT SEMI JOIN years ON years.party_id = moves.party_id
    GROUP BY party_id, account_id
),
opened AS (
    SELECT account_id, opening_balance,
           CAST(arrow_cast(from_date, 'Int32') AS BIGINT) AS day,
           row_number() OVER (PARTITION BY account_id ORDER BY from_date, statement_id) AS place
    FROM statements
    WHERE from_date IS NOT NULL AND coalesce(currency, $currency) = $currency
),
balances AS (
    SELECT a.party_id, a.account_id, o.day, o.opening_balance AS balance
    FROM accounts a
    LEFT JOIN opened o ON o.account_id = a.account_id AND o.place = 1 AND o.day <= a.first_day
),
untold AS (
    SELECT DISTINCT party_id FROM balances WHERE balance IS NULL
),
-- In the order in which it came: even numbers are money of unknown age.
layers AS (
    SELECT days.party_id, days.day * 2 + 1 AS number, days.received AS amount
    FROM days
    LEFT SEMI JOIN years ON years.party_id = days.party_id
    WHERE days.received > 0
    UNION ALL
    SELECT party_id, day * 2, sum(balance) FROM balances WHERE balance > 0 GROUP BY party_id, day
),
-- What was paid before it came was there before.
moved AS (
    SELECT party_id, number, sum(amount) AS amount
    FROM (
        SELECT party_id, number, amount FROM layers
        UNION ALL
        SELECT days.party_id, days.day * 2 + 1, -days.sent
        FROM days
        LEFT SEMI JOIN years ON years.party_id = days.party_id
        WHERE days.sent > 0
    ) AS both_ways
    GROUP BY party_id, number
),
depths AS (
    SELECT party_id, min(number) AS first, min(level) AS deepest
    FROM (SELECT party_id, number, sum(amount) OVER (PARTITION BY party_id ORDER BY number) AS level FROM moved) AS levels
    GROUP BY party_id
),
oldest_first AS (
    SELECT party_id, number, amount FROM layers
    UNION ALL
    SELECT party_id, first - 2 - first % 2, -deepest FROM depths WHERE deepest < 0
),
-- All money in one row, cut where a day's receipts or payments end: each piece came on one day and went on one.
points AS (
    SELECT party_id, 'in' AS side, number, sum(amount) OVER (PARTITION BY party_id ORDER BY number) AS level
    FROM oldest_first
    UNION ALL
    SELECT days.party_id, 'out', days.day * 2 + 1, sum(days.sent) OVER (PARTITION BY days.party_id ORDER BY days.day)
    FROM days
    LEFT SEMI JOIN years ON years.party_id = days.party_id
    WHERE days.sent > 0
),
pieces AS (
    SELECT party_id,
           level - coalesce(lag(level) OVER (PARTITION BY party_id ORDER BY level), 0) AS length,
           min(CASE WHEN side = 'in' THEN number END) OVER (PARTITION BY party_id ORDER BY level DESC) AS came,
           min(CASE WHEN side = 'out' THEN number END) OVER (PARTITION BY party_id ORDER BY level DESC) AS went
    FROM points
),
-- Money of unknown age counts to what went out and to nothing else.
rested AS (
    SELECT p.party_id, d.year, p.length, (p.went - p.came) / 2 AS days
    FROM pieces p
    JOIN days d ON d.party_id = p.party_id AND d.day * 2 + 1 = p.went
    WHERE p.length > 0 AND p.came % 2 <> 0
),
ranked AS (
    SELECT r.party_id, r.year, y.inflow, y.outflow, r.days,
           sum(r.length) OVER (PARTITION BY r.party_id, r.year ORDER BY r.days) AS upto
    FROM rested r
    JOIN years y ON y.party_id = r.party_id AND y.year = r.year
),
hits AS (
    SELECT party_id, year, max(inflow) AS inflow, max(outflow) AS outflow, min(days) AS median_days
    FROM ranked
    WHERE upto * 2 >= outflow
    GROUP BY party_id, year
    HAVING min(days) <= $most_days
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
       'only the accounts in these records were looked at; the company may have others'
           || CASE WHEN untold.party_id IS NULL THEN '' ELSE '; the balance with which the records of an account begin is not in them: older money than what came in is taken to be none' END AS sufficiency,
       hits.year,
       hits.inflow,
       hits.outflow,
       CAST(CAST(hits.outflow AS DECIMAL(24, 4)) / CAST(hits.inflow AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS ratio,
       hits.median_days
FROM hits
JOIN cited ON cited.party_id = hits.party_id AND cited.year = hits.year
LEFT JOIN untold ON untold.party_id = hits.party_id
