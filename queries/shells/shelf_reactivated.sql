-- id: SH-14
-- version: 2
-- title: Old company without life that wakes up under new officers
-- title[nl]: Oude vennootschap zonder activiteit die ontwaakt onder nieuwe bestuurders
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   parties.incorporated, relations.subject, relations.object, relations.kind, relations.from_date, relations.to_date,
--   parties.party_id, parties.kind, relations.source_id, statements.account_id, statements.from_date,
--   accounts.account_id, accounts.opened
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: age_years number 2 -- from incorporation to the first movement
-- parameter: silent_days number 365 -- without a movement, as the records show
-- parameter: begin_days number 92 -- records that begin within so many days of the day on which an account was opened
--   show its whole life
-- parameter: burst_days number 60 -- the money comes within these days
-- parameter: minimum_burst decimal 50000 -- in those days
-- parameter: change_days number 60 -- between the change of officers and the first movement, before or after
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT party_id FROM parties WHERE kind = 'company' AND incorporated IS NULL -- the day of incorporation of
--   these companies is not in these records -- ask the company register for an extract
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT object FROM relations WHERE kind = 'directorship'
--   AND (from_date IS NOT NULL OR to_date IS NOT NULL) AND object IS NOT NULL) AS seen ON seen.object = p.party_id
--   WHERE p.kind = 'company' -- since when the officers of these companies are officers is not in these records -- ask
--   the company register for an extract with the history of officers
-- lack: SELECT w.party_id FROM (SELECT party_id, min(begins) AS begins, sum(CASE WHEN direction = 'credit' AND day -
--   begins <= $burst_days THEN amount ELSE 0 END) AS burst FROM (SELECT h.party_id, e.direction, e.amount,
--   arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32') AS day,
--   min(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32')) OVER (PARTITION BY h.party_id) AS
--   begins FROM account_holders h JOIN entries e ON e.account_id = h.account_id WHERE h.role = 'holder' AND
--   e.currency = $currency AND NOT e.reversal) AS numbered GROUP BY party_id) AS w JOIN parties p ON p.party_id =
--   w.party_id JOIN (SELECT h.party_id, max(CASE WHEN arrow_cast(a.opened, 'Int32') + $begin_days >=
--   least(coalesce(s.day, e.day), e.day) THEN 0 ELSE least(coalesce(s.day, e.day), e.day) END) AS began FROM
--   account_holders h JOIN (SELECT e.account_id, min(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)),
--   'Int32')) AS day FROM entries e GROUP BY e.account_id) AS e ON e.account_id = h.account_id LEFT JOIN (SELECT
--   account_id, min(arrow_cast(from_date, 'Int32')) AS day FROM statements GROUP BY account_id) AS s ON s.account_id
--   = h.account_id LEFT JOIN accounts a ON a.account_id = h.account_id WHERE h.role = 'holder' AND e.day IS NOT NULL
--   GROUP BY h.party_id) AS b ON b.party_id = w.party_id WHERE p.kind = 'company' AND w.burst >= $minimum_burst AND
--   w.begins - arrow_cast(p.incorporated, 'Int32') >= CAST($age_years AS BIGINT) * 365 AND w.begins - b.began <
--   $silent_days -- whether the accounts of these companies were silent before their first entries is not in these
--   records -- ask banks for earlier statements, and for the day on which each account was opened
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: shell indicator SH-14 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: The company was incorporated on {incorporated}. After {silent} days without a movement its accounts received {burst}
--   {currency} in {burst_days} days from {from_day} on, and its officers changed on {changed}.
-- explanation[nl]: De vennootschap is opgericht op {incorporated}. Na {silent} dagen zonder beweging ontvingen haar rekeningen {burst}
--   {currency} in {burst_days} dagen vanaf {from_day}, en haar bestuur veranderde op {changed}.
-- innocent: A company that was bought to begin a business with, which many formation agents offer.
-- innocent: A heir or new owner who takes a family company up again.
-- innocent: A seasonal or project company between two projects.

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
daily AS (
    SELECT party_id, arrow_cast(day, 'Int32') AS day,
           sum(CASE WHEN direction = 'credit' THEN amount ELSE 0 END) AS received
    FROM moves
    GROUP BY party_id, arrow_cast(day, 'Int32')
),
steps AS (
    SELECT party_id, day,
           lag(day) OVER (PARTITION BY party_id ORDER BY day) AS before,
           sum(received) OVER (PARTITION BY party_id ORDER BY day RANGE BETWEEN CURRENT ROW AND $burst_days FOLLOWING) AS burst
    FROM daily
),
-- Since when all is known of a company's accounts: records that begin with a movement do not say that none was before. An
-- account that was opened when they begin has no earlier life.
known AS (
    SELECT h.party_id,
           max(CASE WHEN arrow_cast(a.opened, 'Int32') + $begin_days >= least(coalesce(s.day, e.day), e.day) THEN 0 ELSE least(coalesce(s.day, e.day), e.day) END) AS began
    FROM account_holders h
    JOIN (SELECT e.account_id, min(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32')) AS day FROM entries e GROUP BY e.account_id) AS e ON e.account_id = h.account_id
    LEFT JOIN (SELECT account_id, min(arrow_cast(from_date, 'Int32')) AS day FROM statements GROUP BY account_id) AS s ON s.account_id = h.account_id
    LEFT JOIN accounts a ON a.account_id = h.account_id
    WHERE h.role = 'holder' AND e.day IS NOT NULL
    GROUP BY h.party_id
),
woken AS (
    SELECT s.party_id, s.day, s.burst, p.incorporated,
           s.day - greatest(coalesce(s.before, k.began), arrow_cast(p.incorporated, 'Int32')) AS silent
    FROM steps s
    JOIN parties p ON p.party_id = s.party_id
    JOIN known k ON k.party_id = s.party_id
    WHERE s.burst >= $minimum_burst
      AND s.day - coalesce(s.before, k.began) >= $silent_days
      AND s.day - arrow_cast(p.incorporated, 'Int32') >= CAST($age_years AS BIGINT) * 365
),
changes AS (
    SELECT r.object AS party_id, arrow_cast(r.from_date, 'Int32') AS day, concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) AS place
    FROM relations r WHERE r.kind = 'directorship' AND r.from_date IS NOT NULL
    UNION ALL
    SELECT r.object, arrow_cast(r.to_date, 'Int32'), concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))
    FROM relations r WHERE r.kind = 'directorship' AND r.to_date IS NOT NULL
),
hits AS (
    SELECT w.party_id, w.day, max(w.silent) AS silent, max(w.burst) AS burst, max(w.incorporated) AS incorporated,
           max(c.day) AS changed, array_agg(DISTINCT c.place ORDER BY c.place) AS records
    FROM woken w
    JOIN changes c ON c.party_id = w.party_id
    WHERE abs(c.day - w.day) <= $change_days AND c.day - arrow_cast(w.incorporated, 'Int32') > 30
    GROUP BY w.party_id, w.day
),
first AS (
    SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY party_id ORDER BY day) AS place FROM hits) AS numbered WHERE place = 1
),
burst AS (
    SELECT m.party_id, m.entry_id, m.direction, m.amount, m.day
    FROM moves m
    JOIN first f ON f.party_id = m.party_id
    WHERE arrow_cast(m.day, 'Int32') BETWEEN f.day AND f.day + $burst_days
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT party_id, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles
    FROM (
        SELECT party_id, entry_id, day, CASE WHEN direction = 'credit' THEN 'in' ELSE 'out' END AS role,
               row_number() OVER (PARTITION BY party_id ORDER BY amount DESC, entry_id) AS place
        FROM burst
    ) AS largest
    GROUP BY party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       first.party_id,
       cited.from_time,
       cited.to_time,
       cited.entries,
       cited.roles,
       first.records,
       'only the accounts in these records were looked at; the company may have others' AS sufficiency,
       first.incorporated,
       CAST(first.silent AS BIGINT) AS silent,
       first.burst,
       arrow_cast(first.day, 'Date32') AS from_day,
       arrow_cast(first.changed, 'Date32') AS changed
FROM first
JOIN cited ON cited.party_id = first.party_id
