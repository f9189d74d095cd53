-- id: SH-09
-- version: 2
-- title: More came in than was filed, or than in other companies of the sector
-- title[nl]: Meer ontvangen dan gedeponeerd, of dan in andere bedrijven van de sector
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   parties.registration_number, parties.employees, parties.sector, list_filed_accounts.turnover,
--   list_sector_peers.p95
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: times decimal 3 -- more than so many times the filed turnover; loans and sales of assets come in too
-- parameter: minimum_credits decimal 50000 -- in a year
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT (SELECT count(*) FROM list_filed_accounts) + (SELECT
--   count(*) FROM list_sector_peers) AS n) AS counted WHERE n = 0 -- neither filed turnover nor figures of the sector
--   are in these records -- ask the company register for filed accounts and put them into
--   queries/lists/filed_accounts.csv; figures of the sector go into queries/lists/sector_peers.csv
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT registration_number FROM list_filed_accounts WHERE
--   turnover IS NOT NULL) AS f ON f.registration_number = p.registration_number LEFT ANTI JOIN (SELECT substr(sector,
--   1, 2) AS division FROM list_sector_peers) AS s ON s.division = substr(p.sector, 1, 2) AND p.employees > 0 WHERE
--   p.kind = 'company' -- neither filed turnover nor employees with figures of the sector are in these records for
--   these companies -- ask the company register for filed accounts and the number of employees
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: shell indicator SH-09 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: In {year} {credits} {currency} came in on the accounts. Filed turnover: {filed}, that is
--   {times_filed} times as much came in. Per employee {per_employee}; 95 of 100 companies of the sector stay below
--   {peers}.
-- explanation[nl]: In {year} kwam {credits} {currency} op de rekeningen binnen. Gedeponeerde omzet: {filed}, er kwam
--   dus {times_filed} keer zoveel binnen. Per werknemer {per_employee}; 95 van de 100 bedrijven in de sector blijven
--   onder {peers}.
-- innocent: Accounts that are filed late, or for a book year that is not the calendar year.
-- innocent: Loans, sales of assets or money of third parties that came in beside turnover.
-- innocent: A company that works with hired staff has few employees of its own.

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
      AND e.direction = 'credit'
),
yearly AS (
    SELECT party_id, CAST(date_part('year', day) AS BIGINT) AS year, entry_id, direction, amount, day FROM moves
),
totals AS (
    SELECT party_id, year, sum(amount) AS credits, count(*) AS payments, min(day) AS from_time, max(day) AS to_time
    FROM yearly
    GROUP BY party_id, year
),
filed AS (
    SELECT registration_number, CAST(year AS BIGINT) AS year, max(CAST(turnover AS DECIMAL(18, 4))) AS turnover
    FROM list_filed_accounts
    WHERE turnover IS NOT NULL AND coalesce(currency, $currency) = $currency
    GROUP BY registration_number, CAST(year AS BIGINT)
),
peers AS (
    SELECT substr(sector, 1, 2) AS division, max(CAST(p95 AS DECIMAL(18, 4))) AS p95
    FROM list_sector_peers
    WHERE measure = 'credits_per_employee' AND p95 IS NOT NULL AND coalesce(currency, $currency) = $currency
    GROUP BY substr(sector, 1, 2)
),
judged AS (
    SELECT t.*,
           f.turnover AS filed,
           CASE WHEN f.turnover > 0 THEN CAST(CAST(t.credits AS DECIMAL(24, 4)) / CAST(f.turnover AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) END AS times_filed,
           CASE WHEN p.employees > 0 THEN CAST(t.credits / CAST(p.employees AS DECIMAL(10, 0)) AS DECIMAL(28, 4)) END AS per_employee,
           peers.p95 AS peers
    FROM totals t
    JOIN parties p ON p.party_id = t.party_id
    LEFT JOIN filed f ON f.registration_number = p.registration_number AND f.year = t.year
    LEFT JOIN peers ON peers.division = substr(p.sector, 1, 2)
    WHERE t.credits >= $minimum_credits
),
hits AS (
    SELECT * FROM judged
    WHERE (filed IS NOT NULL AND credits > $times * filed) OR (per_employee IS NOT NULL AND peers IS NOT NULL AND per_employee > peers)
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT party_id, year, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles
    FROM (
        SELECT party_id, year, entry_id, day, CASE WHEN direction = 'credit' THEN 'in' ELSE 'out' END AS role,
               row_number() OVER (PARTITION BY party_id, year ORDER BY amount DESC, entry_id) AS place
        FROM (SELECT yearly.* FROM yearly LEFT SEMI JOIN hits ON hits.party_id = yearly.party_id AND hits.year = yearly.year) AS own
    ) AS largest
    GROUP BY party_id, year
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       hits.from_time,
       hits.to_time,
       cited.entries,
       cited.roles,
       CASE
           WHEN hits.filed IS NULL THEN 'filed turnover of the year is not in these records'
           WHEN hits.peers IS NULL OR hits.per_employee IS NULL THEN 'employees, or figures of the sector, are not in these records'
       END AS sufficiency,
       hits.year,
       hits.credits,
       hits.payments,
       hits.filed,
       hits.times_filed,
       hits.per_employee,
       hits.peers
FROM hits
JOIN cited ON cited.party_id = hits.party_id AND cited.year = hits.year
