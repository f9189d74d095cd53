-- id: SH-11
-- version: 2
-- title: Trade with sectors that do not fit the own one
-- title[nl]: Handel met sectoren die niet bij de eigen passen
-- describes: business
-- form: -
-- needs: entries.account_id, entries.entry_id, entries.direction, entries.amount, entries.currency,
--   entries.booking_date, entries.booked_at, entries.reversal, entries.counterparty_account_id, same_entries.entry_id,
--   account_holders.account_id, account_holders.party_id, account_holders.role, parties.party_id, parties.kind,
--   parties.sector, list_unrelated_sectors.sector, list_unrelated_sectors.other_sector
-- parameter: currency text EUR -- the case's currency; amounts in other currencies are not compared with it
-- parameter: share decimal 0.50 -- half of the value
-- parameter: minimum_value decimal 25000 -- of value with a known sector
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM list_unrelated_sectors) AS counted
--   WHERE n = 0 -- which sectors are unrelated is not in these records -- put the office's list into
--   queries/lists/unrelated_sectors.csv
-- lack: SELECT party_id FROM parties WHERE kind = 'company' AND sector IS NULL -- the sector of these companies is
--   not in these records -- ask the company register for an extract
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT DISTINCT h.party_id FROM account_holders h JOIN
--   (SELECT DISTINCT account_id FROM entries WHERE currency = $currency) AS e ON e.account_id = h.account_id WHERE
--   h.role = 'holder') AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' -- statements of an account of
--   these companies, in the currency of the case, are not in these records -- ask banks for the accounts of these
--   companies and their statements
-- gap: (currency IS NULL OR currency <> $currency) AND account_id IN (SELECT h.account_id FROM account_holders h
--   JOIN parties p ON p.party_id = h.party_id WHERE h.role = 'holder' AND p.kind = 'company') -- amounts in another
--   currency than the threshold, without a rate -- ask for the amounts in the currency of the case, or set the
--   threshold in theirs
-- source: shell indicator SH-11 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: Of {known_value} {currency} paid to and by companies whose sector is known, {unrelated_value}
--   ({share_unrelated}) went to or came from sectors that the office's list calls unrelated to sector {sector}.
-- explanation[nl]: Van {known_value} {currency} aan en van bedrijven waarvan de sector bekend is, ging of kwam
--   {unrelated_value} ({share_unrelated}) van sectoren die volgens de lijst van het kantoor niet bij sector {sector}
--   horen.
-- innocent: A diversified group.
-- innocent: A company that changed its trade and did not tell the register.
-- innocent: A single large purchase, such as a building or a vehicle.

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
           e.counterparty_account_id,
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
sectors AS (
    SELECT h.account_id, min(substr(p.sector, 1, 2)) AS division
    FROM account_holders h
    JOIN parties p ON p.party_id = h.party_id
    WHERE h.role = 'holder' AND p.kind = 'company' AND p.sector IS NOT NULL
    GROUP BY h.account_id
),
unrelated AS (
    SELECT DISTINCT substr(sector, 1, 2) AS division, substr(other_sector, 1, 2) AS other FROM list_unrelated_sectors
),
dealt AS (
    SELECT moves.*, p.sector, CASE WHEN u.division IS NULL THEN 0 ELSE 1 END AS is_unrelated
    FROM moves
    JOIN parties p ON p.party_id = moves.party_id
    JOIN sectors s ON s.account_id = moves.counterparty_account_id
    LEFT JOIN unrelated u ON u.division = substr(p.sector, 1, 2) AND u.other = s.division
    WHERE p.sector IS NOT NULL
),
all_value AS (SELECT party_id, sum(amount) AS value FROM moves GROUP BY party_id),
totals AS (
    SELECT party_id, max(sector) AS sector, sum(amount) AS known_value, sum(amount * is_unrelated) AS unrelated_value,
           min(day) AS from_time, max(day) AS to_time
    FROM dealt
    GROUP BY party_id
),
hits AS (
    SELECT totals.*, all_value.value
    FROM totals
    JOIN all_value ON all_value.party_id = totals.party_id
    WHERE known_value >= $minimum_value AND unrelated_value >= $share * known_value
),
-- The largest of them; the figures rest on all.
cited AS (
    SELECT party_id, min(day) AS from_time, max(day) AS to_time,
           array_agg(entry_id ORDER BY place) FILTER (WHERE place <= 25) AS entries,
           array_agg(role ORDER BY place) FILTER (WHERE place <= 25) AS roles
    FROM (
        SELECT party_id, entry_id, day, CASE WHEN direction = 'credit' THEN 'in' ELSE 'out' END AS role,
               row_number() OVER (PARTITION BY party_id ORDER BY amount DESC, entry_id) AS place
        FROM (SELECT dealt.* FROM dealt LEFT SEMI JOIN hits ON hits.party_id = dealt.party_id WHERE is_unrelated = 1) AS own
    ) AS largest
    GROUP BY party_id
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       hits.from_time,
       hits.to_time,
       cited.entries,
       cited.roles,
       'the sector is known of only a part of the other sides; the measures say of how much' AS sufficiency,
       hits.sector,
       hits.value,
       hits.known_value,
       hits.unrelated_value,
       CAST(CAST(hits.unrelated_value AS DECIMAL(24, 4)) / CAST(hits.known_value AS DECIMAL(24, 4)) AS DECIMAL(18, 4)) AS share_unrelated
FROM hits
JOIN cited ON cited.party_id = hits.party_id
