-- id: SH-10
-- version: 2
-- title: Young company with large receipts
-- title[nl]: Jonge vennootschap met grote ontvangsten
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   parties.incorporated, parties.sector, list_sector_peers.p99, parties_read.party_id, parties_read.source_id,
--   parties_read.byte_start, party_mentions.mention_id, party_mentions.party_id
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: age_months number 12 -- a company grows into its turnover
-- parameter: minimum_credits decimal 250000 -- in that time
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
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: shell indicator SH-10 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: Within {age_months} months after incorporation on {incorporated}, {credits} {currency} came in with
--   {payments} payments. 99 of 100 companies of the sector stay below {peers} in the first year.
-- explanation[nl]: Binnen {age_months} maanden na de oprichting op {incorporated} kwam {credits} {currency} binnen
--   met {payments} betalingen. 99 van de 100 bedrijven in de sector blijven in het eerste jaar onder {peers}.
-- innocent: A company that took over a running business.
-- innocent: A vehicle of a fund or of a building project, which receives its capital at once.
-- innocent: A business that changed its legal form: the firm is older than the company.

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
young AS (
    SELECT moves.*, p.incorporated, p.sector
    FROM moves
    JOIN parties p ON p.party_id = moves.party_id
    WHERE moves.day >= p.incorporated
      AND arrow_cast(moves.day, 'Int32') - arrow_cast(p.incorporated, 'Int32') <= CAST($age_months AS BIGINT) * 3653 / 120
),
peers AS (
    SELECT substr(sector, 1, 2) AS division, max(CAST(p99 AS DECIMAL(18, 4))) AS p99
    FROM list_sector_peers
    WHERE measure = 'credits_first_year' AND p99 IS NOT NULL AND coalesce(currency, $currency) = $currency
    GROUP BY substr(sector, 1, 2)
),
totals AS (
    SELECT party_id, max(incorporated) AS incorporated, max(sector) AS sector, sum(amount) AS credits,
           count(*) AS payments, min(day) AS from_time, max(day) AS to_time
    FROM young
    GROUP BY party_id
),
hits AS (
    SELECT totals.*, peers.p99 AS peers
    FROM totals
    LEFT JOIN peers ON peers.division = substr(totals.sector, 1, 2)
    WHERE totals.credits >= $minimum_credits OR (peers.p99 IS NOT NULL AND totals.credits > peers.p99)
),
-- Where the registers say what they say of the company.
places AS (
    SELECT party_id, array_agg(place ORDER BY place) AS records
    FROM (
        SELECT DISTINCT m.party_id, concat(r.source_id, ':', CAST(r.byte_start AS VARCHAR), '-', CAST(r.byte_end AS VARCHAR)) AS place
        FROM parties_read r
        JOIN party_mentions m ON m.mention_id = r.party_id
        LEFT SEMI JOIN hits ON hits.party_id = m.party_id
    ) AS told
    GROUP BY party_id
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT party_id, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles
    FROM (
        SELECT party_id, entry_id, day, CASE WHEN direction = 'credit' THEN 'in' ELSE 'out' END AS role,
               row_number() OVER (PARTITION BY party_id ORDER BY amount DESC, entry_id) AS place
        FROM (SELECT young.* FROM young LEFT SEMI JOIN hits ON hits.party_id = young.party_id) AS own
    ) AS largest
    GROUP BY party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       hits.from_time,
       hits.to_time,
       cited.entries,
       cited.roles,
       places.records,
       CASE WHEN hits.peers IS NULL THEN 'figures of the sector are not in these records' END AS sufficiency,
       hits.incorporated,
       hits.credits,
       hits.payments,
       hits.peers
FROM hits
JOIN cited ON cited.party_id = hits.party_id
LEFT JOIN places ON places.party_id = hits.party_id
