-- id: SH-15
-- version: 2
-- title: Officers or owners change beside a large flow
-- title[nl]: Bestuurders of eigenaren wisselen rond een grote geldstroom
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   relations.subject, relations.object, relations.kind, relations.from_date, relations.to_date, parties.party_id,
--   parties.kind, relations.source_id, parties.incorporated
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: days number 30 -- before and after the change
-- parameter: share decimal 0.25 -- of what moved in the half year before and the half year after; an even flow gives
--   a sixth
-- parameter: minimum_near decimal 25000 -- in those days
-- parameter: minimum_days number 183 -- of entries; over a shorter time everything is near
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT object FROM relations WHERE kind IN ('directorship',
--   'ownership', 'voting', 'control') AND (from_date IS NOT NULL OR to_date IS NOT NULL) AND object IS NOT NULL) AS
--   seen ON seen.object = p.party_id WHERE p.kind = 'company' -- since when officers and owners of these companies are
--   so is not in these records -- ask the company register for an extract with the history of officers and owners
-- lack: SELECT h.party_id FROM account_holders h JOIN parties p ON p.party_id = h.party_id JOIN entries e ON
--   e.account_id = h.account_id WHERE h.role = 'holder' AND p.kind = 'company' GROUP BY h.party_id HAVING
--   max(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32')) -
--   min(arrow_cast(coalesce(e.booking_date, CAST(e.booked_at AS DATE)), 'Int32')) < $minimum_days -- the entries of
--   these companies cover less time than the rule looks at -- ask banks for statements over a longer time
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: shell indicator SH-15 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: Officers or owners of the company changed on {changed}; {near} {currency}, {share_near} of what moved
--   in the year around it, moved within {days} days of that.
-- explanation[nl]: Bestuurders of eigenaren van de vennootschap wisselden op {changed}; {near} {currency},
--   {share_near} van wat in het jaar eromheen bewoog, bewoog binnen {days} dagen daarvan.
-- innocent: A sale of the company: the price is paid and new officers come in on one day.
-- innocent: New owners who bring in capital or repay old loans.
-- innocent: A season in which most of the year's money moves anyway.

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
    SELECT party_id, arrow_cast(day, 'Int32') AS day, sum(amount) AS amount FROM moves GROUP BY party_id, arrow_cast(day, 'Int32')
),
told AS (
    SELECT r.object AS party_id, arrow_cast(r.from_date, 'Int32') AS day, concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) AS place
    FROM relations r WHERE r.kind IN ('directorship', 'ownership', 'voting', 'control') AND r.from_date IS NOT NULL
    UNION ALL
    SELECT r.object, arrow_cast(r.to_date, 'Int32'), concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR))
    FROM relations r WHERE r.kind IN ('directorship', 'ownership', 'voting', 'control') AND r.to_date IS NOT NULL
),
-- Who was there from the beginning has not changed anything.
changes AS (
    SELECT told.party_id, told.day, array_agg(DISTINCT told.place ORDER BY told.place) AS records
    FROM told
    JOIN parties p ON p.party_id = told.party_id
    WHERE p.incorporated IS NULL OR told.day - arrow_cast(p.incorporated, 'Int32') > 30
    GROUP BY told.party_id, told.day
),
sums AS (
    SELECT c.party_id, c.day,
           sum(CASE WHEN abs(d.day - c.day) <= $days THEN d.amount ELSE 0 END) AS near,
           sum(d.amount) AS around
    FROM changes c
    JOIN daily d ON d.party_id = c.party_id
    WHERE abs(d.day - c.day) <= 182
    GROUP BY c.party_id, c.day
),
spread AS (
    SELECT party_id, min(day) AS first_day, max(day) AS last_day FROM daily GROUP BY party_id
),
hits AS (
    SELECT sums.*
    FROM sums
    JOIN spread ON spread.party_id = sums.party_id
    WHERE near >= $minimum_near AND near >= $share * around
      AND spread.last_day - spread.first_day >= $minimum_days
),
near AS (
    SELECT m.party_id, h.day AS change_day, m.entry_id, m.direction, m.amount, m.day
    FROM moves m
    JOIN hits h ON h.party_id = m.party_id
    WHERE abs(arrow_cast(m.day, 'Int32') - h.day) <= $days
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT party_id, change_day, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles
    FROM (
        SELECT party_id, change_day, entry_id, day, CASE WHEN direction = 'credit' THEN 'in' ELSE 'out' END AS role,
               row_number() OVER (PARTITION BY party_id, change_day ORDER BY amount DESC, entry_id) AS place
        FROM near
    ) AS largest
    GROUP BY party_id, change_day
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       cited.from_time,
       cited.to_time,
       cited.entries,
       cited.roles,
       changes.records,
       'changes of address have no date in these records' AS sufficiency,
       arrow_cast(hits.day, 'Date32') AS changed,
       hits.near,
       hits.around,
       CAST(CAST(hits.near AS DECIMAL(24, 4)) / CAST(hits.around AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_near
FROM hits
JOIN changes ON changes.party_id = hits.party_id AND changes.day = hits.day
JOIN cited ON cited.party_id = hits.party_id AND cited.change_day = hits.day
