-- id: SH-21
-- version: 2
-- title: Registration that has lapsed
-- title[nl]: Registratie die is verlopen
-- describes: business
-- form: -
-- needs: parties.party_id, parties.kind, parties.status, parties.status_until, parties.dissolved,
--   entries.account_id, entries.booking_date, entries.booked_at, account_holders.account_id, account_holders.party_id,
--   account_holders.role, parties_read.party_id, parties_read.source_id, parties_read.byte_start,
--   party_mentions.mention_id, party_mentions.party_id
-- parameter: lapsed text ^(lapsed|retired|annulled|cancelled|inactive|struck off|removed|proposal to strike
--   off|uitgeschreven|opgeheven|vervallen)$ -- words of registers for what no longer holds; ISSUED and ACTIVE are in
--   order
-- lack: SELECT CAST(NULL AS VARCHAR) AS party_id FROM (SELECT count(*) AS n FROM parties WHERE kind = 'company') AS
--   counted WHERE n = 0 -- no company is in these records -- ask the company register for extracts of the companies
--   concerned
-- lack: SELECT party_id FROM parties WHERE kind = 'company' AND status IS NULL AND status_until IS NULL -- the
--   status of these companies in a register is not in these records; most have no LEI -- ask the company register for
--   an extract, or look the LEI up
-- lack: SELECT p.party_id FROM parties p LEFT ANTI JOIN (SELECT h.party_id FROM account_holders h JOIN entries e ON
--   e.account_id = h.account_id WHERE h.role = 'holder' AND (e.booking_date IS NOT NULL OR e.booked_at IS NOT NULL))
--   AS seen ON seen.party_id = p.party_id WHERE p.kind = 'company' AND p.status_until IS NOT NULL AND NOT
--   regexp_like(coalesce(p.status, ''), $lapsed, 'i') -- entries of these companies, to tell whether they went on
--   after the registration ended, are not in these records -- ask banks for the accounts of these companies and their
--   statements
-- source: shell indicator SH-21 of FATF and Egmont Group, Concealment of Beneficial Ownership (2018), as told in the
--   project's list; figures are engineering defaults, no law fixes them
-- explanation: The register says of this company ‘{status}’, valid until {until}; the last entry of its
--   accounts is of {last_day}.
-- explanation[nl]: Het register vermeldt bij deze vennootschap ‘{status}’, geldig tot {until}; de laatste boeking op
--   haar rekeningen is van {last_day}.
-- innocent: A small company that has no more use for its LEI and did not renew it.
-- innocent: A renewal that is late by days.
-- innocent: A company that is being wound up and pays its last bills.

-- The last day of the company itself: entries of others do not show that it goes on.
WITH last AS (
    SELECT h.party_id, max(coalesce(e.booking_date, CAST(e.booked_at AS DATE))) AS day
    FROM account_holders h
    JOIN entries e ON e.account_id = h.account_id
    WHERE h.role = 'holder'
    GROUP BY h.party_id
),
hits AS (
    SELECT p.party_id, p.status, p.status_until, last.day AS last_day
    FROM parties p
    LEFT JOIN last ON last.party_id = p.party_id
    WHERE p.kind = 'company' AND p.dissolved IS NULL
      AND (
          p.status_until < last.day
          OR (regexp_like(coalesce(p.status, ''), $lapsed, 'i') AND (p.status_until IS NULL OR last.day IS NULL))
      )
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
)
SELECT CAST(NULL AS VARCHAR) AS account_id,
       hits.party_id,
       hits.status_until AS from_time,
       hits.last_day AS to_time,
       places.records,
       CASE WHEN hits.last_day IS NULL THEN 'entries of this company are not in these records' END AS sufficiency,
       coalesce(hits.status, 'not told') AS status,
       hits.status_until AS until,
       hits.last_day
FROM hits
LEFT JOIN places ON places.party_id = hits.party_id
